import { ParleyError } from '../../errors/index.js';

/** What a change, an update or a configuration is refused with: `INPUT_INVALID` in the four parts of every error. */
export const inputProblem = (
  what: string,
  facts: { got?: unknown; expected?: unknown; fix: string; details?: unknown },
) => new ParleyError('INPUT_INVALID', what, facts);

/** Many names as one text, the first fifty of them. */
export function listed(names: Iterable<string>): string {
  const all = [...names];
  const rest = all.length - 50;
  return `${all.slice(0, 50).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
