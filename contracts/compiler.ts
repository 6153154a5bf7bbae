import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What stands in `artifacts/<contract>.json`. */
export interface ContractArtifact {
  readonly contractName: string;
  /** Path of the source inside the repository. */
  readonly sourceName: string;
  readonly abi: readonly unknown[];
  /** Creation code, `0x…`. */
  readonly bytecode: string;
  /** sha256 over every source that the contract was compiled from, by name and content, in hex. */
  readonly sourceDigest: string;
  readonly compiler: string;
}

interface CompilerOutput {
  readonly errors?: readonly CompilerMessage[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>;
}

interface CompilerMessage {
  readonly severity: 'error' | 'warning' | 'info';
  readonly formattedMessage: string;
  readonly sourceLocation?: { readonly file: string };
}

interface CompiledContract {
  readonly abi: readonly unknown[];
  readonly evm: { readonly bytecode: { readonly object: string } };
  readonly metadata: string;
}

interface Solc {
  version(): string;
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string;
}

type Sources = Readonly<Record<string, string>>;

/** Compiles every contract of `contracts/` in the repository at `root`. Sources have repository names, so the output is the same on every machine. */
export async function compileContracts(root: string): Promise<readonly ContractArtifact[]> {
  const own = (await readdir(join(root, 'contracts'))).filter((name) => name.endsWith('.sol')).sort();
  const names = own.map((name) => `contracts/${name}`);
  const sources = await readSources(root, names);
  const solc = createRequire(join(root, 'package.json'))('solc') as Solc;
  const output = JSON.parse(
    solc.compile(JSON.stringify(compilerInput(sources)), { import: () => ({ error: 'every source was given' }) }),
  ) as CompilerOutput;
  // A warning about a library's own source is the library's to mend.
  const problems = (output.errors ?? [])
    .filter(({ severity, sourceLocation }) => severity === 'error' || names.includes(sourceLocation?.file ?? ''))
    .map(({ formattedMessage }) => formattedMessage);
  if (problems.length > 0) throw new Error(`The contracts do not compile cleanly:\n${problems.join('\n')}`);
  return names.flatMap((sourceName) =>
    Object.entries(output.contracts[sourceName] ?? {}).map(([contractName, contract]) => ({
      contractName,
      sourceName,
      abi: contract.abi,
      bytecode: `0x${contract.evm.bytecode.object}`,
      sourceDigest: digestOf(sources, contract),
      compiler: solc.version(),
    })),
  );
}

/** The text of an artifact's file. */
export function artifactText(artifact: ContractArtifact): string {
  return `${JSON.stringify(artifact, null, 1)}\n`;
}

/** Compiles the contracts and writes their artifacts into `contracts/artifacts/`. */
export async function writeArtifacts(root: string): Promise<readonly string[]> {
  const artifacts = await compileContracts(root);
  const directory = join(root, 'contracts', 'artifacts');
  await mkdir(directory, { recursive: true });
  await Promise.all(
    artifacts.map((artifact) => writeFile(join(directory, `${artifact.contractName}.json`), artifactText(artifact))),
  );
  return artifacts.map((artifact) => artifact.contractName);
}

function compilerInput(sources: Sources): unknown {
  return {
    language: 'Solidity',
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
    settings: {
      evmVersion: 'prague',
      optimizer: { enabled: true, runs: 200 },
      // Without the metadata's hash a changed comment does not change the code; `sourceDigest` says what it came from.
      metadata: { bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'metadata'] } },
    },
  };
}

/** Reads the named sources and all that they import, by repository name or by npm package name. */
async function readSources(root: string, names: readonly string[]): Promise<Sources> {
  const sources: Record<string, string> = {};
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (sources[name] !== undefined) continue;
    const path = name.startsWith('@') ? join(root, 'node_modules', name) : join(root, name);
    const content = await readFile(path, 'utf8');
    sources[name] = content;
    waiting.push(...importsOf(name, content));
  }
  return sources;
}

function importsOf(importer: string, content: string): string[] {
  return [...content.matchAll(/^import\s[^;"]*"([^"]+)";/gm)].map(([, path = '']) =>
    path.startsWith('.') ? join(dirname(importer), path) : path,
  );
}

function digestOf(sources: Sources, contract: CompiledContract): string {
  const { sources: used } = JSON.parse(contract.metadata) as { sources: Record<string, unknown> };
  const hash = createHash('sha256');
  for (const name of Object.keys(used).sort()) hash.update(`${name}\0${sources[name] ?? ''}\0`);
  return hash.digest('hex');
}
