// A process that keeps the index of a made-up ledger until it is killed: node … killedChild.ts <store url> <kind> <seed> <blocks>
// <bursts, JSON> <step to begin at> <mode: follow | rebuild>. It says each step of the story before it takes it.
import { rebuildLedger, runIngest } from '../../src/ingest/index.js';
import { openStore } from '../../src/store/index.js';
import { Story, type StoryKind } from './story.js';

const STEP_MS = 15;
const [url = '', kind = '', seed = '0', blocks = '0', bursts = '[]', step = '0', mode = ''] = process.argv.slice(2);
const say = (text: string): unknown => process.stdout.write(`${text}\n`);
const { signal } = new AbortController();
const planned = new Map(JSON.parse(bursts) as [number, number][]);

const story = new Story(kind as StoryKind, Number(seed), Number(blocks));
story.to(Number(step), planned);
const store = await openStore(url);
const { id, kind: kindOf, name, startBlock } = story.ledger;
await store.declare({ id, kind: kindOf, name, startBlock });
say('ready');
if (mode === 'rebuild' || (await store.rebuilding(story.ledger.id)) !== null) {
  await rebuildLedger({ ledger: story.ledger, store, signal });
  say('rebuilt');
}
setInterval(() => {
  say(`step ${story.steps + 1}`);
  story.next(planned.get(story.steps + 1));
}, STEP_MS);
await runIngest({
  ...{ ledger: story.ledger, store, signal, keepRetracted: 500 },
  listener: (report) => {
    if (report.kind === 'backfilling' || report.kind === 'following' || report.kind === 'stopped') say(report.kind);
  },
});
