import 'reflect-metadata';
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { X509CertificateGenerator } from '@peculiar/x509';
import { stringify } from 'yaml';
import { accounts } from '../../test/support/ethereumBlocks.js';
import { until } from '../streams/clock.js';
import { endWithBench } from '../temporary.js';

/** A process of its own that serves. */
export interface Served {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Nothing listens here: the store is served as it is, its ledgers being silent. */
const NOBODY = '127.0.0.1:9';

/** What `parley start` needs to serve a filled store whose ledgers do not answer. */
export async function writeConfig(directory: string, storeUrl: string): Promise<string> {
  const member = (id: string, mspId: string, at: number) => ({
    ...{ id, name: `${id} Ltd`, mspIds: [mspId] },
    accounts: accounts.slice(at * 12, at * 12 + 12).map((address) => `eip155:31337:${address}`),
  });
  const file = (name: string, content: string): string => {
    writeFileSync(join(directory, name), content);
    return `./${name}`;
  };
  const profile = { name: 'bench', version: '1.0', peers: { peer: { url: `grpc://${NOBODY}` } } };
  const fabric = {
    channel: 'goods',
    connectionProfile: file('profile.json', JSON.stringify(profile)),
    identity: {
      mspId: 'HarvestMSP',
      certificate: file('reader.pem', await selfSigned()),
      privateKey: file('reader.key', privateKey()),
    },
  };
  const document = {
    server: { port: 0 },
    store: { url: storeUrl },
    limits: { requestsPerMinute: 10_000_000 },
    network: { id: 'bench', name: 'Bench' },
    members: [member('harvest', 'HarvestMSP', 0), member('meridian', 'MeridianMSP', 1)],
    ledgers: [
      { name: 'goods', fabric },
      { name: 'chain', ethereum: { chainId: 31337, rpc: [`http://${NOBODY}`], finality: { depth: 64 } } },
    ],
  };
  const path = join(directory, 'parley.yaml');
  writeFileSync(path, stringify(document));
  return path;
}

const privateKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

async function selfSigned(): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await globalThis.crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=reader', keys, signingAlgorithm: algorithm },
  });
  return certificate.toString('pem');
}

/** Starts a program of this repository's build and waits for the address that it prints. `profiles`: where its CPU profile goes. */
export async function startProcess(
  program: string,
  parameters: readonly string[],
  profiles: string | null = null,
): Promise<Served> {
  if (profiles !== null) mkdirSync(profiles, { recursive: true });
  const flags = profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'];
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = endWithBench(
    spawn(process.execPath, [...flags, path, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  let output = '';
  let url = '';
  const hear = (text: string): void => {
    if (url !== '') return;
    output = (output + text).slice(-20_000);
    url = /"url":"(http:[^"]+)"/.exec(output)?.[1] ?? '';
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  await until(
    `${program} serves`,
    () => {
      if (child.exitCode !== null) throw new Error(`${program} ended while it started:\n${output}`);
      return url !== '';
    },
    30_000,
  );
  return { url, pid: child.pid ?? 0, stop: () => stopped(child) };
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Parley as an operator starts it. `program`: another build of it, to compare. */
export const startParley = (config: string, profiles: string | null, program = '../../src/main.js'): Promise<Served> =>
  startProcess(program, ['start', '--config', config], profiles);
