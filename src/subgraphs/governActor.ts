import type { Decision } from '../access/index.js';
import { ParleyError } from '../errors/index.js';
import type { Actor, MechanismWrites } from '../governance/mechanism.js';
import type { Signer, SigningIdentity } from '../keys/signer.js';
import type { LedgerId } from '../model/ids.js';
import type { RequestContext } from './context.js';
import { organizationsOn } from './fabricWrite.js';
import type { GovernanceAsked } from './governAsked.js';
import { memberId } from './ledgerFacts.js';
import { loadersOf } from './loaders.js';
import { memberKey } from './writesSigner.js';

/** Who acts, by a signer of this process. `signer`: null where an API signs for the member. */
export interface Acting {
  readonly decision: Decision;
  readonly actor: Actor;
  readonly signer: Signer | null;
}

/** Errors: `GOVERNANCE_REFUSED` where nothing is decided there in that way; `LEDGER_UNAVAILABLE`. */
export function mechanismOf({ governance }: RequestContext, asking: GovernanceAsked): MechanismWrites {
  const writes = governance.mechanism(asking.mechanism, asking.ledger);
  if (writes !== null) return writes;
  throw new ParleyError('GOVERNANCE_REFUSED', `Nothing is decided by ${asking.mechanism} there`, {
    got: asking.ledger,
    fix: 'See `proposals` for the ways in which its members decide, or configure this one.',
  });
}

/** Errors: `SIGNER_UNKNOWN`, `ID_INVALID`, `INPUT_INVALID`. */
export async function actingHere(context: RequestContext, asking: GovernanceAsked): Promise<Acting> {
  if (asking.mechanism === 'AMB') return actingByApi(context, asking);
  if (isInvited(asking)) return actingAsInvited(context, asking);
  const { action, ledger, as, signer: named } = asking;
  const organizations = await organizationsThatAct(context, asking);
  const { decision, signer } = context.writes.decideWithSigner(action, ledger, { as, signer: named, organizations });
  return {
    decision,
    signer,
    actor: { member: decision.member ?? signer.member, identity: identityOf(signer.identity) },
  };
}

/** The organisations on a channel; null on a chain. */
export const organizationsOf = (context: RequestContext, ledger: LedgerId): Promise<ReadonlySet<string> | null> =>
  ledger.startsWith('fabric:') ? organizationsOn(context, ledger) : Promise.resolve(null);

/** Those whose signatures an act may be by: who only orders a channel's blocks signs its configurations all the same. */
async function organizationsThatAct(
  context: RequestContext,
  { mechanism, action, ledger }: GovernanceAsked,
): Promise<ReadonlySet<string> | null> {
  const organizations = await organizationsOf(context, ledger);
  if (organizations === null || mechanism !== 'FABRIC_CONFIG' || action !== 'castVote') return organizations;
  const standing = (await loadersOf(context).memberships()).filter(
    (one) => one.ledger === ledger && one.status === 'ACTIVE',
  );
  return new Set([...organizations, ...standing.map(({ nativeId }) => nativeId)]);
}

const isInvited = ({ action }: GovernanceAsked): boolean =>
  action === 'acceptInvitation' || action === 'rejectInvitation';

function actingByApi(context: RequestContext, asking: GovernanceAsked): Acting {
  const { action, ledger, as, signer } = asking;
  if (signer !== null)
    throw new ParleyError('INPUT_INVALID', 'Amazon signs for its members by the account of this process', {
      got: signer,
      fix: 'Leave `signer` out.',
    });
  // The account answers what came to it: it is nobody's yet.
  if (isInvited(asking)) {
    const decision = context.writes.decide(action, ledger, null);
    return { decision, signer: null, actor: { member: context.member ?? 'invited', identity: null } };
  }
  const chosen = as === null ? context.member : memberKey(as);
  if (chosen === null)
    throw new ParleyError('INPUT_INVALID', 'Nobody is named to act for', { expected: '`as`: a member’s id' });
  if (context.member !== null && context.member !== chosen)
    throw new ParleyError('SIGNER_UNKNOWN', 'The caller acts for another member', {
      got: as,
      expected: `member/${context.member}`,
    });
  const decision = context.writes.decide(action, ledger, `member/${chosen}`);
  return { decision, signer: null, actor: { member: chosen, identity: null } };
}

