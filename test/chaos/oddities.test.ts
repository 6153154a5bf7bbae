import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { LedgerId } from '../../src/model/ids.js';
import { grantScope } from '../../src/model/scope.js';
import { openStore } from '../../src/store/index.js';
import { startIngest } from '../support/indexing.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { ask } from '../support/world.js';
import { rawBlock } from '../../src/ledgers/fabric/wire/rawBlock.js';
import { recordedBytes } from '../unit/ledgers/fabric/recorded.js';
import { expectVerified, settles } from './checks.js';
import { changedTransaction, extended, recordedEnvelope, type Entry } from './forge.js';
import { peerSite, type PeerSite } from './peers.js';
import { say, WHOLE } from './scale.js';

// What a channel may hold though nobody means it: each oddity in a block of its own after those of the recorded channel.

const DUPLICATE_TXID = 9;
const NIL_ENVELOPE = 1;
const BAD_PAYLOAD = 2;
const MANY = 5_000;
const HUGE = 40 * 1024 * 1024;
const EVENT = 1024 * 1024;
const REPLAYED = 9;
const NOT_UTF8 = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80]);

const valid = (envelope: Uint8Array): Entry => ({ envelope, code: 0 });
const chainOf = (...blocks: readonly (readonly Entry[])[]): Uint8Array[] =>
  blocks.reduce<Uint8Array[]>((chain, entries) => extended(chain, entries), [...recordedBytes]);

const FIRST = recordedBytes.length;
const chain = chainOf(
  [{ envelope: recordedEnvelope(REPLAYED), code: DUPLICATE_TXID }],
  [
    { envelope: new Uint8Array(0), code: NIL_ENVELOPE },
    { envelope: randomBytes(300), code: BAD_PAYLOAD },
    valid(changedTransaction(REPLAYED, { id: 'between-garbage' })),
    { envelope: Buffer.from('{"not":"protobuf"}'), code: BAD_PAYLOAD },
    { envelope: recordedEnvelope(REPLAYED).subarray(0, 500), code: BAD_PAYLOAD },
  ],
  [valid(changedTransaction(REPLAYED, { id: 'huge', arguments: [Buffer.alloc(HUGE, 7)] }))],
  Array.from({ length: MANY }, (_, i) => valid(changedTransaction(REPLAYED, { id: `one-of-many-${i}` }))),
  [valid(changedTransaction(REPLAYED, { id: 'loud', event: { name: 'Loud', payload: Buffer.alloc(EVENT, 65) } }))],
  [valid(changedTransaction(REPLAYED, { id: 'no-text', function: 'Call', arguments: [NOT_UTF8] }))],
);
const head = rawBlock(chain.at(-1) ?? new Uint8Array(0));

let site: PeerSite;
let directory: ConfigDirectory;
let postgres: TestPostgres | undefined;
beforeAll(async () => {
  site = await peerSite();
  directory = configDirectory();
  if (WHOLE) postgres = await startPostgres();
}, 240_000);
afterAll(async () => {
  await killLeftovers();
  await site.close();
  await postgres?.close();
  directory.remove();
});

