import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import {
  checkSignature as checkConfigSignature,
  ConfigObserver,
  openConfigBlock,
} from '../../../src/governance/fabricConfig/index.js';
import { LifecycleObserver } from '../../../src/governance/fabricLifecycle/index.js';
import { chainCheck, verifyProposal, type Progress, type ProposalVerdict } from '../../../src/ingest/index.js';
import type { VerifyProposalOptions } from '../../../src/ingest/votes/verifyProposal.js';
import type { SignatureCheck } from '../../../src/ingest/votes/witness.js';
import type { RawBlock } from '../../../src/model/block.js';
import type { ProposalKey } from '../../../src/model/governance.js';
import { grantScope } from '../../../src/model/scope.js';
import { openStore } from '../../../src/store/index.js';
import type { Store } from '../../../src/store/store.js';
import { workbench, type Workbench } from '../../support/indexing.js';
import { changeByte, changeState, indexRecorded, tampered } from '../../support/votingChannel.js';
import { decodeRecorded, FROM_START, makeDecoder, recordedBlocks } from '../ledgers/fabric/recorded.js';

const ledgerId = decodeRecorded(recordedBlocks.slice(0, 1))[0]?.ledger ?? 'fabric:';
/** The second definition of the recorded chaincode: votes in 21 and 22, executed in 23. */
const [FIRST_VOTE, SECOND_VOTE, COMMIT] = [21, 22, 23];

let bench: Workbench;
let key: ProposalKey;
beforeAll(async () => {
  bench = await workbench();
  await indexRecorded(bench.store);
  const order = { field: 'CREATED', direction: 'ASC' } as const;
  const page = { limit: 10, towards: 'forward', after: null, before: null, order } as const;
  const { rows } = await bench.store.proposals(grantScope([ledgerId]), { nowMs: 0 }, page);
  const nativeId = rows[1]?.state.nativeId ?? '';
  key = { ledger: ledgerId, mechanism: 'FABRIC_LIFECYCLE', nativeId };
});
afterAll(() => bench.close());

async function verified(
  store: Store,
  blocks: readonly RawBlock[] | null = null,
  asked: Partial<VerifyProposalOptions> = {},
): Promise<{ verdict: ProposalVerdict; differences: string[] }> {
  const differences: string[] = [];
  const verdict = await verifyProposal({
    ledger: {
      ...{ id: ledgerId, kind: 'fabric', startBlock: 0 },
      decoder: (seed) => makeDecoder(seed).decoder,
      seed: () => Promise.resolve(FROM_START),
      read: async function* (from, to) {
        yield* (blocks ?? []).slice(from, to + 1);
      },
    },
    ...{ store, key, fromLedger: blocks !== null, observers: [new LifecycleObserver()], check: chainCheck(null) },
    checkSignature: () => null,
    signal: new AbortController().signal,
    onDifference: (text) => void differences.push(text),
    ...asked,
  });
  return { verdict, differences };
}

let copies = 0;
async function differencesAfter(change: (database: Database.Database) => void): Promise<string[]> {
  const copy = `${bench.path}.copy-${(copies += 1)}`;
  tampered(bench.path, copy, change);
  const store = await openStore(`sqlite:${copy}`);
  try {
    return (await verified(store)).differences;
  } finally {
    await store.close();
  }
}

describe('a proposal of the recorded channel', () => {
  test('is proven from the raw blocks in the store, each vote with its transaction and certificate', async () => {
    const { verdict, differences } = await verified(bench.store);
    expect(differences).toEqual([]);
    expect(verdict.proposal?.state.status).toBe('EXECUTED');
    expect(verdict.blocks).toBe(recordedBlocks.length);
    expect(verdict.votes.map(({ state, block, holds }) => [state.voter, block.number, holds])).toEqual([
      ['Org2MSP', FIRST_VOTE, true],
      ['Org1MSP', SECOND_VOTE, true],
    ]);
    for (const { transaction, signer } of verdict.votes) {
      expect(transaction).toMatch(/^[0-9a-f]{64}$/);
      expect(signer).toMatch(/CN=/);
    }
  });

  test('is proven as well from the blocks that nodes give', async () => {
    expect((await verified(bench.store, recordedBlocks)).differences).toEqual([]);
  });
});

describe('an update of the recorded channel’s configuration', () => {
  const observers = [new ConfigObserver({ chaincode: null, network: null, home: () => Promise.resolve(ledgerId) })];
  const update: ProposalKey = { ledger: ledgerId, mechanism: 'FABRIC_CONFIG', nativeId: 'block.37' };
  const checkSignature: SignatureCheck = (block, bytes, signature, atMs) => {
    const checked = checkConfigSignature(openConfigBlock(block.bytes), bytes, signature, atMs);
    return checked.valid ? null : checked.error.message;
  };
  const asked = { key: update, observers, checkSignature };
  let own: Workbench;
  beforeAll(async () => {
    own = await workbench();
    await indexRecorded(own.store, observers);
  });
  afterAll(() => own.close());

  test('is proven with each signature that it was carried out by, and tells how far it is', async () => {
    const progress: Progress[] = [];
    const { verdict, differences } = await verified(own.store, null, {
      ...asked,
      onProgress: (one) => void progress.push(one),
    });
    expect(differences).toEqual([]);
    expect(verdict.proposal?.state).toMatchObject({ status: 'EXECUTED', nativeId: 'block.37' });
    expect(verdict.votes.map(({ state, block, holds }) => [state.voter, block.number, holds])).toEqual([
      ['Org1MSP', 37, true],
      ['Org2MSP', 37, true],
    ]);
    expect(progress.at(-1)).toMatchObject({ done: recordedBlocks.length, total: recordedBlocks.length });
  });

  test('is told where the store has another signature for it, or says that one does not hold', async () => {
    const differences = async (change: (vote: Record<string, unknown>) => void) => {
      const copy = `${own.path}.copy-${(copies += 1)}`;
      tampered(own.path, copy, (database) => changeState(database, { table: 'vote', number: 37 }, change));
      const store = await openStore(`sqlite:${copy}`);
      try {
        return (await verified(store, null, asked)).differences;
      } finally {
        await store.close();
      }
    };
    const other = await differences((vote) => {
      (vote['evidence'] as Record<string, unknown>)['signature'] = 'AAAA';
    });
    expect(other.join('\n')).toMatch(/vote of Org\dMSP in block 37\.evidence\.signature/);
    const unverified = await differences((vote) => (vote['verified'] = false));
    expect(unverified.join('\n')).toMatch(/vote of Org\dMSP in block 37\.verified/);
  });
});

