import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { X509CertificateGenerator } from '@peculiar/x509';
import { stringify } from 'yaml';
import { accounts } from '../../test/support/ethereumBlocks.js';
import { startProcess, type Served } from '../served.js';

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

/** Parley as an operator starts it. `program`: another build of it, to compare. */
export const startParley = (config: string, profiles: string | null, program?: string): Promise<Served> =>
  startProcess(
    program === undefined ? new URL('../../src/main.js', import.meta.url) : pathToFileURL(program),
    ['start', '--config', config],
    { profiles },
  );
