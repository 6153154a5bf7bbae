import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { verifyLedger, type Difference } from '../../../src/ingest/index.js';
import { openStore } from '../../../src/store/index.js';
import { crashLedger } from '../../support/crashLedger.js';
import { atHead, startIngest } from '../../support/indexing.js';
import { grantScope } from '../../../src/model/scope.js';
import type { Fresh } from '../store.contract.js';

const BLOCKS = 1500;
const path = (file: string): string => fileURLToPath(new URL(`../../support/${file}`, import.meta.url));

/** Back-fills in another process and kills that without a warning once it has done so many blocks; false where it was through before. */
function killedWhileFilling(url: string, kind: string, after: number): Promise<boolean> {
  const flags = [
    '--experimental-transform-types',
    '--disable-warning=ExperimentalWarning',
    '--import',
    path('typescript.js'),
  ];
  const child = spawn(process.execPath, [...flags, path('backfillChild.ts'), url, kind, String(BLOCKS)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  let through = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    through ||= text.includes('following');
    const done = Math.max(0, ...[...text.matchAll(/done (\d+)/g)].map(([, count]) => Number(count)));
    if (done >= after || through) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) =>
      signal === 'SIGKILL' ? resolve(!through) : reject(new Error(`the child ended with ${code}: ${output}`)),
    );
  });
}

/** kill -9 in the middle of a back-fill. */
export function crashes(fresh: Fresh): void {
  describe('kill -9 in the middle of a back-fill', () => {
    test.each(['ethereum', 'fabric'] as const)(
      'leaves a store that is whole, and that goes on (%s)',
      async (kind) => {
        const url = await fresh();
        const ledger = crashLedger(kind, BLOCKS);
        const scope = grantScope([ledger.id]);
        const verified = async (): Promise<readonly string[]> => {
          const found: Difference[] = [];
          const store = await openStore(url);
          const { signal } = new AbortController();
          await verifyLedger({ ledger, store, signal, settleMs: 5, onDifference: (one) => found.push(one) });
          await store.close();
          return found.map(({ text }) => text);
        };
        const tips: number[] = [];
        for (const after of [150, 400]) {
          if (!(await killedWhileFilling(url, kind, after))) break;
          const store = await openStore(url);
          tips.push((await store.ledgers(scope))[0]?.tip?.number ?? -1);
          expect(await store.contradictions(ledger.id)).toEqual([]);
          await store.close();
          expect(await verified()).toEqual([]);
        }
        expect(tips[0]).toBeGreaterThan(100);
        expect(tips[0]).toBeLessThan(BLOCKS - 1);
        expect(tips).toEqual([...tips].sort((a, b) => a - b));
        const store = await openStore(url);
        const run = startIngest(ledger, store);
        await atHead(run, () => ledger.chain.at(-1));
        await run.stop();
        await store.close();
        expect(await verified()).toEqual([]);
      },
      240_000,
    );
  });
}
