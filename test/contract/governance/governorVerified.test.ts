import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { chainCheck, verifyProposal } from '../../../src/ingest/index.js';
import { storedProof } from '../../../src/ledgers/ethereum/index.js';
import { packBytes, unpackBytes } from '../../../src/store/rawBytes.js';
import { addressOf, DELAY, governorWorld, PERIOD, type GovernorWorld } from '../../support/governorWorld.js';
import { atHead, startIngest, workbench, type Workbench } from '../../support/indexing.js';
import { changeState } from '../../support/votingChannel.js';

describe('A governor’s votes, from raw blocks', () => {
  let world: GovernorWorld;
  let bench: Workbench;
  let nativeId: string;
  /** The block of the second vote. */
  let voted: number;

  beforeAll(async () => {
    world = await governorWorld('blocks');
    bench = await workbench();
    const run = startIngest(world.ledger, bench.store, 50, undefined, () => [world.observer()]);
    const proposal = await world.propose(1, world.wanted('Proven'));
    nativeId = `${world.governor}.${proposal}`;
    await world.pass(DELAY + 1);
    await world.governs(1, 'castVote', [proposal, 1]);
    await world.governs(2, 'castVote', [proposal, 0]);
    voted = (await world.ledger.head()).number;
    await world.pass(PERIOD + 1);
    const head = await world.ledger.head();
    await atHead(run, () => head);
    await run.stop();
  }, 90_000);
  afterAll(async () => {
    await bench.close();
    await world.close();
  }, 30_000);

  async function verified(fromLedger = false) {
    const differences: string[] = [];
    const { ledger } = world;
    const verdict = await verifyProposal({
      ...{ ledger, store: bench.store, fromLedger, observers: [world.observer()] },
      key: { ledger: ledger.id, mechanism: 'GOVERNOR', nativeId },
      check: chainCheck(await storedProof('roots')),
      checkSignature: () => 'no channel',
      signal: AbortSignal.timeout(30_000),
      onDifference: (text) => void differences.push(text),
    });
    return { verdict, differences };
  }

  test('are proven by the blocks’ own hashes, as the store keeps them and as the node gives them', async () => {
    for (const fromLedger of [false, true]) {
      const { verdict, differences } = await verified(fromLedger);
      expect(differences).toEqual([]);
      expect(verdict.votes.map(({ state, holds, signer }) => [state.voter, state.choice, holds, signer])).toEqual([
        [addressOf(1), 'YES', true, addressOf(1)],
        [addressOf(2), 'NO', true, addressOf(2)],
      ]);
    }
  }, 60_000);

  test('fail where a log’s byte or a vote’s row was changed', async () => {
    const database = new Database(bench.path);
    const where = database.prepare('select seq, encoding, bytes from raw_block where number = ?').get(voted) as {
      seq: number;
      encoding: number;
      bytes: Buffer;
    };
    const text = Buffer.from(unpackBytes(where, 'x')).toString('utf8');
    const log = /"logs":\[\{"address":"0x[0-9a-f]{40}","data":"0x[0-9a-f]{64}[0-9a-f]{63}0/.exec(text)?.[0] ?? '';
    expect(log).not.toBe('');
    const write = database.prepare('update raw_block set encoding = ?, bytes = ? where seq = ?');
    const packed = packBytes(Buffer.from(text.replace(log, `${log.slice(0, -1)}1`)));
    write.run(packed.encoding, Buffer.from(packed.bytes), where.seq);
    const inBlock = await verified();
    expect(inBlock.differences[0]).toMatch(new RegExp(`^block ${voted}: the receipts give the root`));
    // What the changed block says is not what was indexed.
    expect(inBlock.differences.some((one) => one.startsWith(`vote of ${addressOf(2)}`))).toBe(true);
    write.run(where.encoding, where.bytes, where.seq);
    changeState(database, { table: 'vote', number: voted }, (state) => (state['weight'] = '1'));
    database.close();
    const inRow = await verified();
    expect(inRow.differences).toHaveLength(1);
    expect(inRow.differences[0]).toContain(`vote of ${addressOf(2)} in block ${voted}.weight: the store says "1"`);
  }, 60_000);
});
