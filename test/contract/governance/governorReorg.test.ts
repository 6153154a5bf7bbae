import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rebuildLedger } from '../../../src/ingest/index.js';
import type { ProposalState } from '../../../src/model/governance.js';
import { parseId } from '../../../src/model/ids.js';
import { grantScope } from '../../../src/model/scope.js';
import { voteId, voteOf } from '../../../src/subgraphs/voteIds.js';
import {
  addressOf,
  DELAY,
  governorWorld,
  PERIOD,
  timelockContract,
  VOTES,
  type GovernorWorld,
} from '../../support/governorWorld.js';
import { governed } from '../../support/governed.js';
import { atHead, startIngest, workbench, type RunningIngest, type Workbench } from '../../support/indexing.js';

describe('What a governor decided', () => {
  let world: GovernorWorld;
  let bench: Workbench;
  let run: RunningIngest;
  let directory: string;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'governor-'));
    world = await governorWorld('blocks', { stateFile: join(directory, 'anvil.json') });
    bench = await workbench();
    run = ingest();
  }, 60_000);
  afterEach(async () => {
    await run.stop();
    await bench.close();
    await world.close();
    rmSync(directory, { recursive: true, force: true });
  }, 30_000);

  const ingest = (): RunningIngest => startIngest(world.ledger, bench.store, 50, undefined, () => [world.observer()]);
  const indexed = async (): Promise<void> => {
    const head = await world.ledger.head();
    await atHead(run, () => head);
  };
  const scope = () => grantScope([world.ledger.id]);
  const known = async (proposal: bigint): Promise<ProposalState | undefined> => {
    await indexed();
    const nativeId = `${world.governor}.${proposal}`;
    const [row] = await bench.store.proposalsByKey(scope(), [
      { ledger: world.ledger.id, mechanism: 'GOVERNOR', nativeId },
    ]);
    return row?.state;
  };
  const votes = async () => (await bench.store.voteVersions(scope(), world.ledger.id, {}, null, 1_000)).rows;
  const voteIdOf = (proposal: bigint, voter: number): string =>
    `vote/governor/${world.ledger.id}/${world.governor}.${proposal}/${addressOf(voter)}`;
  const found = async (id = '') => {
    const ref = parseId(id);
    if (ref?.type !== 'Vote') throw new Error(`${id} names no vote`);
    return voteOf(bench.store, scope(), ref);
  };
  /** All versions ever made, retracted ones too, and who voted. */
  const everything = async (): Promise<unknown> => {
    const versions = await bench.store.proposalVersions(scope(), world.ledger.id, {}, null, 1_000);
    const votes = await bench.store.voteVersions(scope(), world.ledger.id, {}, null, 1_000);
    return {
      versions: versions.rows.map(({ block, state, confirmation }) => ({ block, state, confirmation })),
      votes: votes.rows.map(({ block, state, confirmation }) => ({ block, state, confirmation })),
    };
  };
  const rebuilt = async (): Promise<unknown> => {
    await run.stop();
    const { ledger } = world;
    await rebuildLedger({
      ledger,
      store: bench.store,
      signal: AbortSignal.timeout(20_000),
      observers: () => [world.observer()],
    });
    return everything();
  };

  test('is recounted once a reorganisation takes a vote back, and found the same by a rebuild', async () => {
    const proposal = await world.propose(1, world.wanted('Taken back'));
    await world.pass(DELAY + 1);
    await world.governs(1, 'castVote', [proposal, 1]);
    expect(await known(proposal)).toMatchObject({
      status: 'ACTIVE',
      tally: { satisfied: false, missing: [addressOf(2), addressOf(3)] },
    });
    await world.governs(2, 'castVote', [proposal, 1]);
    expect(await known(proposal)).toMatchObject({
      status: 'ACTIVE',
      tally: { satisfied: true, missing: [addressOf(3)] },
    });
    const ids = (await votes()).map((vote) => voteId(vote));
    expect(ids).toEqual([1, 2].map((voter) => voteIdOf(proposal, voter)));
    await world.chain.reorg(1, 2);
    const recounted = await known(proposal);
    expect((await votes()).map((vote) => voteId(vote))).toEqual([ids[0]]);
    expect(await found(ids[0])).toMatchObject({ state: { voter: addressOf(1) } });
    expect(await found(ids[1])).toBeNull();
    expect(recounted).toMatchObject({
      tally: {
        ...{ satisfied: false, missing: [addressOf(2), addressOf(3)] },
        choices: [{ weight: '0' }, { choice: 'YES', count: 1, weight: String(VOTES) }, { weight: '0' }],
      },
    });
    // Cast again, in another block, it is the same vote.
    await world.governs(2, 'castVote', [proposal, 1]);
    await indexed();
    expect(await found(ids[1])).toMatchObject({ state: { voter: addressOf(2) } });
    await world.chain.reorg(1, 2);
    // The poll closes on the branch that has one vote only.
    await world.pass(PERIOD + 1);
    expect(await known(proposal)).toMatchObject({ status: 'REJECTED', statusSource: 'DERIVED' });
    const before = await everything();
    expect(await rebuilt()).toEqual(before);
  }, 60_000);

  test('closes again where the block in which its poll closed is taken back', async () => {
    const proposal = await world.propose(1, world.wanted('Closed twice'));
    await world.pass(DELAY + 1);
    for (const voter of [1, 2]) await world.governs(voter, 'castVote', [proposal, 1]);
    await world.pass(PERIOD);
    const closed = await known(proposal);
    expect(closed).toMatchObject({ status: 'APPROVED' });
    const depth = Number(await world.chain.request<string>('eth_blockNumber')) - Number(nativeOf(closed).deadline);
    await world.chain.reorg(depth, depth + 1);
    const again = await known(proposal);
    expect(again).toMatchObject({ status: 'APPROVED', statusSource: 'DERIVED' });
    expect(again?.history.map(({ status }) => status)).toEqual(['PENDING', 'ACTIVE', 'APPROVED']);
  }, 60_000);

  test('is remembered as failed where its execution reverted, and executed once it does not', async () => {
    // A period of no blocks is refused by the governor itself.
    const wanted = world.wanted('Impossible', 0);
    const proposal = await world.propose(1, wanted);
    await world.pass(DELAY + 1);
    for (const voter of [1, 2]) await world.governs(voter, 'castVote', [proposal, 1]);
    await world.pass(PERIOD + 1);
    await world.again(1, 'queue', wanted);
    await world.seconds(3);
    await world.again(3, 'execute', wanted);
    const failed = await known(proposal);
    expect(failed).toMatchObject({
      ...{ status: 'EXECUTION_FAILED', nativeStatus: 'Queued' },
      execution: { attempts: [{ by: addressOf(3), error: { code: 'CALL_REVERTED' } }], evidence: null },
    });
    // Who guards the timelock drops it there, of which the governor says nothing.
    const { operation } = nativeOf(failed);
    await world.call(0, world.timelock, timelockContract.encodeFunctionData('cancel', [operation]));
    expect(await known(proposal)).toMatchObject({ status: 'CANCELED', statusSource: 'OBSERVED' });
    expect(await world.state(proposal)).toBe(2n);
  }, 60_000);

  test('is not guessed at while no node answers', async () => {
    await world.propose(1, world.wanted('Unasked'));
    const blocks = await world.blocks();
    await run.stop();
    await world.chain.close();
    const indexing = governed(world.ledger.id, blocks, [world.observer()]);
    await expect(indexing).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE', retryable: true });
  }, 60_000);

  test('is found the same by a rebuild after the node has forgotten the states of old blocks', async () => {
    const proposal = await world.propose(1, world.wanted('Old'));
    await world.pass(DELAY + 1);
    for (const voter of [1, 3]) await world.governs(voter, 'castVote', [proposal, 1]);
    await world.pass(PERIOD + 1);
    expect(await known(proposal)).toMatchObject({ status: 'APPROVED' });
    const before = await everything();
    await run.stop();
    await world.restart();
    const data = '0x';
    const [answer] = await world.ledger.dataCalls([{ address: world.governor, data, block: 5 }]);
    expect(answer).toMatchObject({ code: 'HISTORY_UNAVAILABLE' });
    expect(await rebuilt()).toEqual(before);
    run = ingest();
  }, 60_000);
});

function nativeOf(state: ProposalState | undefined) {
  if (state?.native.kind !== 'GOVERNOR') throw new Error('No proposal of a governor');
  return state.native;
}
