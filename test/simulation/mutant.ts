import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutation } from './mutations.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Verdict {
  readonly mutation: Mutation;
  /** What the simulation said of the break; null where the break survived. */
  readonly caught: string | null;
  readonly seeds: number;
}

/** How often a text occurs in a file of the repository. */
export const occurrences = ({ file, text }: Mutation): number =>
  readFileSync(join(root, file), 'utf8').split(text).length - 1;

/** Runs seeds on a copy of the repository with one break in it, until one does not hold. */
export async function tryMutation(mutation: Mutation, seeds: number): Promise<Verdict> {
  const found = occurrences(mutation);
  if (found !== 1)
    throw new Error(
      `${mutation.file} has the text of “${mutation.name}” ${found} times: move the break along with the code`,
    );
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    for (const part of ['src', 'package.json', 'test/support', 'test/simulation']) {
      mkdirSync(join(copy, 'test'), { recursive: true });
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const file = join(copy, mutation.file);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(mutation.text, () => mutation.replacement),
    );
    return { mutation, ...(await runSeeds(copy, seeds)) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function runSeeds(directory: string, seeds: number): Promise<Omit<Verdict, 'mutation'>> {
  const flags = ['--experimental-transform-types', '--no-warnings', '--import', './test/support/typescript.js'];
  const child = spawn(process.execPath, [...flags, 'test/simulation/run.ts', '1', String(seeds), '--first-failure'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const lines = output.trimEnd().split('\n');
  if (code !== 0) throw new Error(`The mutant did not run: ${errors.slice(-2_000)}`);
  const met = JSON.parse(lines.at(-1) ?? '{}') as { seeds: number };
  return { caught: lines.find((line) => line.startsWith('seed ')) ?? null, seeds: met.seeds };
}
