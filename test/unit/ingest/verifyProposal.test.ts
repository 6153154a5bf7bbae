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
import type { LedgerHead } from '../../../src/ledgers/ledger.js';
import type { RawBlock } from '../../../src/model/block.js';
import type { ProposalKey } from '../../../src/model/governance.js';
import { grantScope } from '../../../src/model/scope.js';
import { openStore } from '../../../src/store/index.js';
import type { Store } from '../../../src/store/store.js';
import { workbench, type Workbench } from '../../support/indexing.js';
import { changeByte, changeState, indexRecorded, indexRecordedUntil, tampered } from '../../support/votingChannel.js';
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
    ledger: ledgerOf(blocks ?? []),
    ...{ store, key, fromLedger: blocks !== null, observers: [new LifecycleObserver()], check: chainCheck(null) },
    checkSignature: () => null,
    signal: new AbortController().signal,
    onDifference: (text) => void differences.push(text),
    ...asked,
  });
  return { verdict, differences };
}

function ledgerOf(blocks: readonly RawBlock[]): VerifyProposalOptions['ledger'] {
  return {
    ...{ id: ledgerId, kind: 'fabric', startBlock: 0, reorgBound: 0 },
    decoder: (seed) => makeDecoder(seed).decoder,
    seed: () => Promise.resolve(FROM_START),
    head: () => Promise.resolve(headOf(blocks)),
    read: async function* (from, to) {
      yield* blocks.slice(from, to + 1);
    },
  };
}

