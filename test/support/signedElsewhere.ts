import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TypedDataEncoder, Wallet, type TypedDataDomain, type TypedDataField } from 'ethers';
import { operations, type Operations } from './operations.js';
import { ask } from './world.js';

type Write = Operations['Prepare'][0]['input']['write'];
type Identity = Operations['Prepare'][0]['input']['identity'];
type Request = Pick<Operations['Prepare'][1]['prepare'], 'id' | 'stage' | 'bytes' | 'digest'>;
type Came = Operations['SubmitSignature'][1]['submitSignature'];

/** Signs the bytes that it is given; 0x-prefixed hex. */
export type OutsideKey = (request: Request) => string | Promise<string>;

/** A write whose every stage is signed where Parley has no key: the stages, and what came of it. */
export async function signedElsewhere(
  url: string,
  identity: Identity,
  write: Write,
  key: OutsideKey,
): Promise<{ readonly stages: readonly string[]; readonly came: Came }> {
  const { prepare } = await run(url, 'Prepare', { input: { identity, write } });
  const stages: string[] = [];
  for (let request: Request = prepare; ;) {
    stages.push(request.stage);
    const input = { request: request.id, signature: await key(request) };
    const { submitSignature: came } = await run(url, 'SubmitSignature', { input });
    if (came.next === null) return { stages, came };
    request = came.next;
  }
}

async function run<Name extends 'Prepare' | 'SubmitSignature'>(
  url: string,
  name: Name,
  variables: Operations[Name][0],
): Promise<Operations[Name][1]> {
  const { data, errors } = await ask(url, operations().get(name) ?? '', variables, name);
  if (errors !== undefined) throw new Error(`${name}: ${JSON.stringify(errors, null, 1)}`);
  return data as Operations[Name][1];
}

/** openssl with a file of a key, as docs/governance.md shows it. */
export const openssl =
  (keyFile: string): OutsideKey =>
  ({ bytes }) => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-openssl-'));
    try {
      const file = join(directory, 'bytes.bin');
      writeFileSync(file, Buffer.from(bytes.slice(2), 'hex'));
      const { status, stdout, stderr } = spawnSync('openssl', ['dgst', '-sha256', '-sign', keyFile, file]);
      if (status !== 0) throw new Error(`openssl: ${stderr.toString()}`);
      return `0x${stdout.toString('hex')}`;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };

interface TypedData {
  readonly domain: TypedDataDomain;
  readonly types: Record<string, TypedDataField[]>;
  readonly message: Record<string, unknown>;
}

/** A wallet that signs typed data (EIP-712): it believes the bytes, and no digest but its own of them. */
export const typedDataKey =
  (privateKey: string): OutsideKey =>
  ({ bytes, digest }) => {
    const { domain, types, message } = JSON.parse(Buffer.from(bytes.slice(2), 'hex').toString('utf8')) as TypedData;
    const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== 'EIP712Domain'));
    const hash = TypedDataEncoder.hash(domain, own, message);
    if (hash !== digest) throw new Error(`The digest is ${digest}, of the bytes it is ${hash}`);
    return new Wallet(privateKey).signTypedData(domain, own, message);
  };
