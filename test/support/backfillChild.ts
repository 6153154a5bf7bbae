// A process that back-fills a made-up ledger until it is killed: node … backfillChild.ts <store url> <kind> <blocks>
import { runIngest } from '../../src/ingest/index.js';
import { openStore } from '../../src/store/index.js';
import { crashLedger } from './crashLedger.js';

const [url = '', kind = '', blocks = '0'] = process.argv.slice(2);
const store = await openStore(url, { appendInThread: true });
const ledger = crashLedger(kind === 'fabric' ? 'fabric' : 'ethereum', Number(blocks));
process.stdout.write('ready\n');
await runIngest({
  ...{ ledger, store, signal: new AbortController().signal, keepRetracted: 50 },
  listener: (report) => {
    if (report.kind === 'backfilling') process.stdout.write(`done ${report.progress.done}\n`);
    if (report.kind === 'following') process.stdout.write('following\n');
  },
});
