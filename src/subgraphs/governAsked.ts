import type { GovernanceAction } from '../access/index.js';
import { ParleyError } from '../errors/index.js';
import type { GovernanceWrite, JsonValue } from '../governance/mechanism.js';
import type { Mechanism, ProposalKey, ProposalState, VoteChoice } from '../model/governance.js';
import { isLedgerId, parseId, type LedgerId } from '../model/ids.js';
import type { RequestContext } from './context.js';
import type {
  AcceptInvitationInput,
  CastVoteInput,
  ExecuteProposalInput,
  LeaveNetworkInput,
  RejectInvitationInput,
  WithdrawProposalInput,
} from './governInputs.js';
import type { ProposeInput } from './proposeInputs.js';

/** One of the writes of governance, as its mutation or `WriteInput` says it. */
export interface GovernanceWanted {
  readonly propose?: ProposeInput | null;
  readonly castVote?: CastVoteInput | null;
  readonly withdrawProposal?: WithdrawProposalInput | null;
  readonly executeProposal?: ExecuteProposalInput | null;
  readonly acceptInvitation?: AcceptInvitationInput | null;
  readonly rejectInvitation?: RejectInvitationInput | null;
  readonly leaveNetwork?: LeaveNetworkInput | null;
  /** Of `propose`: the decision that is carried out by it. Callers of the graph name none. */
  readonly decision?: ProposalKey | null;
}

/** The same with the place that decides: plain JSON, kept between signatures. */
export interface GovernanceAsked {
  readonly action: GovernanceAction;
  readonly mechanism: Mechanism;
  readonly ledger: LedgerId;
  readonly as: string | null;
  readonly signer: string | null;
  readonly idempotencyKey: string | null;
  /** Native id of the proposal or the invitation that it is about. */
  readonly about: string | null;
  /** What remains of the input. */
  readonly input: JsonValue;
  readonly decision?: ProposalKey | null;
}

interface Given {
  readonly as?: string | null;
  readonly signer?: string | null;
  readonly idempotencyKey?: string | null;
}
type Place = Pick<GovernanceAsked, 'mechanism' | 'ledger' | 'about'>;

const MAX_TEXT = { title: 200, body: 100_000, description: 10_000, reason: 1_000, name: 200 } as const;
/** Certificates and raw configuration updates are long; nothing that a ledger takes in one piece is longer. */
const MAX_INPUT_CHARACTERS = 2_000_000;

/** Errors: `ID_INVALID`, `INPUT_INVALID`, `GOVERNANCE_REFUSED` where that is not decided here. */
export function askedOf(context: RequestContext, wanted: GovernanceWanted): GovernanceAsked {
  if (wanted.propose != null) return { ...proposeAsked(context, wanted.propose), decision: wanted.decision ?? null };
  if (wanted.castVote != null) return ofProposal(context, 'castVote', wanted.castVote, wanted.castVote.proposal);
  if (wanted.withdrawProposal != null)
    return ofProposal(context, 'withdrawProposal', wanted.withdrawProposal, wanted.withdrawProposal.proposal);
  if (wanted.executeProposal != null)
    return ofProposal(context, 'executeProposal', wanted.executeProposal, wanted.executeProposal.proposal);
  if (wanted.acceptInvitation != null)
    return ofInvitation(context, 'acceptInvitation', wanted.acceptInvitation, wanted.acceptInvitation.invitation);
  if (wanted.rejectInvitation != null)
    return ofInvitation(context, 'rejectInvitation', wanted.rejectInvitation, wanted.rejectInvitation.invitation);
  if (wanted.leaveNetwork != null) return leaveAsked(context, wanted.leaveNetwork);
  throw new ParleyError('INPUT_INVALID', 'Nothing is asked for', { expected: 'one field' });
}

function proposeAsked(context: RequestContext, wanted: ProposeInput): GovernanceAsked {
  const { consortium, fabricLifecycle, fabricConfig, governor, amb } = wanted;
  const proposed = (mechanism: Mechanism, ledger: LedgerId, given: Given): GovernanceAsked =>
    asked('propose', given, { mechanism, ledger, about: null });
  if (consortium != null)
    return proposed('CONSORTIUM', homeOf(context, ['CONSORTIUM'], consortium.network).ledger, consortium);
  if (fabricLifecycle != null)
    return proposed('FABRIC_LIFECYCLE', ledgerOf(context, 'fabric:', fabricLifecycle.channel), fabricLifecycle);
  if (fabricConfig != null)
    return proposed('FABRIC_CONFIG', ledgerOf(context, 'fabric:', fabricConfig.channel), fabricConfig);
  if (governor != null) return proposed('GOVERNOR', ledgerOf(context, 'eip155:', governor.chain), governor);
  if (amb != null) return proposed('AMB', homeOf(context, ['AMB'], amb.network).ledger, amb);
  throw new ParleyError('INPUT_INVALID', 'Nothing is proposed', { expected: 'one of the fields of `propose`' });
}

