import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rebuildLedger } from '../../src/ingest/index.js';
import { openStore } from '../../src/store/index.js';
import { atHead, startIngest } from '../support/indexing.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { seeded, type Random } from '../support/random.js';
import { expectVerified } from './checks.js';
import { say, SEED, times, WHOLE } from './scale.js';
import { Story, type StoryKind } from './story.js';

// kill -9, again and again, at points of chance of back-fill, following, reorganisation and rebuild; then the index must be the ledger.

/** On each store. */
const KILLS = times(104, 4);
const BLOCKS = 150;
/** Blocks that came while it was down, so that it back-fills. */
const AWAY = 120;
const VERIFY_EVERY = 8;
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const FLAGS = [
  ...['--experimental-transform-types', '--disable-warning=ExperimentalWarning'],
  ...['--import', path('../support/typescript.js')],
];

interface Life {
  readonly url: string;
  readonly kind: StoryKind;
  readonly bursts: ReadonlyMap<number, number>;
  readonly step: number;
  readonly mode: 'follow' | 'rebuild';
  /** Since when it has so long to live: since the store is open, or since it reads. */
  readonly since: RegExp;
  readonly ms: number;
}

/** Lives for a while and is killed; gives the last step that it took, and what it was at. */
function liveAndDie({ url, kind, bursts, step, mode, since, ms }: Life): Promise<{ step: number; at: string }> {
  const args = [url, kind, String(SEED), String(BLOCKS), JSON.stringify([...bursts]), String(step), mode];
  const child = spawn(process.execPath, [...FLAGS, path('killedChild.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let [output, errors] = ['', ''];
  let timer: NodeJS.Timeout | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (since.test(output)) timer ??= setTimeout(() => child.kill('SIGKILL'), ms);
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (signal !== 'SIGKILL') return void reject(new Error(`the child ended with ${code}: ${errors}`));
      const words = output.trim().split('\n');
      const last = words.findLast((word) => word.startsWith('step'))?.slice(5);
      const at = words.findLast((word) => !word.startsWith('step')) ?? 'nothing';
      resolve({ step: Number(last ?? step), at: at === 'ready' && mode === 'rebuild' ? 'rebuilding' : at });
    });
  });
}

/** The life after the kill before: what it finds, and for how long. */
function nextLife(random: Random, kill: number): Pick<Life, 'mode' | 'since' | 'ms'> {
  const mode = kill % 4 === 3 ? 'rebuild' : 'follow';
  const since = mode === 'rebuild' || kill % 4 === 0 ? /ready/ : /backfilling|following/;
  return { mode, since, ms: random.below(kill % 2 === 0 ? 250 : 500) };
}

async function finishRebuild(url: string, { ledger }: Story): Promise<void> {
  const store = await openStore(url);
  try {
    const { signal } = new AbortController();
    if ((await store.rebuilding(ledger.id)) !== null) await rebuildLedger({ ledger, store, signal });
  } finally {
    await store.close();
  }
}

async function killedAgainAndAgain(url: string, kind: StoryKind, kills: number): Promise<void> {
  const random = seeded(SEED);
  const bursts = new Map<number, number>();
  const met = new Map<string, number>();
  const story = new Story(kind, SEED, BLOCKS);
  let step = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    if (kill % 2 === 0) bursts.set((step += 1), AWAY);
    const life = nextLife(random, kill);
    const died = await liveAndDie({ url, kind, bursts, step, ...life });
    step = died.step;
    met.set(died.at, (met.get(died.at) ?? 0) + 1);
    story.to(step, bursts);
    const store = await openStore(url);
    if ((await store.rebuilding(story.ledger.id)) === null)
      expect(await store.contradictions(story.ledger.id)).toEqual([]);
    await store.close();
    if (kill % VERIFY_EVERY === VERIFY_EVERY - 1) await caughtUp(url, story);
  }
  await caughtUp(url, story);
  say(
    `  ${kills} kills on ${kind}, ${url.split(':')[0]}: ${[...met].map(([at, count]) => `${at} ${count}`).join(', ')}; ${story.ledger.chain.length} blocks, nothing differs`,
  );
}

/** What the next start does, and then `parley verify`. */
async function caughtUp(url: string, story: Story): Promise<void> {
  await finishRebuild(url, story);
  const store = await openStore(url);
  const run = startIngest(story.ledger, store, 500);
  await atHead(run, () => story.ledger.chain.at(-1));
  await run.stop();
  await store.close();
  await expectVerified(story.ledger, url);
}

const directory = mkdtempSync(join(tmpdir(), 'parley-kills-'));
let postgres: TestPostgres | undefined;
beforeAll(async () => {
  postgres = await startPostgres();
}, 240_000);
afterAll(async () => {
  await postgres?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('an index whose process is killed again and again', () => {
  test.each([
    ['SQLite', 'ethereum'],
    ['PostgreSQL', 'ethereum'],
    ...(WHOLE
      ? ([
          ['SQLite', 'fabric'],
          ['PostgreSQL', 'fabric'],
        ] as const)
      : []),
  ] as const)(
    'is the ledger, without a gap and without a double (%s, %s)',
    async (where, kind) => {
      const url = where === 'SQLite' ? `sqlite:${directory}/${kind}.db` : ((await postgres?.database()) ?? '');
      // On a ledger that takes nothing back there is less to kill.
      await killedAgainAndAgain(url, kind, WHOLE ? (KILLS * (kind === 'fabric' ? 1 : 3)) / 4 : KILLS);
    },
    900_000,
  );
});
