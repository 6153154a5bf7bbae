import { ParleyError } from '../errors/index.js';
import type { Signer } from '../keys/signer.js';
import { formatId, parseId, type LedgerId } from '../model/ids.js';

/** A member's key in the configuration, from its id in the graph. Errors: `ID_INVALID`. */
export function memberKey(id: string): string {
  const ref = parseId(id);
  if (ref?.type === 'Member') return ref.key;
  throw new ParleyError('ID_INVALID', 'That is not the id of a member', { got: id, expected: 'member/…' });
}

/** The id of the member that is acted for, whichever way it was chosen; null where the signer alone says it. */
export const actingAs = ({ member }: { readonly member: string | null }, as: string | null): string | null =>
  as ?? (member === null ? null : formatId({ type: 'Member', key: member }));

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
  const member = asked.as === null ? null : memberKey(asked.as);
  const fit = signers.filter(
    (one) => mayWrite(one, ledger, asked.organizations) && (member === null || one.member === member),
  );
  const named = asked.signer === null ? fit : fit.filter(({ id }) => id === asked.signer);
  const [only, another] = named;
  if (only !== undefined && another === undefined) return only;
  throw noneOrSeveral(fit, asked, member);
}

/** Whether a signer's identity is one that the ledger knows. */
export const mayWrite = (
  { identity }: Signer,
  ledger: LedgerId,
  organizations?: ReadonlySet<string> | null,
): boolean =>
  identity.kind === 'fabric'
    ? ledger.startsWith('fabric:') && (organizations == null || organizations.has(identity.mspId))
    : ledger.startsWith('eip155:');

/** The first that may write there. Errors: `SIGNER_UNKNOWN`. */
export function chooseCarrier(
  signers: readonly Signer[],
  ledger: LedgerId,
  organizations: ReadonlySet<string> | null,
): Signer {
  const fit = signers.find((one) => mayWrite(one, ledger, organizations));
  if (fit !== undefined) return fit;
  throw noneOrSeveral([], { as: null, signer: null, organizations }, null);
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
