import { ParleyError } from '../errors/index.js';
import type { ChangeKind } from '../feed/feed.js';
import type { Confirmation } from '../model/finality.js';

/** What a subscription is asked for beside its filter. */
export interface StreamArguments {
  readonly after?: string | null;
  readonly minConfirmation?: Confirmation | null;
  readonly kinds?: readonly ChangeKind[] | null;
}

export interface StreamOptions {
  readonly minConfirmation: 'CONFIRMED' | 'FINAL';
  readonly kinds: readonly ChangeKind[];
}

const REASONS = {
  PENDING: 'what is in no block yet has no position to resume from',
  RETRACTED: 'nothing begins by being taken back: `kinds` asks for RETRACTED',
} as const;

/** Errors: `INPUT_INVALID` for what no stream can give. `confirmation` is the filter's. */
export function streamOptions(
  { minConfirmation, kinds }: StreamArguments,
  confirmation: readonly Confirmation[] | null | undefined,
): StreamOptions {
  const asked = minConfirmation ?? 'CONFIRMED';
  if (asked === 'PENDING' || asked === 'RETRACTED') {
    throw new ParleyError('INPUT_INVALID', `A stream cannot have \`minConfirmation: ${asked}\`: ${REASONS[asked]}`, {
      expected: 'CONFIRMED or FINAL',
    });
  }
  if (kinds?.length === 0) {
    throw new ParleyError('INPUT_INVALID', 'A stream of no `kinds` would never say anything', {
      expected: 'APPENDED, RETRACTED or FINALIZED',
      fix: 'Name at least one kind, or leave `kinds` out.',
    });
  }
  const final = asked === 'FINAL' || onlyFinal(confirmation);
  return {
    minConfirmation: final ? 'FINAL' : 'CONFIRMED',
    kinds: [...new Set(kinds ?? (['APPENDED', 'RETRACTED'] as const))].sort(),
  };
}

function onlyFinal(confirmation: readonly Confirmation[] | null | undefined): boolean {
  if (confirmation == null) return false;
  const asked = [...new Set(confirmation)].sort().join(' ');
  if (asked === 'CONFIRMED FINAL') return false;
  if (asked === 'FINAL') return true;
  throw new ParleyError('INPUT_INVALID', "A stream's filter cannot have that `confirmation`", {
    got: asked === '' ? 'an empty list' : asked,
    expected: 'none, or FINAL',
    fix: 'Leave it out: `minConfirmation` says from when an item is told, `kinds` whether its retraction is.',
  });
}