function ofProposal(context: RequestContext, action: GovernanceAction, given: Given, id: string): GovernanceAsked {
  const ref = parseId(id);
  if (ref?.type !== 'Proposal' || !context.scope.ledgers.includes(ref.proposal.ledger)) throw noSuch('proposal', id);
  const { mechanism, ledger, nativeId } = ref.proposal;
  return asked(action, given, { mechanism, ledger, about: nativeId });
}

function ofInvitation(context: RequestContext, action: GovernanceAction, given: Given, id: string): GovernanceAsked {
  const ref = parseId(id);
  if (ref?.type !== 'Invitation' || !context.scope.ledgers.includes(ref.recordedOn)) throw noSuch('invitation', id);
  const mechanism = ref.recordedOn.startsWith('amb:') ? 'AMB' : 'CONSORTIUM';
  return asked(action, given, { mechanism, ledger: ref.recordedOn, about: ref.key });
}

const leaveAsked = (context: RequestContext, given: LeaveNetworkInput): GovernanceAsked =>
  asked('leaveNetwork', given, { ...homeOf(context, ['CONSORTIUM', 'AMB'], given.network), about: null });

function asked(action: GovernanceAction, given: Given, place: Place): GovernanceAsked {
  const { as = null, signer = null, idempotencyKey = null, ...rest } = given;
  return { action, ...place, as, signer, idempotencyKey, input: plain(rest) };
}

/** Errors: `INPUT_INVALID` for texts that no ledger would take. */
function plain(input: object): JsonValue {
  for (const [name, most] of Object.entries(MAX_TEXT)) {
    const text: unknown = (input as Readonly<Record<string, unknown>>)[name];
    if (typeof text === 'string' && text.length > most) throw tooLong(name, text.length, most);
  }
  const json = JSON.stringify(input, (_, value: unknown) => value ?? undefined);
  if (json.length > MAX_INPUT_CHARACTERS) throw tooLong('the input', json.length, MAX_INPUT_CHARACTERS);
  return JSON.parse(json) as JsonValue;
}

const tooLong = (name: string, got: number, most: number): ParleyError =>
  new ParleyError('INPUT_INVALID', `“${name}” is too long`, {
    got: `${got} characters`,
    expected: `at most ${most}`,
  });

function ledgerOf({ scope }: RequestContext, kind: 'fabric:' | 'eip155:', id: string): LedgerId {
  if (isLedgerId(id) && id.startsWith(kind) && scope.ledgers.includes(id)) return id;
  throw noSuch(kind === 'fabric:' ? 'channel' : 'chain', id);
}

/** Where the members of a network decide over one another. */
function homeOf(
  context: RequestContext,
  mechanisms: readonly ('CONSORTIUM' | 'AMB')[],
  id: string,
): { readonly mechanism: Mechanism; readonly ledger: LedgerId } {
  const ref = parseId(id);
  if (ref?.type !== 'Network') throw noSuch('network', id);
  for (const mechanism of mechanisms) {
    const ledger = context.governance.home(mechanism, ref.key);
    if (ledger !== null && context.scope.ledgers.includes(ledger)) return { mechanism, ledger };
  }
  throw new ParleyError(
    'GOVERNANCE_REFUSED',
    `The members of that network do not decide by ${mechanisms.join(' or ')}`,
    {
      got: id,
      fix: 'Configure where they do: `network.consortium`, or `amb`.',
    },
  );
}

const noSuch = (what: string, id: string): ParleyError =>
  new ParleyError('ID_INVALID', `There is no such ${what} here`, {
    got: id.slice(0, 200),
    expected: `the id of a ${what}`,
  });

/** What a mechanism is asked, with the proposal as the index has it now. Errors: `ID_INVALID` where there is none. */
export async function writeOf(context: RequestContext, asking: GovernanceAsked): Promise<GovernanceWrite> {
  const { action, input, idempotencyKey, decision = null, about } = asking;
  switch (action) {
    case 'propose':
      return { kind: 'propose', input, decision, idempotencyKey };
    case 'acceptInvitation':
    case 'rejectInvitation':
      return { kind: action, invitation: about ?? '', input };
    case 'leaveNetwork':
      return { kind: 'leave' };
    default:
      return writeAbout(action, input, await proposalState(context, asking));
  }
}

function writeAbout(
  action: 'castVote' | 'withdrawProposal' | 'executeProposal',
  input: JsonValue,
  proposal: ProposalState,
): GovernanceWrite {
  if (action !== 'castVote') return { kind: action === 'withdrawProposal' ? 'withdraw' : 'execute', proposal };
  const { choice, reason = null } = input as unknown as { choice: VoteChoice; reason?: string };
  return { kind: 'castVote', proposal, choice, reason };
}

async function proposalState(context: RequestContext, asking: GovernanceAsked): Promise<ProposalState> {
  const [row] = await context.store.proposalsByKey(context.scope, [keyAbout(asking)]);
  if (row != null) return row.state;
  throw new ParleyError('ID_INVALID', 'There is no such proposal here', { got: asking.about });
}

export const keyAbout = ({ ledger, mechanism, about }: GovernanceAsked, nativeId = about ?? ''): ProposalKey => ({
  ...{ ledger, mechanism, nativeId },
});
