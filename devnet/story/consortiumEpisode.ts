import { devAccount } from '../ethereum/devAccounts.js';
import type { Act, Episode, Stage } from './act.js';
import { consortium } from './calls.js';
import { INVITED, PARTIES, PARTY_NAMES, type Party } from './storyWorld.js';

type Choice = 'YES' | 'NO' | 'ABSTAIN';

/** A proposal of the story and how it goes. Its title is its identity: the ledger's own ids are not known before. */
export interface ProposalPlan {
  readonly channel: string;
  readonly title: string;
  readonly body: string;
  readonly action: Readonly<Record<string, string | number>>;
  readonly proposer: Party;
  /** The vote that decides carries the proposal out. */
  readonly votes: readonly { readonly party: Party; readonly choice: Choice; readonly reason: string }[];
}

interface Proposal {
  readonly proposalId: string;
  readonly title: string;
  readonly status: string;
}

interface Page {
  readonly items: readonly Proposal[];
  readonly bookmark: string;
}

const PAGE_SIZE = 100;
/** A story's channel holds fewer proposals than this many pages. */
const MAX_PAGES = 100;

/** Proposals of the story's beginning: carried, rejected, one whose invitation waits for its answer, and one that waits for votes. */
export const OPENING_PROPOSALS: readonly ProposalPlan[] = [
  {
    channel: 'trade',
    title: 'Moisture of green coffee stays below 12.5 percent',
    body: 'Lots above are dried again before they are handed over.',
    action: { kind: 'TEXT', text: 'Moisture at handover: at most 12.5 percent, by ISO 6673.' },
    proposer: 'harvest',
    votes: [
      { party: 'harvest', choice: 'YES', reason: '' },
      { party: 'meridian', choice: 'YES', reason: 'Fewer claims' },
    ],
  },
  {
    channel: 'trade',
    title: 'Two thirds decide',
    body: 'A majority of two is not enough for what binds three.',
    action: { kind: 'CHANGE_VOTING_POLICY', threshold: 66, comparator: 'GREATER_THAN_OR_EQUAL_TO', durationHours: 72 },
    proposer: 'northwind',
    votes: [
      { party: 'northwind', choice: 'YES', reason: '' },
      { party: 'harvest', choice: 'NO', reason: 'It was good as it was' },
      { party: 'meridian', choice: 'YES', reason: '' },
    ],
  },
  {
    channel: 'trade',
    title: 'Weekly settlement only on Fridays',
    body: '',
    action: { kind: 'TEXT', text: 'Escrows are released on Fridays.' },
    proposer: 'northwind',
    votes: [
      { party: 'harvest', choice: 'NO', reason: 'Farmers cannot wait' },
      { party: 'meridian', choice: 'NO', reason: '' },
    ],
  },
  {
    channel: 'trade',
    title: `Invite ${INVITED.name}`,
    body: 'They buy a third of what we ship.',
    action: {
      kind: 'INVITE_MEMBER',
      name: INVITED.name,
      principal: devAccount(INVITED.account).address,
    },
    proposer: 'harvest',
    votes: [
      { party: 'harvest', choice: 'YES', reason: '' },
      { party: 'northwind', choice: 'YES', reason: 'They pay on time' },
    ],
  },
  {
    channel: 'trade',
    title: 'Containers are sealed at the farm',
    body: 'A seal that is broken on arrival is reported before the container is opened.',
    action: { kind: 'TEXT', text: 'Every container is sealed at the farm; its seal is named at handover.' },
    proposer: 'meridian',
    votes: [{ party: 'meridian', choice: 'YES', reason: '' }],
  },
];

/** A proposal of the story's later life, one for every few trades. */
export function qualityReport(number: number): ProposalPlan {
  return {
    channel: 'trade',
    title: `Quality report no. ${number}`,
    body: 'The report is taken note of.',
    action: { kind: 'TEXT', text: `Quality report no. ${number} is accepted.` },
    proposer: number % 2 === 0 ? 'meridian' : 'harvest',
    votes: [
      { party: 'northwind', choice: number % 3 === 0 ? 'ABSTAIN' : 'YES', reason: '' },
      { party: 'harvest', choice: 'YES', reason: '' },
      { party: 'meridian', choice: 'YES', reason: '' },
    ],
  };
}

/** A proposal opened and voted on; the vote that decides carries it out. */
export function consortiumEpisode({ fabric }: Stage, plan: ProposalPlan): Episode {
  const { channel, title, proposer } = plan;
  const find = createFinder(fabric, plan);
  const found = async (): Promise<Proposal> => {
    const proposal = await find();
    if (proposal === null) throw new Error(`No proposal "${title}" on ${channel}`);
    return proposal;
  };
  const open: Act = {
    name: `${PARTY_NAMES[proposer]} proposes: ${title}`,
    done: async () => (await find()) !== null,
    run: () => fabric.submit(proposer, consortium(channel, 'Propose', title, plan.body, JSON.stringify(plan.action))),
  };
  const votes = plan.votes.map(({ party, choice, reason }): Act => ({
    name: `${PARTY_NAMES[party]} votes ${choice} on: ${title}`,
    done: async () => {
      const { proposalId, status } = await found();
      // A proposal is decided as soon as it can be: the votes that were still out are not asked for.
      if (status !== 'OPEN') return true;
      const cast = await fabric.evaluate<readonly { voter: string }[]>(
        party,
        consortium(channel, 'ListVotes', proposalId),
      );
      return cast.some(({ voter }) => voter === PARTIES[party]);
    },
    run: async () => {
      const { proposalId } = await found();
      return fabric.submit(party, consortium(channel, 'CastVote', proposalId, choice, reason));
    },
  }));
  return { name: title, acts: [open, ...votes] };
}

/** Looks for the proposal's title until it is found, then asks for it by its id. */
function createFinder(fabric: Stage['fabric'], plan: ProposalPlan): () => Promise<Proposal | null> {
  let knownId: string | null = null;
  return async () => {
    if (knownId !== null) return fabric.evaluate(plan.proposer, consortium(plan.channel, 'GetProposal', knownId));
    const proposal = await findProposal(fabric, plan);
    knownId = proposal?.proposalId ?? null;
    return proposal;
  };
}

async function findProposal(
  fabric: Stage['fabric'],
  { channel, title, proposer }: ProposalPlan,
): Promise<Proposal | null> {
  let bookmark = '';
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: Page = await fabric.evaluate<Page>(proposer, consortium(channel, 'ListProposals', PAGE_SIZE, bookmark));
    const proposal = page.items.find((item) => item.title === title);
    if (proposal !== undefined) return proposal;
    if (page.items.length < PAGE_SIZE || page.bookmark === '') return null;
    bookmark = page.bookmark;
  }
  throw new Error(`${channel} has more than ${MAX_PAGES * PAGE_SIZE} proposals`);
}
