import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ParleyError } from '../errors/index.js';
import { eip55 } from '../model/address.js';
import { ethereumLedgerId, isLedgerId } from '../model/ids.js';
import type { Config, EthereumLedgerConfig, FabricLedgerConfig, LedgerConfig, MemberConfig } from './config.js';
import { configError, nearest } from './problems.js';
import { readProfile } from './profile.js';
import { configSchema, type ConfigFile } from './schema.js';
import { resolveSigners } from './signers.js';
import { readText, substitute } from './substitute.js';

/** Reads and checks parley.yaml. Errors: CONFIG_INVALID, FEATURE_NOT_BUILT, each naming the keys. */
export function loadConfig(file: string, environment: Readonly<Record<string, string | undefined>>): Config {
  const absolute = resolve(file);
  const directory = dirname(absolute);
  const written = parseYaml(absolute);
  const parsed = configSchema.safeParse(substitute(written, directory, environment));
  // What is shown is what is written: what `${…}` stands for may be a secret.
  if (!parsed.success) throw configError(file, parsed.error.issues, written, knownKeys);
  return resolveConfig(absolute, directory, parsed.data);
}

function parseYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', 'There is no configuration to read', {
      got: file,
      fix: '`parley init` writes one; `--config` names another.',
      cause,
    });
  }
  try {
    return parse(text) as unknown;
  } catch (cause) {
    throw new ParleyError(
      'CONFIG_INVALID',
      `${file} is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function resolveConfig(file: string, directory: string, data: ConfigFile): Config {
  const ledgers = data.ledgers.map((ledger) => resolveLedger(directory, ledger, data));
  requireSource(data);
  requireConsortium(data);
  requireDifferent(data, ledgers);
  return {
    file,
    server: data.server,
    store: { url: absoluteStore(directory, data.store.url) },
    limits: data.limits,
    network: { id: data.network.id, name: data.network.name, description: data.network.description ?? null },
    members: data.members.map(resolveMember),
    ledgers,
    amb: data.amb.map((one) => ({ ...one, endpoint: one.endpoint ?? null })),
    signers: resolveSigners(directory, data),
  };
}

function requireSource({ ledgers, amb }: ConfigFile): void {
  if (ledgers.length + amb.length > 0) return;
  throw new ParleyError('CONFIG_INVALID', 'The configuration names nothing to be read', {
    expected: '`ledgers`, or `amb`',
    fix: 'Name a channel or a chain under `ledgers`; `parley init` asks for them.',
  });
}

/** The consortium's channel is one that is read. */
function requireConsortium({ network, ledgers }: ConfigFile): void {
  const wanted = network.consortium?.channel;
  const channels = ledgers.flatMap(({ fabric }) => (fabric === undefined ? [] : [fabric.channel]));
  if (wanted === undefined || channels.includes(wanted)) return;
  const near = nearest(wanted, channels);
  throw new ParleyError('CONFIG_INVALID', 'network.consortium.channel is not among `ledgers`', {
    got: wanted,
    expected: near === null ? 'the channel of one of `ledgers`' : `\`${near}\`, or another channel of \`ledgers\``,
  });
}

/** What stands for one thing stands there once. */
function requireDifferent(data: ConfigFile, ledgers: readonly LedgerConfig[]): void {
  requireUnique(
    'ledgers',
    'name',
    ledgers.map((ledger) => ledger.name),
  );
  requireUnique(
    'ledgers',
    'chainId',
    ledgers.flatMap((ledger) => (ledger.kind === 'ethereum' ? [ledger.id] : [])),
  );
  requireUnique(
    'members',
    'id',
    data.members.map((member) => member.id),
  );
  requireUnique(
    'members',
    'mspIds',
    data.members.flatMap((member) => member.mspIds),
  );
  requireUnique(
    'members',
    'accounts',
    data.members.flatMap((member) => member.accounts.map((account) => account.toLowerCase())),
  );
  requireUnique(
    'signers',
    'id',
    data.signers.map((signer) => signer.id),
  );
}

function absoluteStore(directory: string, url: string): string {
  return url.startsWith('sqlite:') ? `sqlite:${resolve(directory, url.slice('sqlite:'.length))}` : url;
}

function resolveMember(member: ConfigFile['members'][number]): MemberConfig {
  const accounts = member.accounts.map((account) => {
    const cut = account.lastIndexOf(':');
    const ledger = account.slice(0, cut);
    if (!isLedgerId(ledger))
      throw new ParleyError('CONFIG_INVALID', `members: ${member.id} has an account on no ledger`, { got: account });
    return { ledger, address: account.slice(cut + 1) };
  });
  return { id: member.id, name: member.name, mspIds: member.mspIds, accounts };
}

