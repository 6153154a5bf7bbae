import { ParleyError } from '../errors/index.js';
import type { RawBlock } from '../model/block.js';
import type { Ledger } from '../ledgers/ledger.js';
import type { IndexedChain } from './chain.js';
import { decodeConfirmed } from './confirmed.js';
import type { Reconciliation } from './reconcile.js';

/** `gap`: blocks before it are needed first. `took back`: the index is on another branch now, whose later blocks must be followed anew. */
export type TakenIn = 'appended' | 'known' | 'gap' | 'took back';

/**
 * Takes one block in. Where it is of another branch, the parents are walked back through the ledger to the block from which the
 * branch leaves ours; what stands above is taken back and the branch's first block appended.
 * Errors: `REORG_TOO_DEEP`, `LEDGER_DIVERGED`; `LEDGER_CONTRADICTION` where the ledger changed while it was asked,
 * or where its endpoints contradict each other.
 */
export async function takeIn(
  ledger: Ledger,
  chain: IndexedChain,
  block: RawBlock,
  signal: AbortSignal,
): Promise<TakenIn> {
  let incoming = block;
  // Every step goes one block down, and `reconcile` ends it at the bound.
  for (;;) {
    const verdict = await chain.reconcile(incoming);
    switch (verdict.kind) {
      case 'append':
        await chain.append([await decodeConfirmed(ledger, chain, incoming, signal)]);
        return 'appended';
      case 'known':
        return 'known';
      case 'missing':
        if (verdict.hash === null) return 'gap';
        incoming = await shown(ledger, verdict.number, verdict.hash, signal);
        break;
      case 'revert':
        await shown(ledger, incoming.number, incoming.hash, signal);
        await chain.revert(verdict.to, signal);
        await chain.append([chain.decode(incoming)]);
        return 'took back';
      default:
        // One endpoint alone may lie: another one's block is read where it shows one.
        await ledger.confirm?.(incoming, signal);
        throw refusal(ledger, incoming, verdict);
    }
  }
}

/** The ledger's own block of that number, which must be the one expected: nothing is taken back on the word of a stale answer. */
async function shown(ledger: Ledger, number: number, hash: string, signal: AbortSignal): Promise<RawBlock> {
  const raw = await ledger.block(number, signal);
  if (raw?.hash === hash) return raw;
  throw new ParleyError('LEDGER_CONTRADICTION', `The chain of ${ledger.name} changed while it was read`, {
    source: ledger.name,
    got: `block ${number} ${raw?.hash ?? 'missing'}`,
    expected: hash,
  });
}

function refusal(
  ledger: Ledger,
  incoming: RawBlock,
  verdict: Reconciliation & { kind: 'diverged' | 'too deep' },
): ParleyError {
  const { name: source, reorgBound } = ledger;
  if (verdict.kind === 'too deep') {
    return new ParleyError('REORG_TOO_DEEP', `A reorganisation of ${source} reaches too deep`, {
      source,
      got: `${verdict.depth} blocks or more`,
      expected: `at most ${reorgBound} (reorgWindow)`,
      fix: fixOfTooDeep(source),
    });
  }
  const { number, got, expected } = verdict;
  return new ParleyError(
    reorgBound === 0 ? 'LEDGER_DIVERGED' : 'REORG_TOO_DEEP',
    number === incoming.number
      ? `${source} shows another block ${number} than the final one indexed`
      : `${source} shows a block ${incoming.number} that does not follow the final block ${number} indexed`,
    { source, got, expected, fix: fixOfDiverged(source) },
  );
}

const fixOfTooDeep = (ledger: string): string =>
  `Correct the endpoints where a node is wrong. Where the chain did change, stop Parley, raise reorgWindow of ${ledger} or run \`${readAgain(ledger)}\`, and start it.`;

const fixOfDiverged = (ledger: string): string =>
  `Correct the endpoints where a node is wrong. Where the ledger itself is another one now, stop Parley, run \`${readAgain(ledger)}\`, and start it.`;

const readAgain = (ledger: string): string => `parley rebuild --ledger ${ledger} --read-again`;
