import type { ProposalKey } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { InvitationRow, Page, PartyRef, ProposalRow, VotePlace, VoteRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { eachLoader, keyedLoader, once } from '../keyedLoader.js';
import { partiesOf } from '../parties.js';
import { actingFor } from './members.js';

const LOADERS = Symbol('governance loaders');

/** The request's loaders of proposals, votes and invitations. */
export const governanceOf = (context: RequestContext): GovernanceLoaders =>
  context.once(LOADERS, () => new GovernanceLoaders(context));

export const keyText = ({ ledger, mechanism, nativeId }: ProposalKey): string => `${mechanism}/${ledger}/${nativeId}`;
export const keyOf = ({ ledger, state }: ProposalRow): ProposalKey => ({
  ...{ ledger, mechanism: state.mechanism, nativeId: state.nativeId },
});
interface NativeKey {
  readonly ledger: LedgerId;
  readonly nativeId: string;
}
type VotesRequest = { readonly limit: number; readonly after: VotePlace | null };

export class GovernanceLoaders {
  constructor(private readonly context: RequestContext) {}

  private get store() {
    return this.context.store;
  }
  private get scope() {
    return this.context.scope;
  }

  readonly proposal = keyedLoader<ProposalKey, ProposalRow | null>(
    (keys) => this.store.proposalsByKey(this.scope, keys),
    keyText,
  );
  readonly carryingOut = keyedLoader<ProposalKey, readonly ProposalRow[]>(
    (keys) => this.store.proposalsOfDecisions(this.scope, keys),
    keyText,
  );
  readonly votes = eachLoader<ProposalKey, VotesRequest, Page<VoteRow>>(
    (keys, each) => this.store.votesOfProposals(this.scope, keys, each),
    keyText,
  );
  readonly viewerVote = keyedLoader<ProposalKey, VoteRow | null>(
    async (keys) => this.store.votesOn(this.scope, keys, await this.viewerParties()),
    keyText,
  );
  readonly vote = keyedLoader<VotePlace, VoteRow | null>(
    (places) => this.store.votesByPlace(this.scope, places),
    ({ ledger, number, ordinal }) => `${ledger} ${number} ${ordinal}`,
  );
  readonly invitation = keyedLoader<NativeKey, InvitationRow | null>(
    (keys) => this.store.invitationsByKey(this.scope, keys),
    ({ ledger, nativeId }) => `${ledger} ${nativeId}`,
  );
  readonly invitations = once(() => this.store.invitations(this.scope, this.scope.ledgers));

  /** Under which native ids the caller's members act. */
  readonly viewerParties = once(async (): Promise<readonly PartyRef[]> => {
    const parties = partiesOf(this.context);
    const members = await Promise.all(actingFor(this.context).map((key) => parties.member(key)));
    return members.flatMap((member) => (member === null ? [] : parties.refsOf(member)));
  });
}
