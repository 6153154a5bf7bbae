import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { watchSources } from '../../../src/app/sources.js';
import type { AnyLedger } from '../../../src/ledgers/ledger.js';
import { ETHEREUM_LEDGER } from '../../support/blocks.js';
import { workbench, type Workbench } from '../../support/indexing.js';
import { ModelLedger } from '../../support/modelLedger.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(() => bench.close());

test('a ledger that falls silent is said once, and once that it answers again', async () => {
  const ledger = new ModelLedger({ plan: { ledger: ETHEREUM_LEDGER, seed: 1 }, reorgBound: 8 }, 3);
  const lines: { level: number; ledger: string; msg: string }[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  const sources = watchSources(bench.store, pino({ level: 'info' }, { write }));
  ledger.setDown(true);
  sources.watch(ledger as unknown as AnyLedger, { blocks: 10, seconds: 60 });
  await heard(() => ledger.reads >= 2);
  ledger.setDown(false);
  await heard(() => lines.length >= 2);
  sources.close();
  expect(lines.map(({ level, ledger: name }) => [level, name])).toEqual([
    [40, 'model'],
    [30, 'model'],
  ]);
  expect(lines[0]?.msg).toContain('The model is down');
  expect(lines[1]?.msg).toBe('model: answers again');
});

async function heard(so: () => boolean): Promise<void> {
  for (let waits = 0; !so(); waits += 1) {
    if (waits > 200) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