function headOf(blocks: readonly RawBlock[], at = blocks.length - 1): LedgerHead {
  const { number, hash } = blocks[at] ?? { number: -1, hash: '' };
  return { number, hash, timestampMs: null, finalized: number, safe: number };
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
    expect(forged[0]).toBe('vote of EvilMSP in block 22: the store has it ("YES"), no block does');
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

  test('a raw block that cannot be read, once, and what is unknown after it is not called wrong', async () => {
    const unpacked = await differencesAfter((database) =>
      database.prepare('update raw_block set bytes = substr(bytes, 1, 40) where number = ?').run(SECOND_VOTE),
    );
    expect(unpacked).toEqual([
      expect.stringMatching(/^block 22: The raw bytes of block 22 \w+ do not unpack; nothing/),
    ]);
    const damaged = await differencesAfter((database) =>
      database.prepare(`update raw_block set encoding = 0, bytes = x'0102' where number = ?`).run(SECOND_VOTE),
    );
    expect(damaged).toHaveLength(1);
    expect(damaged[0]).toMatch(/^block 22: .*; nothing from this block on could be compared$/);
    const above = await differencesAfter((database) => {
      database.prepare(`update raw_block set encoding = 0, bytes = x'0102' where number = ?`).run(SECOND_VOTE);
      forgeVote(database, { number: 100_000, latest: 1, canonical: 1 });
    });
    expect(above).toHaveLength(2);
    expect(above[1]).toMatch(/^vote of EvilMSP in block 100000: /);
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

describe('what stands where no block is, or is marked otherwise than blocks say, is told', () => {
  const TIP = recordedBlocks.length - 1;

  test.each([
    ['after the last block', { number: 100_000, canonical: 1, latest: 1 }],
    ['after the last block, for lists alone', { number: 100_000, canonical: 1, latest: 0 }],
    ['after the last block, for what stands now alone', { number: 100_000, canonical: 0, latest: 1 }],
    ['as of a block before, taken back and yet what stands', { number: 30, canonical: 0, latest: 1 }],
  ])('a vote %s', async (_, row) => {
    const differences = await differencesAfter((database) => forgeVote(database, row));
    const end = row.number > TIP ? `: the last one is ${TIP}` : '';
    expect(differences).toEqual([
      `vote of EvilMSP in block ${row.number}: the store has it ("NO"), no block does${end}`,
    ]);
  });

  test('a vote that hangs on another block than it names, or stands twice', async () => {
    const moved = await differencesAfter((database) =>
      database.prepare('update vote set seq = 30 where number = ?').run(SECOND_VOTE),
    );
    expect(moved).toHaveLength(1);
    expect(moved[0]).toMatch(/^row of vote, block 22, ordinal 0\.held_by: the store says "\w+", the blocks say "\w+"$/);
    const twice = await differencesAfter((database) =>
      database
        .prepare(
          `insert into vote select ledger, 100000, ordinal, number, block_hash, canonical, latest, timestamp_ms, proposal, voter,
             replace(state, '"YES"', '"NO"') from vote where number = ?`,
        )
        .run(SECOND_VOTE),
    );
    expect(twice).toEqual(['vote of Org1MSP in block 22: the store has it twice ("NO")']);
  });

  test('what is kept as another proposal’s and tells that it is this one’s', async () => {
    const moved = await differencesAfter((database) =>
      database.prepare(`update vote set proposal = 'CONSORTIUM/other' where number = ?`).run(SECOND_VOTE),
    );
    expect(moved).toEqual([
      expect.stringMatching(
        /^row of vote, block 22, ordinal 0\.proposal: the store says "CONSORTIUM\/other", the blocks say/,
      ),
    ]);
    const forged = await differencesAfter((database) => {
      // Behind more votes on others than are read at once.
      database
        .prepare(
          `insert into vote with recursive n(i) as (select 1 union all select i + 1 from n where i < 1100)
             select ledger, -i, 0, 5, block_hash, 1, 0, timestamp_ms, 'CONSORTIUM/other', voter, '{}' from n join vote
             where number = ?`,
        )
        .run(SECOND_VOTE);
      forgeVote(database, { number: 30, canonical: 1, latest: 0 });
      database.prepare(`update vote set proposal = 'CONSORTIUM/other' where number = 30`).run();
      database
        .prepare(
          `insert into vote select ledger, 100001, 0, 31, block_hash, 1, 0, timestamp_ms, 'CONSORTIUM/other', voter, '{broken' from vote
           where number = 30`,
        )
        .run();
    });
    expect(forged).toEqual(['vote of EvilMSP in block 30: the store has it ("NO"), no block does']);
  });

  test('a status after the last block, and one before that is marked as the newest', async () => {
    const forged = await differencesAfter((database) => {
      const row = database.prepare('select * from proposal where number = ?').get(COMMIT) as Record<string, unknown>;
      const state = JSON.stringify({ ...(JSON.parse(String(row['state'])) as object), status: 'REJECTED' });
      const other = { ...row, seq: 100_000, number: 100_000, latest: 1, status: 'REJECTED', state };
      const names = Object.keys(other);
      database
        .prepare(`insert into proposal (${names.join()}) values (${names.map((name) => `@${name}`).join()})`)
        .run(other);
    });
    expect(forged).toEqual([
      `proposal as of block 100000: the store has it ("REJECTED"), no block does: the last one is ${TIP}`,
    ]);
    const older = await differencesAfter((database) => {
      const { proposal } = database.prepare('select proposal from proposal where number = ?').get(COMMIT) as Row;
      database.prepare('update proposal set latest = (number = ?) where proposal = ?').run(SECOND_VOTE, proposal);
    });
    expect(older).toEqual([
      'row of proposal, block 22, ordinal 0.latest: the store says 1, the blocks say 0',
      'row of proposal, block 23, ordinal 0.latest: the store says 0, the blocks say 1',
    ]);
  });

  test('a vote that no longer counts, and one that an inbox waits for', async () => {
    const uncounted = await differencesAfter((database) =>
      database.prepare('update vote set latest = 0 where number = ?').run(SECOND_VOTE),
    );
    expect(uncounted).toEqual(['row of vote, block 22, ordinal 0.latest: the store says 0, the blocks say 1']);
    const waiting = await differencesAfter((database) =>
      database
        .prepare(
          `insert into proposal_missing select ledger, seq, ordinal, number, block_hash, canonical, latest, timestamp_ms,
             proposal, 'EvilMSP', closes_ms from proposal where number = ?`,
        )
        .run(COMMIT),
    );
    expect(waiting).toEqual([
      'row of proposal_missing, block 23, ordinal 0, native_id EvilMSP: the store has it, no block does',
    ]);
  });

  test('raw blocks that end before the tip, with what rests on none of them', async () => {
    const cut = await differencesAfter((database) =>
      database.prepare('delete from raw_block where number >= ?').run(SECOND_VOTE),
    );
    expect(cut).toEqual([
      `blocks 22 to ${TIP}: the store has no raw bytes, its tip is block ${TIP}`,
      'proposal as of block 22: the store has it ("APPROVED"), no block does: those that are there end at 21',
      'proposal as of block 23: the store has it ("EXECUTED"), no block does: those that are there end at 21',
      'vote of Org1MSP in block 22: the store has it ("YES"), no block does: those that are there end at 21',
    ]);
    const last = await differencesAfter((database) =>
      database.prepare('delete from raw_block where number = ?').run(TIP),
    );
    expect(last).toEqual([`block ${TIP}: the store has no raw bytes, its tip is block ${TIP}`]);
    const none = await differencesAfter((database) => database.prepare('delete from raw_block').run());
    expect(none[0]).toMatch(/^blocks 0 to \d+: the store has no raw bytes/);
    const first = await differencesAfter((database) =>
      database.prepare('delete from raw_block where number = 0').run(),
    );
    expect(first.length).toBeGreaterThan(0);
  });

  test('a tip that is another one than its blocks say', async () => {
    const tip = (set: string) => (database: Database.Database) =>
      void database.prepare(`update ledger set ${set}`).run();
    expect(await differencesAfter(tip('tip_number = 22'))).toEqual([
      `tip of the store: it says block 22, its highest block of the chain is ${TIP}`,
      expect.stringMatching(/^block 22: the store says that its tip has the hash/),
      'row of proposal, block 22, ordinal 0.latest: the store says 0, the blocks say 1',
      'proposal as of block 23: the store has it ("EXECUTED"), no block does: the last one is 22',
    ]);
    expect(await differencesAfter(tip('tip_number = 100000'))).toEqual([
      `tip of the store: it says block 100000, its highest block of the chain is ${TIP}`,
      `blocks ${TIP + 1} to 100000: the store has no raw bytes, its tip is block 100000`,
    ]);
    const [none] = await differencesAfter(tip('tip_number = null, tip_hash = null'));
    expect(none).toBe(`tip of the store: it says block none, its highest block of the chain is ${TIP}`);
  });
});

describe('what happens meanwhile is no difference', () => {
  test('blocks that Parley appends while it is read', async () => {
    const own = await workbench();
    try {
      const rest = await indexRecordedUntil(own.store, SECOND_VOTE);
      const store: Store = {
        ...own.store,
        rawBlocks: async function* (ledger, from, to) {
          await rest();
          yield* own.store.rawBlocks(ledger, from, to);
        },
      };
      const { verdict, differences } = await verified(store);
      expect(differences).toEqual([]);
      expect(verdict.last?.number).toBe(SECOND_VOTE);
      const after = await verified(own.store);
      expect(after.differences).toEqual([]);
      expect(after.verdict.last?.number).toBe(recordedBlocks.length - 1);
    } finally {
      await own.close();
    }
  });

  test('a chain that takes back meanwhile what the store told: it is read again, and once more', async () => {
    const own = await workbench();
    try {
      await indexRecordedUntil(own.store, COMMIT);
      const turns = { left: 2, reads: 0 };
      const store: Store = {
        ...own.store,
        // As a chain would: while the blocks are read, another last block takes the place of the one that the store told of.
        storedProposal: async (of) => {
          const stored = await own.store.storedProposal(of);
          return turns.left-- > 0 ? { ...stored, tip: { number: COMMIT, hash: 'of the other branch' } } : stored;
        },
        rawBlocks: (ledger, from, to) => {
          turns.reads += 1;
          return own.store.rawBlocks(ledger, from, to);
        },
      };
      const chain = { ...ledgerOf([]), reorgBound: 64 };
      expect((await verified(store, null, { ledger: chain, settleMs: 1 })).differences).toEqual([]);
      expect(turns.reads).toBe(3);
      // What stays so is told, and on a channel at once.
      [turns.left, turns.reads] = [9, 0];
      const told = [expect.stringMatching(/^block 23: the store says that its tip has the hash of the other branch/)];
      expect((await verified(store, null, { ledger: chain, settleMs: 1 })).differences).toEqual(told);
      expect((await verified(store)).differences).toEqual(told);
      expect(turns.reads).toBe(4);
    } finally {
      await own.close();
    }
  });

  test('a node that is a moment behind; one that stays behind is told', async () => {
    const heads = [20, 22, recordedBlocks.length - 1];
    const ledger = { ...ledgerOf(recordedBlocks), head: () => Promise.resolve(headOf(recordedBlocks, heads.shift())) };
    expect((await verified(bench.store, recordedBlocks, { ledger, settleMs: 1 })).differences).toEqual([]);
    expect(heads).toEqual([]);
    const behind = await verified(bench.store, recordedBlocks.slice(0, 23), { settleMs: 1 });
    expect(behind.differences).toEqual([
      `blocks 23 to ${recordedBlocks.length - 1}: no node gives them, the store’s tip is block ${recordedBlocks.length - 1}`,
      'proposal as of block 23: the store has it ("EXECUTED"), no block does: those that are there end at 22',
    ]);
  });

  test('but a forged row is, whoever gives the blocks', async () => {
    const copy = `${bench.path}.copy-${(copies += 1)}`;
    tampered(bench.path, copy, (database) => forgeVote(database, { number: 100_000, canonical: 1, latest: 1 }));
    const store = await openStore(`sqlite:${copy}`);
    try {
      const { differences } = await verified(store, recordedBlocks);
      expect(differences).toEqual([expect.stringMatching(/^vote of EvilMSP in block 100000: /)]);
    } finally {
      await store.close();
    }
  });
});

interface Row {
  readonly proposal: string;
}

/** A vote that nobody cast, as the one of block 22 otherwise. */
function forgeVote(
  database: Database.Database,
  row: { readonly number: number; readonly canonical: number; readonly latest: number },
): void {
  database
    .prepare(
      `insert into vote select ledger, 100000, 0, @number, block_hash, @canonical, @latest, timestamp_ms, proposal, 'EvilMSP',
         replace(replace(state, 'Org1MSP', 'EvilMSP'), '"YES"', '"NO"') from vote where number = @from`,
    )
    .run({ ...row, from: SECOND_VOTE });
}

/** In the metadata: the recorded channel is BFT, with as many signatures as its quorum. */
function lastSignature(bytes: Buffer): number {
  const { block } = { block: decodeRecorded(recordedBlocks.slice(0, 13))[12] };
  if (block === undefined || !Buffer.from(block.bytes).equals(bytes)) throw new Error('another block');
  // The first ECDSA signature behind the data: 0x30 length 0x02.
  const behind = bytes.lastIndexOf(Buffer.from([0x30, 0x45]));
  const other = bytes.lastIndexOf(Buffer.from([0x30, 0x44]));
  return Math.max(behind, other) + 20;
}
