import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

// A sample of the seeds; `npm run test:simulation` runs 5,000 of them, `npm run test:simulation -- --seed N` one with its steps.

const SAMPLE = 200;
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Kept {
  readonly seed: number;
  /** What went wrong when the seed failed, and what mended it. */
  readonly story: string;
}
const kept = JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8')) as readonly Kept[];

/** As the named script does, in a process whose clocks are the simulation's alone. */
function simulate(...words: readonly string[]): Promise<{ failures: readonly string[]; met: Record<string, number> }> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../scripts/simulate.js', import.meta.url)), ...words],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', () => {
      const lines = output.trimEnd().split('\n');
      const met = [...(lines.at(-1) ?? '').matchAll(/(\w+) (\d+)/g)].map(([, what, times]) => [what, Number(times)]);
      const failures = lines.slice(0, -2);
      resolve({ failures, met: Object.fromEntries(met) as Record<string, number> });
    });
  });
}

describe('simulation', () => {
  test(`${SAMPLE} seeded worlds: each client ends with exactly the canonical chain, and was never told anything wrong`, async () => {
    const { failures, met } = await simulate('--seeds', String(SAMPLE), '--workers', '2');
    expect(failures).toEqual([]);
    // The sample met what it is there for.
    for (const what of ['RETRACTED', 'FINALIZED', 'CURSOR_EXPIRED', 'STORE_UNAVAILABLE'])
      expect([what, (met[what] ?? 0) > 0]).toEqual([what, true]);
    expect(met.APPENDED).toBeGreaterThan(5_000);
  }, 240_000);

  if (kept.length > 0)
    test.each(kept)('seed $seed, which failed once: $story', async ({ seed }) => {
      const { failures } = await simulate('--seeds', '1', '--first', String(seed));
      expect(failures.filter((line) => line.startsWith('seed '))).toEqual([]);
    });
});
