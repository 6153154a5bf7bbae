import { ParleyError } from '../errors/index.js';
import type { Signer } from '../keys/signer.js';
import { parseId, type LedgerId } from '../model/ids.js';

/** A member's key in the configuration, from its id in the graph. Errors: `ID_INVALID`. */
export function memberKey(id: string): string {
  const ref = parseId(id);
  if (ref?.type === 'Member') return ref.key;
  throw new ParleyError('ID_INVALID', 'That is not the id of a member', { got: id, expected: 'member/…' });
}

/** Which signer is asked for. */
export interface SignerAsked {
  /** A member's id in the graph. */
  readonly as: string | null;
  /** A signer's id. */
  readonly signer: string | null;
  /** The organisations that a channel takes transactions of; absent where that is not known, and on a chain. */
  readonly organizations?: ReadonlySet<string> | null;
}

/**
 * The signer to use on a ledger: the one named, or the only one that fits the ledger and the member.
 * Errors: `SIGNER_UNKNOWN`, naming those that could be meant; `ID_INVALID`.
 */
export function chooseSigner(signers: readonly Signer[], ledger: LedgerId, asked: SignerAsked): Signer {
  const kind = ledger.startsWith('fabric:') ? 'fabric' : 'ethereum';
  const member = asked.as === null ? null : memberKey(asked.as);
  const isOn = ({ identity }: Signer): boolean =>
    identity.kind !== 'fabric' || asked.organizations == null || asked.organizations.has(identity.mspId);
  const fit = signers.filter(
    (one) => one.identity.kind === kind && isOn(one) && (member === null || one.member === member),
  );
  const named = asked.signer === null ? fit : fit.filter(({ id }) => id === asked.signer);
  const [only, another] = named;
  if (only !== undefined && another === undefined) return only;
  throw noneOrSeveral(fit, asked, member);
}

function noneOrSeveral(
  fit: readonly Signer[],
  { signer: named, organizations }: SignerAsked,
  member: string | null,
): ParleyError {
  const onIt = organizations == null ? '' : ` of ${[...organizations].slice(0, 20).join(', ')}`;
  const counted = fit.length === 0 ? 'No signer fits' : 'Several signers fit';
  const what = named === null ? counted : 'There is no such signer for';
  const could = fit.map(({ id }) => id).slice(0, 20);
  return new ParleyError('SIGNER_UNKNOWN', `${what} that ledger${member === null ? '' : ` and member ${member}`}`, {
    got: named ?? 'none named',
    expected: could.length === 0 ? `a configured signer${onIt}` : `one of ${could.join(', ')}`,
  });
}
