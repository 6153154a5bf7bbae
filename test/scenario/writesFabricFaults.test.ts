import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { FabricWorld, freeAddress, HARVEST, text } from '../contract/embeddedFabric/world.js';
import { outsideSigner, type OutsideSigner } from '../support/fabricWrites.js';
import { hushedDoor, type HushedDoor } from '../support/hushedDoor.js';
import { operations } from '../support/operations.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { ask, eventually, sleep, type GraphAnswer } from '../support/world.js';

// A Parley that loses its peer, or is killed, after it gave a transaction to ordering. What is counted proves that nothing was done twice.

const named = operations();
let world: FabricWorld;
let door: HushedDoor;
let directory: ConfigDirectory;
let config: string;
let parley: RunningParley;
let channel: string;
let harvest: OutsideSigner;

beforeAll(async () => {
  world = await FabricWorld.start();
  await world.deploy({ channel: 'trade', name: 'assets', version: '1.0', service: { address: await freeAddress() } });
  const organization = world.organization(HARVEST);
  const { user1 } = organization.users;
  if (user1 === undefined) throw new Error('No user');
  harvest = outsideSigner(HARVEST, user1);
  door = await hushedDoor(Number(organization.peerEndpoint.split(':')[1]));
  directory = configDirectory();
  const { certificate, privateKey } = organization.files.users['user1'] ?? { certificate: '', privateKey: '' };
  const identity = { mspId: HARVEST, certificate, privateKey };
  const connectionProfile = profileThroughDoor(organization.files.connectionProfile, organization.peerEndpoint);
  config = directory.write('faults', [{ name: 'trade', fabric: { channel: 'trade', connectionProfile, identity } }], {
    members: [{ id: 'harvest', name: 'Harvest Co-op', mspIds: [HARVEST] }],
    signers: [{ id: 'harvest-user', member: 'harvest', fabric: identity }],
  });
  parley = await startParley(config);
  channel = await eventually('the channel is known', async () => {
    const { data } = await ask(parley.url, '{ channels { id height } }');
    const [found] = (data?.['channels'] ?? []) as { id: string; height: string }[];
    return found !== undefined && Number(found.height) > 0 && found.id;
  });
}, 240_000);
afterAll(async () => {
  await killLeftovers();
  await door?.shut();
  await world?.close();
  directory?.remove();
}, 240_000);

/** The profile of one peer alone, behind the door. */
function profileThroughDoor(file: string, endpoint: string): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as { peers: Record<string, { url: string }> };
  const own = Object.entries(profile.peers).filter(([, { url }]) => url.endsWith(endpoint));
  const peers = Object.fromEntries(
    own.map(([name, peer]) => [name, { ...peer, url: `grpcs://localhost:${door.port}` }]),
  );
  const path = join(directory.path, 'profile.json');
  writeFileSync(path, JSON.stringify({ ...profile, peers }));
  return path;
}

interface Request {
  readonly id: string;
  readonly bytes: string;
}
const bytesOf = ({ bytes }: Request): Buffer => Buffer.from(bytes.slice(2), 'hex');

const run = (name: string, input: Record<string, unknown>): Promise<GraphAnswer> =>
  ask(parley.url, named.get(name) ?? '', { input }, name);
async function dataOf(name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { data, errors } = await run(name, input);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return Object.values(data ?? {})[0] as Record<string, unknown>;
}
const signed = (request: Request): Record<string, unknown> => ({
  request: request.id,
  signature: `0x${Buffer.from(harvest.sign(bytesOf(request))).toString('hex')}`,
});

async function proposed(key: string, idempotencyKey: string | null = null): Promise<Request> {
  const submit = { channel, chaincode: 'assets', function: 'add', arguments: [key, '1'], idempotencyKey };
  const { mspId, certificate } = harvest.creator;
  const input = { identity: { fabric: { mspId, certificate } }, write: { submit } };
  return (await dataOf('Prepare', input)) as unknown as Request;
}

/** An endorsed transaction that adds one to a key, still to be signed and ordered, and its id. */
async function endorsed(
  key: string,
  idempotencyKey: string | null = null,
): Promise<{ readonly request: Request; readonly transactionId: string }> {
  const { next } = await dataOf('SubmitSignature', signed(await proposed(key, idempotencyKey)));
  const request = next as Request;
  const header = common.Payload.deserializeBinary(bytesOf(request)).getHeader();
  const channelHeader = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array(0));
  return { request, transactionId: channelHeader.getTxId() };
}

/** What another client reads at another peer's door. */
const counted = async (key: string): Promise<string> =>
  text(await world.shared(HARVEST).contract().evaluateTransaction('get', key));
const untilCounted = (key: string): Promise<unknown> =>
  eventually(`${key} is counted`, async () => (await counted(key)) === '1');

async function nodeOf(id: string): Promise<Record<string, unknown> | null> {
  const query = 'query N($id: ID!) { node(id: $id) { ... on FabricTransaction { hash confirmation validationCode } } }';
  const { data } = await ask(parley.url, query, { id });
  return (data?.['node'] ?? null) as Record<string, unknown> | null;
}
async function callsOf(key: string): Promise<number> {
  const query = `query C($ledger: ID!) { transactions(first: 100, filter: { ledgers: [$ledger] }) { edges { node {
    ... on FabricTransaction { function argumentsText } } } } }`;
  const { data } = await ask(parley.url, query, { ledger: channel });
  const { edges } = data?.['transactions'] as { edges: { node: { function: string; argumentsText: string[] } }[] };
  return edges.filter(({ node }) => node.function === 'add' && node.argumentsText[0] === key).length;
}