function resolveLedger(directory: string, ledger: ConfigFile['ledgers'][number], data: ConfigFile): LedgerConfig {
  if (ledger.fabric !== undefined) {
    const { consortium } = data.network;
    const governs = consortium?.channel === ledger.fabric.channel;
    const home = data.ledgers.find(
      ({ fabric }) => fabric !== undefined && fabric.channel === consortium?.channel,
    )?.name;
    const kept =
      home === undefined || consortium === undefined
        ? null
        : { chaincode: consortium.chaincode, governs, home, network: data.network.id };
    return { ...resolveFabric(directory, ledger.name, ledger.fabric), consortium: kept };
  }
  if (ledger.ethereum !== undefined) {
    const resolved = resolveEthereum(directory, ledger.name, ledger.ethereum);
    const accounts = data.members.flatMap((member) => resolveMember(member).accounts);
    const voters = accounts
      .filter((account) => account.ledger === resolved.id)
      .map((account) => eip55(account.address));
    return { ...resolved, voters };
  }
  throw new ParleyError('CONFIG_INVALID', `ledgers: ${ledger.name} is neither a channel nor a chain`);
}

function resolveFabric(
  directory: string,
  name: string,
  fabric: NonNullable<ConfigFile['ledgers'][number]['fabric']>,
): Omit<FabricLedgerConfig, 'consortium'> {
  const at = `ledgers: ${name}.fabric`;
  const { identity } = fabric;
  const files = {
    certificate: resolve(directory, identity.certificate),
    privateKey: resolve(directory, identity.privateKey),
  };
  return {
    kind: 'fabric',
    name,
    channel: fabric.channel,
    connectionProfile: readProfile(resolve(directory, fabric.connectionProfile), `${at}.connectionProfile`),
    identity: {
      mspId: identity.mspId,
      certificatePem: readText(files.certificate, `${at}.identity.certificate`),
      privateKeyPem: readText(files.privateKey, `${at}.identity.privateKey`),
      files,
    },
    startBlock: fabric.startBlock,
    genesisHash: fabric.genesisHash === '' ? null : fabric.genesisHash,
    allowedLag: fabric.allowedLag,
  };
}

function resolveEthereum(
  directory: string,
  name: string,
  ethereum: NonNullable<ConfigFile['ledgers'][number]['ethereum']>,
): Omit<EthereumLedgerConfig, 'voters'> {
  return {
    ...ethereum,
    kind: 'ethereum',
    name,
    id: ethereumLedgerId(ethereum.chainId),
    ws: ethereum.ws ?? null,
    governors: ethereum.governors.map(({ address, timelock }) => ({
      address: eip55(address),
      timelock: timelock === undefined ? null : eip55(timelock),
    })),
    contracts: ethereum.contracts.map((contract) => ({
      ...contract,
      abi: readAbi(resolve(directory, contract.abi), `ledgers: ${name}.ethereum.contracts.${contract.name}.abi`),
    })),
  };
}

/** An ABI file: the JSON array itself, or a compiler's artifact with an `abi` key. */
function readAbi(path: string, where: string): readonly unknown[] {
  const text = readText(path, where);
  const parsed = z
    .union([z.array(z.unknown()), z.object({ abi: z.array(z.unknown()) })])
    .safeParse(parseJson(text, where));
  if (!parsed.success)
    throw new ParleyError('CONFIG_INVALID', `${where}: not an ABI`, {
      got: path,
      expected: 'a JSON array, or an object with `abi`',
    });
  return Array.isArray(parsed.data) ? parsed.data : parsed.data.abi;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', `${where}: not JSON`, { cause });
  }
}

function requireUnique(list: string, key: string, values: readonly string[]): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value))
      throw new ParleyError('CONFIG_INVALID', `${list}: two entries have the same ${key}`, {
        got: value,
        expected: 'each once',
      });
    seen.add(value);
  }
}

/** The keys that the schema knows at a path, for "did you mean". */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let node: JsonSchemaNode | undefined = z.toJSONSchema(configSchema, {
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchemaNode;
  for (const part of path) node = typeof part === 'number' ? node?.items : node?.properties?.[String(part)];
  return Object.keys(node?.properties ?? {});
}
interface JsonSchemaNode {
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly items?: JsonSchemaNode;
}

/** The JSON Schema of parley.yaml, for editors. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
}
