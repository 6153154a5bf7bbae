// A process that ingests a made-up ledger, which grows with the clock, whenever it is its turn, until it is killed:
// node … turnChild.ts <store url> <when the ledger began, ms>
import { ingestInTurn } from '../../src/app/ingestInTurn.js';
import { openStore } from '../../src/store/index.js';
import { crashLedger } from './crashLedger.js';

const BLOCK_MS = 50;
const [storeUrl = '', began = '0'] = process.argv.slice(2);
const height = (): number => Math.floor((Date.now() - Number(began)) / BLOCK_MS);
const say = (text: string): unknown => process.stdout.write(`${text}\n`);

const store = await openStore(storeUrl);
const ledger = crashLedger('ethereum', height());
setInterval(() => {
  const blocks = height() - ledger.chain.length;
  if (blocks > 0) ledger.grow(blocks);
}, BLOCK_MS);
await ingestInTurn({
  ...{ storeUrl, store, ledger, keepRetracted: 50, signal: new AbortController().signal },
  onStandby: () => say('standby'),
  onTurn: (epoch) => say(`turn ${epoch}`),
  listener: (report) => report.kind === 'following' && say(`tip ${report.tip?.number}`),
});
