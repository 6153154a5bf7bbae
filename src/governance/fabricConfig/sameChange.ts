import { isDeepStrictEqual } from 'node:util';
import type { ProposalAction } from '../../model/governance.js';

/** Whether two updates bring a configuration to the same, whatever else it came to in between. */
export function sameChange(a: readonly ProposalAction[], b: readonly ProposalAction[]): boolean {
  const [one, other] = [deedsOf(a), deedsOf(b)];
  return one.length > 0 && isDeepStrictEqual(one, other);
}

const deedsOf = (actions: readonly ProposalAction[]): unknown[] =>
  actions.flatMap((action) =>
    action.kind === 'CHANNEL_CONFIG_CHANGE'
      ? action.changes.map(({ path, kind, after }) => plain([path, kind, after]))
      : [],
  );

/** As a store gives it back. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