describe.each(WHOLE ? (['SQLite', 'PostgreSQL'] as const) : (['SQLite'] as const))(
  'oddities of a channel, on %s',
  (kind) => {
    let url: string;
    let parley: RunningParley;
    let ledger: string;

    test('are indexed, every one, and verified against the peer', async () => {
      url = kind === 'SQLite' ? `sqlite:${directory.path}/odd.db` : ((await postgres?.database()) ?? '');
      const peer = await site.startPeer(chain);
      const reader = await site.open(peer, undefined, { answerTimeoutMs: 10_000 });
      ledger = reader.id;
      const store = await openStore(url);
      const began = Date.now();
      const run = startIngest(reader, store);
      await settles(run, head);
      say(`  ${kind}: ${chain.length} blocks with oddities in ${Date.now() - began} ms`);
      await run.stop();
      await store.close();
      await expectVerified(reader, url);
      const config = directory.write(`odd-${kind}`, [{ name: 'trade', fabric: await site.configured(peer) }], {
        store: { url },
      });
      parley = await startParley(config);
    }, 240_000);

    const transaction = async (hash: string, fields: string): Promise<Record<string, unknown>> => {
      const query = `query ($ledger: ID!, $hash: Hash!) { transaction(ledger: $ledger, hash: $hash) { ... on FabricTransaction { ${fields} } } }`;
      const { data, errors } = await ask(parley.url, query, { ledger, hash });
      expect(errors).toBeUndefined();
      return data?.transaction as Record<string, unknown>;
    };
    const inBlock = async (number: number, fields: string, first = 10): Promise<Record<string, unknown>[]> => {
      const query = `query ($ledger: ID!, $number: BigInt!, $first: Int) { block(by: { number: { ledger: $ledger, number: $number } })
      { transactions(first: $first) { totalCount edges { node { ... on FabricTransaction { ${fields} } } } } } }`;
      const { data, errors } = await ask(parley.url, query, { ledger, number: String(number), first });
      expect(errors).toBeUndefined();
      const { edges } = (data as unknown as { block: { transactions: { edges: { node: Record<string, unknown> }[] } } })
        .block.transactions;
      return edges.map(({ node }) => node);
    };

    test('an envelope replayed: its id names the valid one, and the other stands in its block as DUPLICATE_TXID', async () => {
      const [again] = await inBlock(FIRST, 'id hash transactionId validationCode outcome');
      expect(again).toMatchObject({ validationCode: 'DUPLICATE_TXID', outcome: 'FAILED' });
      const first = await transaction(String(again?.hash), 'id validationCode block { number }');
      expect(first).toMatchObject({ validationCode: 'VALID', block: { number: String(REPLAYED) } });
      expect(first.id).not.toBe(again?.id);
    });

    test('garbage envelopes stand beside a valid transaction, with their codes', async () => {
      const all = await inBlock(FIRST + 1, 'index transactionId validationCode outcome');
      expect(all.map(({ validationCode }) => validationCode)).toEqual([
        ...['NIL_ENVELOPE', 'BAD_PAYLOAD', 'VALID', 'BAD_PAYLOAD', 'BAD_PAYLOAD'],
      ]);
      expect(all[2]).toMatchObject({ transactionId: 'between-garbage', outcome: 'SUCCEEDED' });
    });

    test('a block of 40 MB is there, and its list is answered without its bytes', async () => {
      const [huge] = await inBlock(FIRST + 2, 'transactionId function');
      expect(huge).toMatchObject({ transactionId: 'huge' });
      const { status } = await fetch(`${parley.url}/healthz`);
      expect(status).toBe(200);
    });

    test('5,000 transactions in one block are all there', async () => {
      expect(await inBlock(FIRST + 3, 'transactionId', 100)).toHaveLength(100);
      const store = await openStore(url);
      const id = ledger as LedgerId;
      const keys = Array.from({ length: MANY }, (_, i) => ({ ledger: id, hash: `one-of-many-${i}` }));
      const found = await store.transactionsByHash(grantScope([id]), keys);
      await store.close();
      expect(found.map((one) => one?.index)).toEqual(keys.map((_, i) => i));
    });

    test('a chaincode event of 1 MB comes whole', async () => {
      const [loud] = await inBlock(FIRST + 4, 'event { name payload }');
      const { name, payload } = loud?.event as { name: string; payload: string };
      expect(name).toBe('Loud');
      expect(Buffer.from(payload.slice(2), 'hex').length).toBe(EVENT);
    });

    test('arguments that are no text come as their bytes', async () => {
      const [odd] = await inBlock(FIRST + 5, 'function arguments argumentsText');
      expect(odd).toMatchObject({ function: 'Call', argumentsText: [null] });
      expect(odd?.arguments).toEqual([`0x${NOT_UTF8.toString('hex')}`]);
      expect(await parley.stop()).toBe(0);
    });
  },
);
