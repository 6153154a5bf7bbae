import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningChild } from '../childProcess.js';
import { startGuardedChild } from '../guardedChild.js';
import { devAccounts } from './devAccounts.js';
import { createEngineClient, type EngineClient } from './engine.js';

/** Each dev account starts with as much as Anvil gives: 10,000 ether. */
const BALANCE_WEI = 10_000n * 10n ** 18n;

interface Genesis {
  readonly config: Readonly<Record<string, unknown>> & { readonly blobSchedule: Readonly<Record<string, unknown>> };
  readonly alloc: Readonly<Record<string, unknown>>;
}

export interface GethNode {
  readonly child: RunningChild;
  /** `127.0.0.1:port` of JSON-RPC over HTTP and WebSocket. */
  readonly address: string;
  readonly engine: EngineClient;
}

/** The geth binary: `GETH_BIN`, else the first on PATH, else Go's own directory; null where there is none. */
export function findGeth(environment: Readonly<Record<string, string | undefined>> = process.env): string | null {
  const directories = (environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const candidates = [
    environment['GETH_BIN'],
    ...[...directories, join(homedir(), 'go', 'bin')].map((directory) => join(directory, 'geth')),
  ];
  return candidates.find((path) => path !== undefined && isExecutable(path)) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The genesis of a chain with every fork up to Osaka: geth's own developer genesis (it holds the system contracts) with the dev accounts. */
export async function gethGenesis(binary: string, chainId: number): Promise<string> {
  const { stdout } = await promisify(execFile)(binary, ['--dev', 'dumpgenesis']);
  const genesis = JSON.parse(stdout) as Genesis;
  const { blobSchedule, ...forks } = genesis.config;
  const config = Object.fromEntries(Object.entries(forks).filter(([name]) => name !== 'bogotaTime'));
  const balances = devAccounts().map(({ address }) => [
    address.slice(2).toLowerCase(),
    { balance: `0x${BALANCE_WEI.toString(16)}` },
  ]);
  return JSON.stringify({
    ...genesis,
    config: { ...config, chainId, blobSchedule: { ...blobSchedule, osaka: blobSchedule['prague'] } },
    alloc: { ...genesis.alloc, ...Object.fromEntries(balances) },
  });
}

/** Starts one geth on loopback in an empty directory, without peers, that waits for its consensus side. */
export async function startGethNode(binary: string, directory: string, genesis: string): Promise<GethNode> {
  const dataDirectory = join(directory, 'data');
  await mkdir(dataDirectory, { recursive: true });
  const secret = randomBytes(32);
  const secretFile = join(directory, 'jwt.hex');
  const genesisFile = join(directory, 'genesis.json');
  await Promise.all([writeFile(secretFile, secret.toString('hex'), { mode: 0o600 }), writeFile(genesisFile, genesis)]);
  await promisify(execFile)(binary, ['init', '--datadir', dataDirectory, genesisFile]);
  const child = await startGuardedChild({
    command: binary,
    args: gethArguments(dataDirectory, secretFile),
    ready: /endpoint=(127\.0\.0\.1:\d+) auth=false[^]*endpoint=(127\.0\.0\.1:\d+) auth=true/,
  });
  const [, address = '', engine = ''] = child.match;
  return { child, address, engine: createEngineClient(`http://${address}`, `http://${engine}`, secret) };
}

function gethArguments(dataDirectory: string, secretFile: string): string[] {
  const loopback = (name: string): string[] => [`--${name}.addr`, '127.0.0.1', `--${name}.port`, '0'];
  return [
    ...[
      '--datadir',
      dataDirectory,
      '--gcmode',
      'archive',
      '--syncmode',
      'full',
      '--cache',
      '128',
      '--log.format',
      'logfmt',
    ],
    ...['--nodiscover', '--maxpeers', '0', '--port', '0', '--nat', 'none', '--ipcdisable'],
    ...['--http', ...loopback('http'), '--http.api', 'eth,net,web3,txpool,debug,testing'],
    ...['--ws', ...loopback('ws'), '--ws.api', 'eth,net,web3'],
    ...[...loopback('authrpc'), '--authrpc.jwtsecret', secretFile],
    // Tests ask for reorganisations of any depth.
    ...['--engine.maxreorgdepth', '0'],
  ];
}