describe('what a tampered store says is told', () => {
  test('a vote of another choice', async () => {
    const differences = await differencesAfter((database) =>
      changeState(database, { table: 'vote', number: SECOND_VOTE }, (state) => (state['choice'] = 'NO')),
    );
    expect(differences).toEqual(['vote of Org1MSP in block 22.choice: the store says "NO", the blocks say "YES"']);
  });

  test('a vote that is gone, and one that nobody cast', async () => {
    const gone = await differencesAfter((database) =>
      database.prepare('delete from vote where number = ?').run(FIRST_VOTE),
    );
    expect(gone[0]).toBe('vote of Org2MSP in block 21: the blocks have it, the store does not');
    const forged = await differencesAfter((database) =>
      database
        .prepare(
          `insert into vote select ledger, seq, 7, number, block_hash, canonical, latest, timestamp_ms, proposal, 'EvilMSP',
             replace(state, 'Org1MSP', 'EvilMSP') from vote where number = ?`,
        )
        .run(SECOND_VOTE),
    );
    expect(forged[0]).toBe('vote of EvilMSP in block 22: the store has it, no block does');
  });

  test('a tally, a status, an execution', async () => {
    const differences = await differencesAfter((database) =>
      changeState(database, { table: 'proposal', number: COMMIT }, (state) => {
        (state['tally'] as Record<string, unknown>)['satisfied'] = false;
        state['status'] = 'REJECTED';
        state['execution'] = null;
      }),
    );
    expect(differences.map((text) => text.split(':')[0])).toEqual([
      'proposal.status',
      'proposal.tally.satisfied',
      'proposal.execution',
    ]);
  });

  test('a status that lists alone are filtered by, and a version before the newest', async () => {
    const filtered = await differencesAfter((database) =>
      database.prepare(`update proposal set status = 'REJECTED' where number = ?`).run(COMMIT),
    );
    expect(filtered).toHaveLength(1);
    expect(filtered[0]).toContain('row of proposal, block 23');
    const earlier = await differencesAfter((database) =>
      changeState(database, { table: 'proposal', number: SECOND_VOTE }, (state) => (state['title'] = 'Another')),
    );
    expect(earlier).toHaveLength(1);
    expect(earlier[0]).toContain('state.title: the store says "Another"');
  });

  test('one bit of a raw block: in a transaction, in a header, in an orderer’s signature', async () => {
    const inData = await differencesAfter((database) => changeByte(database, 10, (bytes) => bytes.length >> 1));
    expect(inData[0]).toMatch(/^block 10: (its data do not have the hash|The bytes of block 10 are no)/);
    const inHeader = await differencesAfter((database) => changeByte(database, 10, () => 12));
    expect(inHeader[0]).toMatch(/^block 10: /);
    const inVote = await differencesAfter((database) =>
      changeByte(database, SECOND_VOTE, (bytes) => bytes.indexOf('Org1MSP') + 3),
    );
    expect(inVote.some((text) => text.startsWith('block 22: its data do not have the hash'))).toBe(true);
    const inSignature = await differencesAfter((database) => changeByte(database, 12, (bytes) => lastSignature(bytes)));
    expect(inSignature).toEqual(['block 12: too few orderers of the configuration in force signed it']);
  });

  test('blocks that nodes give out of order, or of another channel', async () => {
    const [first, second, ...others] = recordedBlocks;
    if (first === undefined || second === undefined) throw new Error('no blocks');
    const without = await verified(bench.store, [first, ...others]);
    expect(without.differences[0]).toBe('block 2: it stands after block 0');
    const shifted = await verified(bench.store, [second, ...others]);
    expect(shifted.differences.length).toBeGreaterThan(0);
  });
});

/** In the metadata: the recorded channel is BFT, with as many signatures as its quorum. */
function lastSignature(bytes: Buffer): number {
  const { block } = { block: decodeRecorded(recordedBlocks.slice(0, 13))[12] };
  if (block === undefined || !Buffer.from(block.bytes).equals(bytes)) throw new Error('another block');
  // The first ECDSA signature behind the data: 0x30 length 0x02.
  const behind = bytes.lastIndexOf(Buffer.from([0x30, 0x45]));
  const other = bytes.lastIndexOf(Buffer.from([0x30, 0x44]));
  return Math.max(behind, other) + 20;
}
