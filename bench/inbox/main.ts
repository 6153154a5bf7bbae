import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/store/index.js';
import type { DecodedBlock } from '../../src/model/block.js';
import type { ProposalState } from '../../src/model/governance.js';
import { FABRIC_LEDGER, makeBlock } from '../../test/support/blocks.js';
import { proposalState } from '../../test/support/governance.js';
import { startParley, writeConfig } from '../page/parley.js';
import { sent } from '../page/statements.js';
import { temporaryDirectory } from '../temporary.js';

/**
 * The inbox of a member with 1,000 open proposals in a store of 100,000: how long it takes over HTTP, and how many statements it costs.
 *
 *     npm run bench -- inbox        or: node dist/bench/inbox/main.js [--proposals 100000] [--open 1000] [--requests 300]
 */
const { values } = parseArgs({
  options: {
    proposals: { type: 'string', default: '100000' },
    open: { type: 'string', default: '1000' },
    requests: { type: 'string', default: '300' },
  },
});
const [all, open, requests] = [Number(values.proposals), Number(values.open), Number(values.requests)];
const PROPOSALS_A_BLOCK = 20;
const BLOCKS_AT_ONCE = 50;
const DAY_MS = 86_400_000;

/** Every so many one is open, and closes in its turn. */
function proposal(at: number): ProposalState {
  const every = Math.floor(all / open);
  const createdMs = Date.now() - (all - at) * 1_000;
  if (at % every !== 0)
    return proposalState(`p${at}`, {
      createdMs,
      status: 'EXECUTED',
      tally: { ...proposalState('').tally, missing: [] },
    });
  return proposalState(`p${at}`, {
    createdMs,
    closesAtMs: Date.now() + DAY_MS + (at % 997) * 60_000,
    lapsesTo: 'EXPIRED',
  });
}

async function fill(url: string): Promise<void> {
  const store = await openStore(url);
  await store.declare({ id: FABRIC_LEDGER, kind: 'fabric', name: 'goods', startBlock: 0 });
  let parent: DecodedBlock | null = null;
  for (let at = 0; at < all;) {
    const batch: DecodedBlock[] = [];
    while (batch.length < BLOCKS_AT_ONCE && at < all) {
      const made: DecodedBlock = makeBlock({ ledger: FABRIC_LEDGER, seed: 3, transactions: 1 }, parent);
      const states = Array.from({ length: Math.min(PROPOSALS_A_BLOCK, all - at) }, (_, index) => proposal(at + index));
      at += states.length;
      parent = made;
      const proposals = states.map((state) => ({ state, statusBefore: null }));
      batch.push({ ...made, config: null, governance: { proposals, votes: [], invitations: [], consortium: null } });
    }
    await store.append(batch, null);
    await nextTurn(); // signals are heard
  }
  await store.close();
}

using directory = temporaryDirectory();
const storeUrl = `sqlite:${join(directory.path, 'index.db')}`;
const beganMs = performance.now();
await fill(storeUrl);
console.log(`${all} proposals indexed in ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
const served = await startParley(await writeConfig(directory.path, storeUrl), null);
try {
  const operations = readFileSync(new URL('../../../schema/operations/govern.graphql', import.meta.url), 'utf8');
  const body = JSON.stringify({ query: operations, operationName: 'Inbox' });
  const headers = { 'content-type': 'application/json', 'parley-member': 'harvest' };
  const ask = async (): Promise<{ data: { viewer: { inbox: { totalCount: number; edges: unknown[] } } } }> =>
    (await fetch(`${served.url}/graphql`, { method: 'POST', headers, body })).json() as never;
  const first = await ask();
  const { totalCount, edges } = first.data.viewer.inbox;
  if (totalCount !== open || edges.length !== 20)
    throw new Error(`Got ${totalCount}, ${edges.length}. Expected ${open}, 20`);
  for (let at = 0; at < 30; at += 1) await ask();
  // The watch over ledgers and the follower of decisions ask now and then besides: the fewest of several are the request's own.
  let statements = Infinity;
  for (let at = 0; at < 20; at += 1) {
    const before = await sent(served.url);
    await ask();
    statements = Math.min(statements, (await sent(served.url)) - before);
  }
  const times: number[] = [];
  for (let at = 0; at < requests; at += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  console.log(
    `inbox of a member with ${open} open proposals in a store of ${all}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
  console.log(`store statements for one: ${statements}`);
  console.log(
    `${cpus()[0]?.model ?? ''}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
} finally {
  await served.stop();
}
