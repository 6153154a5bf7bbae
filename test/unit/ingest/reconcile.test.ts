import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reconcile, type ReconcileInput } from '../../../src/ingest/reconcile.js';
import type { BlockRef } from '../../../src/model/block.js';

type Block = BlockRef & { readonly parentHash: string | null };

/** A chain `a0 ← a1 ← …`, and one that leaves it above `from`. */
const chainOf = (name: string, length: number): Block[] =>
  Array.from({ length }, (_, number) => ({
    ...{ number, hash: `${name}${number}`, parentHash: number === 0 ? null : `${name}${number - 1}` },
  }));
const branchOf = (on: readonly Block[], from: number, name: string, length: number): Block[] => [
  ...on.slice(0, from + 1),
  ...Array.from({ length }, (_, at): Block => {
    const number = from + 1 + at;
    return {
      number,
      hash: `${name}${number}`,
      parentHash: at === 0 ? (on[from]?.hash ?? null) : `${name}${number - 1}`,
    };
  }),
];
const main = chainOf('a', 10);

function ask(indexed: readonly Block[], incoming: Block | undefined, more: Partial<ReconcileInput> = {}) {
  if (incoming === undefined) throw new Error('no block');
  return reconcile({
    ...{ tip: indexed.at(-1) ?? null, incoming, startBlock: 0, finalized: -1, reorgBound: 5 },
    known: new Map(indexed.map(({ number, hash }) => [number, hash])),
    ...more,
  });
}

describe('reconcile', () => {
  test('1. what lies before the first indexed block is none of ours', () => {
    expect(ask([], main[2], { startBlock: 5 })).toEqual({ kind: 'known' });
  });
  test('2. the first block begins the index, whatever its parent; another waits for it', () => {
    expect(ask([], main[5], { startBlock: 5 })).toEqual({ kind: 'append' });
    expect(ask([], main[7], { startBlock: 5 })).toEqual({ kind: 'missing', number: 5, hash: null });
  });
  test('3. a gap is filled first', () => {
    expect(ask(main.slice(0, 4), main[6])).toEqual({ kind: 'missing', number: 4, hash: null });
  });
  test('4. the next block on the tip is appended', () => {
    expect(ask(main.slice(0, 4), main[4])).toEqual({ kind: 'append' });
  });
  test('5. a block that is indexed is known', () => {
    expect(ask(main.slice(0, 4), main[1])).toEqual({ kind: 'known' });
  });
  test('6.1 a final block is not replaced', () => {
    const other = branchOf(main, 2, 'b', 1)[3];
    const verdict = { kind: 'diverged', number: 3, got: 'b3', expected: 'a3' };
    expect(ask(main.slice(0, 6), other, { finalized: 3 })).toEqual(verdict);
    expect(ask(main.slice(0, 6), other, { reorgBound: 0 })).toEqual(verdict);
  });
  test('6.2 the first block is replaced with all that stands on it, within the bound', () => {
    const other = { number: 0, hash: 'b0', parentHash: null };
    expect(ask(main.slice(0, 3), other)).toEqual({ kind: 'revert', to: null, depth: 3 });
    expect(ask(main.slice(0, 6), other)).toEqual({ kind: 'too deep', depth: 6 });
  });
  test('6.3 a branch whose parent is ours takes back what stands above it, within the bound', () => {
    const branch = branchOf(main, 2, 'b', 4);
    expect(ask(main.slice(0, 5), branch[3])).toEqual({ kind: 'revert', to: { number: 2, hash: 'a2' }, depth: 2 });
    expect(ask(main.slice(0, 8), branch[3])).toEqual({ kind: 'revert', to: { number: 2, hash: 'a2' }, depth: 5 });
    expect(ask(main.slice(0, 9), branch[3])).toEqual({ kind: 'too deep', depth: 6 });
  });
  test('6.4 a branch that leaves the chain below what is final diverges', () => {
    const branch = branchOf(main, 2, 'b', 4);
    expect(ask(main.slice(0, 4), branch[4], { finalized: 3 })).toEqual({
      kind: 'diverged',
      number: 3,
      got: 'b3',
      expected: 'a3',
    });
    expect(ask(main.slice(0, 4), branch[4], { reorgBound: 0 })).toEqual({
      kind: 'diverged',
      number: 3,
      got: 'b3',
      expected: 'a3',
    });
  });
  test('6.5 a branch that leaves further down is walked back by its parents, to the bound', () => {
    const branch = branchOf(main, 2, 'b', 8);
    expect(ask(main.slice(0, 6), branch[6])).toEqual({ kind: 'missing', number: 5, hash: 'b5' });
    expect(ask(main.slice(0, 9), branch[5])).toEqual({ kind: 'missing', number: 4, hash: 'b4' });
    expect(ask(main.slice(0, 10), branch[5])).toEqual({ kind: 'too deep', depth: 6 });
    const orphan = { number: 6, hash: 'x6', parentHash: null };
    expect(ask(main.slice(0, 6), orphan)).toEqual({ kind: 'missing', number: 5, hash: 'none' });
  });
});