describe('the answer of ordering is lost', () => {
  test('with the connection: the request is answered from the block, and nothing is endorsed again', async () => {
    const key = randomUUID();
    const { request, transactionId } = await endorsed(key);
    door.hush();
    const answer = dataOf('SubmitSignature', signed(request));
    await untilCounted(key);
    await door.shut();
    await door.open();
    expect(await answer).toMatchObject({
      transaction: { hash: transactionId, confirmation: 'FINAL', outcome: 'SUCCEEDED' },
    });
    expect([await counted(key), await callsOf(key)]).toEqual(['1', 1]);
  }, 240_000);

  test('with Parley itself, by kill -9: the next start settles it', async () => {
    const key = randomUUID();
    const idempotencyKey = randomUUID();
    const { request, transactionId } = await endorsed(key, idempotencyKey);
    door.hush();
    const lost = run('SubmitSignature', signed(request)).then(
      () => 'answered',
      () => 'cut off',
    );
    await untilCounted(key);
    await parley.kill();
    expect(await lost).toBe('cut off');
    await door.shut();
    await door.open();
    parley = await startParley(config);
    const id = `${channel}/tx/${transactionId}`;
    const node = await eventually('it is settled', async () => {
      const found = await nodeOf(id);
      return found?.['confirmation'] === 'FINAL' && found;
    });
    expect(node).toEqual({ hash: transactionId, confirmation: 'FINAL', validationCode: 'VALID' });
    // Whoever was cut off signs again, or begins anew with the same key.
    const answered = { next: null, transaction: { hash: transactionId, outcome: 'SUCCEEDED' } };
    expect(await dataOf('SubmitSignature', signed(request))).toMatchObject(answered);
    expect(await dataOf('SubmitSignature', signed(await proposed(key, idempotencyKey)))).toMatchObject(answered);
    const reused = await proposed('another', idempotencyKey).catch((error: unknown) => String(error));
    expect(reused).toContain('IDEMPOTENCY_KEY_REUSED');
    expect([await counted(key), await callsOf(key)]).toEqual(['1', 1]);
  }, 240_000);

  test('before it reached ordering, by kill -9: the next start sends the same bytes, and whoever asks is answered', async () => {
    const key = randomUUID();
    const { request, transactionId } = await endorsed(key);
    door.deafen();
    const lost = run('SubmitSignature', signed(request)).then(
      () => 'answered',
      () => 'cut off',
    );
    await sleep(1_000);
    await parley.kill();
    expect(await lost).toBe('cut off');
    await door.shut();
    await door.open();
    expect(await counted(key)).not.toBe('1');
    parley = await startParley(config);
    expect(await dataOf('SubmitSignature', signed(request))).toMatchObject({
      transaction: { hash: transactionId, confirmation: 'FINAL', outcome: 'SUCCEEDED' },
    });
    expect([await counted(key), await callsOf(key)]).toEqual(['1', 1]);
  }, 240_000);

  test('of endorsing, by kill -9: the same signature goes on after the next start', async () => {
    const key = randomUUID();
    const request = await proposed(key);
    door.hush();
    const lost = run('SubmitSignature', signed(request)).catch(() => 'cut off');
    await sleep(100);
    await parley.kill();
    expect(await lost).toBe('cut off');
    await door.shut();
    await door.open();
    parley = await startParley(config);
    const { next } = await dataOf('SubmitSignature', signed(request));
    expect(next).toMatchObject({ stage: 'FABRIC_TRANSACTION' });
    const { transaction } = await dataOf('SubmitSignature', signed(next as Request));
    expect(transaction).toMatchObject({ outcome: 'SUCCEEDED' });
    expect([await counted(key), await callsOf(key)]).toEqual(['1', 1]);
  }, 240_000);
});

describe('a Parley that is killed while its own signer submits', () => {
  // From the request over proposing, endorsing, journaling and ordering to the answer.
  test.each([5, 30, 60, 120])(
    'after %d ms: the same key is one transaction',
    async (afterMs) => {
      const inputs = Array.from({ length: 4 }, () => ({
        ...{ channel, chaincode: 'assets', function: 'add', arguments: [randomUUID(), '1'], signer: 'harvest-user' },
        idempotencyKey: randomUUID(),
      }));
      const hashOf = (data: unknown): string => (data as { transaction: { hash: string } }).transaction.hash;
      const before = inputs.map((input) => dataOf('Submit', input).then(hashOf, () => null));
      await sleep(afterMs);
      await parley.kill();
      const known = await Promise.all(before);
      parley = await startParley(config);
      const after = await Promise.all(inputs.map((input) => dataOf('Submit', input).then(hashOf)));
      known.forEach((hash, n) => expect(hash ?? after[n]).toBe(after[n]));
      for (const { arguments: given } of inputs)
        expect([await counted(given[0] ?? ''), await callsOf(given[0] ?? '')]).toEqual(['1', 1]);
    },
    240_000,
  );
});

describe('the peer is gone before anything is sent', () => {
  test('surely not sent: the same idempotency key may try again', async () => {
    const key = randomUUID();
    const input = {
      ...{ channel, chaincode: 'assets', function: 'add', arguments: [key, '1'], signer: 'harvest-user' },
      idempotencyKey: randomUUID(),
    };
    await door.shut();
    const { errors = [] } = await run('Submit', input);
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'LEDGER_UNAVAILABLE', retryable: true }),
    ]);
    await door.open();
    const done = await eventually('the peer is back', async () => {
      const { data, errors: failures } = await run('Submit', input);
      return failures === undefined && (data?.['submit'] as Record<string, unknown>);
    });
    expect(done).toMatchObject({ transaction: { outcome: 'SUCCEEDED' } });
    expect([await counted(key), await callsOf(key)]).toEqual(['1', 1]);
  }, 240_000);
});
