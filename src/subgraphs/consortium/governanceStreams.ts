import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import { parseId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { FeedSource } from '../feedSource.js';
import { CursorScalar } from '../scalars.js';
import type { StreamSource } from '../stream.js';
import type { StreamFilter } from '../streamBinding.js';
import { ProposalChange, VoteChange } from './governanceChanges.js';
import { ProposalFilter } from './proposalInputs.js';
import { criteriaOf } from './proposalLists.js';

const OPTIONS = { minConfirmation: 'CONFIRMED', kinds: ['APPENDED', 'RETRACTED'] } as const;

interface Asked<Args> {
  readonly args: Args & { readonly after?: string | null };
  readonly context: unknown;
}

async function proposalStream({
  args: { filter, after = null },
  context: given,
}: Asked<{ readonly filter?: ProposalFilter | null }>): Promise<StreamSource> {
  const context = given as RequestContext;
  const { ledgers, ...criteria } = await criteriaOf(context, filter, 0);
  // Without a ledger named, ledgers that come into sight later are told of too.
  const all = filter?.ledger == null && filter?.network == null;
  return new FeedSource(context, {
    binding: { field: 'proposalChanged', filter: bindingOf(filter ?? {}) },
    wanted: { items: 'proposals', criteria: { ...criteria, ledgers: all ? null : (ledgers ?? null) } },
    options: OPTIONS,
    after,
    Change: ProposalChange,
  });
}

const bindingOf = ({ mechanism, status, proposer, awaiting, ledger, network }: ProposalFilter): StreamFilter => ({
  ...{ mechanism: mechanism ?? null, status: status ?? null, proposer: proposer ?? null, awaiting: awaiting ?? null },
  ledgers: ledger == null ? null : [ledger],
  names: network == null ? null : [network],
});

function voteStream({ args, context: given }: Asked<{ readonly proposal?: string | null }>): StreamSource {
  const context = given as RequestContext;
  const ref = args.proposal == null ? null : parseId(args.proposal);
  if (args.proposal != null && ref?.type !== 'Proposal')
    throw new ParleyError('ID_INVALID', 'That is not the id of a proposal', { got: args.proposal });
  const proposal = ref?.type === 'Proposal' ? ref.proposal : null;
  const ledgers = proposal === null ? null : context.scope.ledgers.filter((id) => id === proposal.ledger);
  return new FeedSource(context, {
    binding: { field: 'voteCast', filter: { proposal: args.proposal ?? null } },
    wanted: { items: 'votes', criteria: { ledgers, proposal } },
    options: OPTIONS,
    after: args.after ?? null,
    Change: VoteChange,
  });
}

@Resolver()
export class GovernanceSubscriptions {
  @Subscription(() => ProposalChange, { subscribe: proposalStream })
  proposalChanged(
    @Arg('filter', () => ProposalFilter, { nullable: true }) filter: ProposalFilter | null | undefined,
    @Arg('after', () => CursorScalar, { nullable: true }) after: string | null | undefined,
    @Root() change: ProposalChange,
  ): ProposalChange {
    return change;
  }

  @Subscription(() => VoteChange, { subscribe: voteStream })
  voteCast(
    @Arg('proposal', () => ID, { nullable: true }) proposal: string | null | undefined,
    @Arg('after', () => CursorScalar, { nullable: true }) after: string | null | undefined,
    @Root() change: VoteChange,
  ): VoteChange {
    return change;
  }
}
