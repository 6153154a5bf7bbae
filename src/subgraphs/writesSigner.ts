import { ParleyError } from '../errors/index.js';
import type { Signer } from '../keys/signer.js';
import { parseId, type LedgerId } from '../model/ids.js';

/** A member's key in the configuration, from its id in the graph. Errors: `ID_INVALID`. */
export function memberKey(id: string): string {
  const ref = parseId(id);
  if (ref?.type === 'Member') return ref.key;
  throw new ParleyError('ID_INVALID', 'That is not the id of a member', { got: id, expected: 'member/…' });
}

/**
 * The signer to use on a ledger: the one named, or the only one that fits the ledger's kind and the member.
 * Errors: `SIGNER_UNKNOWN`, naming those that could be meant; `ID_INVALID`.
 */
export function chooseSigner(
  signers: readonly Signer[],
  ledger: LedgerId,
  asked: { readonly as: string | null; readonly signer: string | null },
): Signer {
  const kind = ledger.startsWith('fabric:') ? 'fabric' : 'ethereum';
  const member = asked.as === null ? null : memberKey(asked.as);
  const fit = signers.filter((one) => one.identity.kind === kind && (member === null || one.member === member));
  const named = asked.signer === null ? fit : fit.filter(({ id }) => id === asked.signer);
  const [only, another] = named;
  if (only !== undefined && another === undefined) return only;
  throw noneOrSeveral(fit, asked.signer, member);
}

function noneOrSeveral(fit: readonly Signer[], named: string | null, member: string | null): ParleyError {
  const counted = fit.length === 0 ? 'No signer fits' : 'Several signers fit';
  const what = named === null ? counted : 'There is no such signer for';
  const could = fit.map(({ id }) => id).slice(0, 20);
  return new ParleyError('SIGNER_UNKNOWN', `${what} that ledger${member === null ? '' : ` and member ${member}`}`, {
    got: named ?? 'none named',
    expected: could.length === 0 ? 'a configured signer' : `one of ${could.join(', ')}`,
  });
}