/** The ledger: a chain that grows and turns to other branches, told block by block in any order, with repeats and stale ones. */
const story = fc.array(fc.record({ depth: fc.nat(6), grow: fc.nat(4), told: fc.array(fc.nat(30), { maxLength: 4 }) }), {
  minLength: 1,
  maxLength: 25,
});

describe('whoever follows reconcile', () => {
  test("ends with the ledger's own chain, and never takes back more than the bound or a final block", () => {
    fc.assert(
      fc.property(story, fc.nat(3), (steps, startBlock) => {
        const bound = 6;
        let chain = chainOf('a', startBlock + 8);
        let indexed: Block[] = [];
        steps.forEach((step, at) => {
          // What was final stays: the model's own finality lies a bound below the head.
          const finalized = chain.length - 1 - bound;
          const keep = Math.max(chain.length - 1 - step.depth, finalized, startBlock);
          const lost = chain.length - 1 - keep;
          chain = branchOf(chain.slice(0, keep + 1), keep, `${at}.`, lost + step.grow);
          // The head is told last, as every ledger does in the end.
          for (const block of [...step.told.map((number) => chain[number]), chain.at(-1)]) {
            if (block !== undefined) indexed = follow(indexed, block, chain, { startBlock, finalized, bound });
          }
          expect(indexed).toEqual(chain.slice(startBlock));
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** The loop around reconcile, without a store. */
function follow(
  before: readonly Block[],
  told: Block,
  chain: readonly Block[],
  { startBlock, finalized, bound }: { startBlock: number; finalized: number; bound: number },
): Block[] {
  let indexed = [...before];
  const waiting = [told];
  for (let steps = 0; waiting.length > 0; steps += 1) {
    expect(steps).toBeLessThan(500);
    const incoming = waiting.at(-1);
    const verdict = ask(indexed, incoming, { startBlock, finalized, reorgBound: bound });
    if (incoming === undefined) break;
    if (verdict.kind === 'append') {
      expect(incoming.number === startBlock || incoming.parentHash === indexed.at(-1)?.hash).toBe(true);
      indexed.push(incoming);
      waiting.pop();
    } else if (verdict.kind === 'known') waiting.pop();
    else if (verdict.kind === 'missing') {
      const needed = chain[verdict.number];
      if (needed === undefined) throw new Error(`no block ${verdict.number}`);
      if (verdict.hash !== null) expect(needed.hash).toBe(verdict.hash);
      waiting.push(needed);
    } else if (verdict.kind === 'revert') {
      const kept = indexed.filter(({ number }) => number <= (verdict.to?.number ?? -1));
      expect(indexed.length - kept.length).toBe(verdict.depth);
      expect(verdict.depth).toBeLessThanOrEqual(bound);
      expect(verdict.to === null ? -1 : verdict.to.number).toBeGreaterThanOrEqual(Math.min(finalized, startBlock - 1));
      indexed = kept;
    } else throw new Error(`${verdict.kind} at ${incoming.number}`);
  }
  return indexed;
}
