// A process that ingests a fast ledger whose blocks are written in a thread, beside observers and reorganisations, again and again:
// node … threadedIngest.ts <directory> <runs>
import { join } from 'node:path';
import type { Observer } from '../../src/governance/mechanism.js';
import { runIngest, type IngestReport } from '../../src/ingest/index.js';
import { NO_GOVERNANCE } from '../../src/model/governance.js';
import { openStore } from '../../src/store/index.js';
import { crashLedger } from './crashLedger.js';
import { proposalState, voteState } from './governance.js';
import type { ModelLedger } from './modelLedger.js';
import { seeded, type Random } from './random.js';

const [directory = '', runs = '1'] = process.argv.slice(2);
const BLOCKS = 400;
const KEEP_RETRACTED = 1_000;

/** Asks for what is known and changes some of it, in two blocks of three. */
const observer: Observer = {
  mechanism: 'CONSORTIUM',
  observe: async (block, known) => {
    if (block.number % 3 === 0) return NO_GOVERNANCE;
    const id = `p${block.number % 40}`;
    const before = await known.proposal(id);
    const votes = await known.votes(id);
    const open = await known.open();
    const status = before?.status === 'ACTIVE' && votes.length > 2 ? 'EXECUTED' : 'ACTIVE';
    return {
      ...NO_GOVERNANCE,
      proposals: [proposalState(id, { status, title: `${open.length} open` })],
      votes: [voteState(id, `voter ${block.number % 7}`)],
    };
  },
};

/** What one run ended with, after its chain turned while it was read; null where all is well. */
async function run(at: number): Promise<string | null> {
  const random = seeded(at);
  const ledger = crashLedger(at % 2 === 0 ? 'fabric' : 'ethereum', BLOCKS);
  const store = await openStore(`sqlite:${join(directory, `${at}.db`)}`, { appendInThread: true });
  const stop = new AbortController();
  const troubles: string[] = [];
  const stands = { hash: '' };
  const listener = (report: IngestReport): void => {
    if (report.kind === 'following' || report.kind === 'backfilling') stands.hash = report.tip?.hash ?? '';
    if (report.kind === 'stopped' && report.reason !== null) troubles.push(JSON.stringify(report.reason));
    // A chain that turned while it was asked is read again; a store that does not answer is what is looked for.
    if (report.kind === 'waiting' && report.reason.code !== 'LEDGER_CONTRADICTION')
      troubles.push(report.reason.message);
  };
  const ends = runIngest({
    ...{ ledger, store, listener, signal: stop.signal, keepRetracted: KEEP_RETRACTED, observers: () => [observer] },
  }).catch((error: unknown) => void troubles.push(error instanceof Error ? (error.stack ?? '') : String(error)));
  for (let turn = 0; turn < 4 && troubles.length === 0; turn += 1) await turns(ledger, turn, random);
  while (stands.hash !== ledger.chain.at(-1)?.hash && troubles.length === 0) await pause(5);
  stop.abort();
  await ends;
  const refs = await store.refs(ledger.id, 0, 1_000_000);
  if (refs.length !== ledger.chain.length) troubles.push(`${refs.length} blocks of ${ledger.chain.length}`);
  troubles.push(...(await store.contradictions(ledger.id)).map((one) => JSON.stringify(one)));
  await store.close();
  return troubles.length === 0 ? null : `run ${at}: ${troubles.join('; ')}`;
}

/** More blocks than are written without a thread; before them another branch, where the ledger has such. */
async function turns(ledger: ModelLedger, turn: number, random: Random): Promise<void> {
  await pause(random.below(80));
  if (ledger.kind === 'ethereum') ledger.reorg(1 + random.below(7), 20 + random.below(200), `branch ${turn}`);
  else ledger.grow(20 + random.below(200));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const failed: string[] = [];
for (let at = 0; at < Number(runs); at += 1) {
  const trouble = await run(at);
  if (trouble !== null) failed.push(trouble);
}
process.stdout.write(JSON.stringify({ runs: Number(runs), failed }));