/** The invited party signs by a key of its own, of which the ledger need know nothing yet. */
async function actingAsInvited(context: RequestContext, asking: GovernanceAsked): Promise<Acting> {
  const { action, ledger, signer: named } = asking;
  const organizations = await organizationsOf(context, ledger);
  const outside = ({ identity }: Signer): boolean =>
    identity.kind === 'ethereum' || organizations?.has(identity.mspId) !== true;
  const fit = context.writes.signers().filter((one) => (named === null ? outside(one) : one.id === named));
  const [signer, another] = fit;
  if (signer === undefined || another !== undefined)
    throw new ParleyError('SIGNER_UNKNOWN', 'Who signs for the invited party is not clear', {
      got: named ?? `${fit.length} signers of parties that are not on the channel`,
      expected: '`signer`: one of `viewer.signers`',
    });
  const decision = context.writes.decide(action, ledger, null);
  return { decision, signer, actor: { member: signer.member, identity: identityOf(signer.identity) } };
}

const identityOf = (identity: SigningIdentity): Actor['identity'] =>
  identity.kind === 'ethereum'
    ? { address: identity.address }
    : { fabric: { mspId: identity.mspId, certificate: identity.certificate } };

/**
 * Who acts by a key that is kept elsewhere. Errors: `INPUT_INVALID` where a signer is named, or the identity is not of the member that is
 * acted for or fits the ledger not at all.
 */
export async function actingElsewhere(
  context: RequestContext,
  asking: GovernanceAsked,
  identity: NonNullable<Actor['identity']>,
): Promise<Actor> {
  requireNoSigner(asking);
  const { ledger, as } = asking;
  context.writes.decide(asking.action, ledger, as);
  const nativeId = 'fabric' in identity ? identity.fabric.mspId : identity.address;
  const member = context.directory.memberOf(ledger, nativeId);
  if (as !== null && member !== null && memberId(member) !== as)
    throw new ParleyError('INPUT_INVALID', 'The identity does not sign for that member', {
      got: as,
      expected: memberId(member),
    });
  if (!isInvited(asking)) await requireOnLedger(context, asking, identity);
  const carried = await isCarried(context, asking);
  return { member: member?.id ?? nativeId, identity, carried };
}

function requireNoSigner({ mechanism, signer, action }: GovernanceAsked): void {
  if (mechanism === 'AMB')
    throw new ParleyError('INPUT_INVALID', 'Amazon signs for its members: there is nothing to be signed elsewhere', {
      fix: `Use the mutation \`${action}\`.`,
    });
  if (signer === null) return;
  throw new ParleyError('INPUT_INVALID', 'What is signed elsewhere has no signer here', {
    got: signer,
    fix: `Leave \`signer\` out, or use the mutation \`${action}\`.`,
  });
}

async function requireOnLedger(
  context: RequestContext,
  asking: GovernanceAsked,
  identity: NonNullable<Actor['identity']>,
): Promise<void> {
  const { ledger } = asking;
  if (ledger.startsWith('fabric:') !== 'fabric' in identity)
    throw new ParleyError('INPUT_INVALID', 'The identity cannot sign what that ledger takes', {
      expected: ledger.startsWith('fabric:') ? '`identity.fabric`' : '`identity.address`',
    });
  const organizations = await organizationsThatAct(context, asking);
  if (organizations === null || !('fabric' in identity) || organizations.has(identity.fabric.mspId)) return;
  throw new ParleyError('INPUT_INVALID', 'The identity is of no organisation of that channel', {
    got: identity.fabric.mspId,
    expected: [...organizations].join(', '),
  });
}

async function isCarried(context: RequestContext, { action, ledger }: GovernanceAsked): Promise<boolean> {
  try {
    context.writes.decideWithCarrier(action, ledger, await organizationsOf(context, ledger));
    return true;
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'SIGNER_UNKNOWN') return false;
    throw error;
  }
}
