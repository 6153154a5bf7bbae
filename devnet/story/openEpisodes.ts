import type { Act, Episode, Stage } from './act.js';
import type { GraphClient } from './graphClient.js';
import { PARTY_NAMES, type Party } from './storyWorld.js';

/** A proposal that stays open, so that each way of deciding has one to look at and to vote on. Its title is its identity. */
interface OpenPlan {
  readonly title: string;
  readonly mechanism: string;
  readonly proposer: Party;
  readonly input: Readonly<Record<string, unknown>>;
  /** Who votes at once; the others are asked for. */
  readonly voters: readonly Party[];
  /** Blocks of the chain that pass before it is voted on. */
  readonly delayBlocks: number;
}

interface Found {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly viewerVote: object | null;
}

const CURRENT_WITHIN_MS = 30_000;
const LEDGERS = '{ ledgers { id name } }';
/** The beginning's own are among the oldest. */
const OLDEST = `query ($mechanism: Mechanism!) {
  proposals(first: 100, filter: { mechanism: [$mechanism] }, orderBy: { field: CREATED, direction: ASC }) { edges { node { id title status viewerVote { choice } } } } }`;
const PROPOSE = 'mutation ($input: ProposeInput!) { propose(input: $input) { proposal { id } } }';
const VOTE = 'mutation ($input: CastVoteInput!) { castVote(input: $input) { proposal { id } } }';

/** What is proposed through Parley itself once everything else is told: of chaincode, of a channel's configuration, to the governor. */
export async function openEpisodes({ chain, graph }: Stage): Promise<readonly Episode[]> {
  // What is not indexed yet would be proposed again.
  if (graph === null || !(await graph.isCurrent(CURRENT_WITHIN_MS))) return [];
  const { ledgers } = await graph.ask<{ ledgers: readonly { id: string; name: string }[] }>('harvest', LEDGERS);
  const idOf = (name: string): string => ledgers.find((ledger) => ledger.name === name)?.id ?? '';
  const governor = chain.contractAddress('HarbourGovernor');
  const trade = idOf('trade');
  const plans: readonly OpenPlan[] = [
    {
      ...{ title: 'goods 1.0, sequence 2', mechanism: 'FABRIC_LIFECYCLE', proposer: 'meridian', delayBlocks: 0 },
      input: { fabricLifecycle: { channel: trade, name: 'goods', endorsementPolicy: TWO_OF_THREE } },
      voters: [],
    },
    {
      ...{ title: 'Everybody approves a chaincode', mechanism: 'FABRIC_CONFIG', proposer: 'northwind', delayBlocks: 0 },
      input: { fabricConfig: { channel: trade, title: 'Everybody approves a chaincode', change: ALL_APPROVE } },
      voters: ['northwind'],
    },
    {
      ...{ title: 'Voting lasts 40 blocks', mechanism: 'GOVERNOR', proposer: 'meridian', delayBlocks: 2 },
      input: {
        governor: {
          ...{ chain: idOf('settlement'), governor, title: 'Voting lasts 40 blocks', body: 'Holidays are near.' },
          calls: [{ target: governor, function: 'setVotingPeriod', arguments: [40] }],
        },
      },
      voters: ['meridian'],
    },
  ];
  return plans.map((plan) => openEpisode(chain, graph, plan));
}

const TWO_OF_THREE = "OutOf(2, 'HarvestMSP.peer', 'MeridianMSP.peer', 'NorthwindMSP.peer')";
const ALL_APPROVE = { setPolicy: { path: '/Channel/Application/LifecycleEndorsement', rule: 'ALL Endorsement' } };

function openEpisode(chain: Stage['chain'], graph: GraphClient, plan: OpenPlan): Episode {
  const { title, proposer, input, delayBlocks } = plan;
  const find = async (party: Party): Promise<Found | null> => {
    const { proposals } = await graph.ask<{ proposals: { edges: readonly { node: Found }[] } }>(party, OLDEST, {
      mechanism: plan.mechanism,
    });
    return proposals.edges.map(({ node }) => node).find((node) => node.title === title) ?? null;
  };
  const propose: Act = {
    name: `${PARTY_NAMES[proposer]} proposes: ${title}`,
    done: async () => (await find(proposer)) !== null,
    run: async () => {
      await graph.ask(proposer, PROPOSE, { input });
      if (delayBlocks > 0) await chain.mine(delayBlocks);
    },
  };
  const votes = plan.voters.map((party): Act => ({
    name: `${PARTY_NAMES[party]} agrees: ${title}`,
    done: async () => {
      const found = await find(party);
      return found !== null && (found.viewerVote !== null || !['PENDING', 'ACTIVE'].includes(found.status));
    },
    ready: async () => (await find(party))?.status === 'ACTIVE',
    run: async () =>
      graph.ask(party, VOTE, { input: { proposal: (await find(party))?.id, choice: 'YES', reason: 'As we said' } }),
  }));
  return { name: title, acts: [propose, ...votes] };
}
