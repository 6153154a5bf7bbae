import { id, Interface } from 'ethers';
import { readArtifact } from '../ethereum/artifacts.js';
import type { Act, Episode, Stage } from './act.js';
import type { ChainClient } from './chainClient.js';
import { PARTY_NAMES, type Party } from './storyWorld.js';

/** `IGovernor.ProposalState` in Solidity's order. */
const STATE = { active: 1n, canceled: 2n, defeated: 3n, succeeded: 4n, queued: 5n, expired: 6n, executed: 7n } as const;
const ENDS: readonly bigint[] = [STATE.canceled, STATE.defeated, STATE.expired, STATE.executed];
/** `GovernorCountingSimple.VoteType`: against, for, abstain. */
const BALLOTS: readonly { readonly party: Party; readonly support: 0 | 1 | 2; readonly reason: string }[] = [
  { party: 'harvest', support: 1, reason: 'More time to think' },
  { party: 'meridian', support: 1, reason: '' },
  { party: 'northwind', support: 2, reason: 'No opinion' },
];
const BASE_PERIOD_BLOCKS = 30;
const contract = 'HarbourGovernor';

/** A proposal to the governor, read at the head. */
interface GovernorProposal {
  readonly number: number;
  readonly blocks: number;
  readonly description: string;
  /** Targets, values, call data. */
  readonly calls: readonly unknown[];
  readonly byHash: readonly unknown[];
  proposalId(): Promise<bigint>;
  state(): Promise<bigint>;
}

/** The governor changes its own voting period: proposed, voted on, queued in the timelock and executed. Number from 1. */
export function governorEpisode({ chain }: Pick<Stage, 'chain'>, number: number): Episode {
  const proposal = proposalOf(chain, number);
  const { blocks, calls, description, proposalId } = proposal;
  return {
    name: `voting period no. ${number}`,
    acts: [
      {
        name: `Harvest proposes to the governor: voting lasts ${blocks} blocks`,
        done: async () => (await chain.read<bigint>(contract, 'proposalSnapshot', [await proposalId()])) !== 0n,
        run: () => chain.call('harvest', { contract, name: 'propose', args: [...calls, description] }),
      },
      ...BALLOTS.map((ballot) => vote(chain, proposal, ballot)),
      queue(chain, proposal),
      execute(chain, proposal),
    ],
  };
}

function proposalOf(chain: ChainClient, number: number): GovernorProposal {
  const blocks = BASE_PERIOD_BLOCKS + (number % 4);
  const description = `# Voting period no. ${number}\n\nVoting lasts ${blocks} blocks.`;
  const data = new Interface(readArtifact(contract).abi).encodeFunctionData('setVotingPeriod', [blocks]);
  const calls = [[chain.contractAddress(contract)], [0], [data]];
  const byHash = [...calls, id(description)];
  const proposalId = (): Promise<bigint> => chain.read<bigint>(contract, 'getProposalId', byHash);
  const state = async (): Promise<bigint> => chain.read<bigint>(contract, 'state', [await proposalId()]);
  return { number, blocks, description, calls, byHash, proposalId, state };
}

function vote(
  chain: ChainClient,
  proposal: GovernorProposal,
  { party, support, reason }: (typeof BALLOTS)[number],
): Act {
  const { number, state, proposalId } = proposal;
  return {
    name: `${PARTY_NAMES[party]} votes on voting period no. ${number}`,
    // Where voting has ended without this vote, it is not cast any more.
    done: async () =>
      (await state()) > STATE.active ||
      (await chain.read<boolean>(contract, 'hasVoted', [await proposalId(), chain.address(party)])),
    ready: async () => (await state()) === STATE.active,
    run: async () => {
      const args = [await proposalId(), support, reason];
      return chain.call(party, { contract, name: 'castVoteWithReason', args });
    },
  };
}

function queue(chain: ChainClient, { number, state, byHash }: GovernorProposal): Act {
  return {
    name: `The governor queues voting period no. ${number}`,
    done: async () => [...ENDS, STATE.queued].includes(await state()),
    ready: async () => (await state()) === STATE.succeeded,
    run: () => chain.call('meridian', { contract, name: 'queue', args: byHash }),
  };
}

function execute(chain: ChainClient, { number, state, byHash, proposalId }: GovernorProposal): Act {
  return {
    name: `The timelock executes voting period no. ${number}`,
    done: async () => ENDS.includes(await state()),
    ready: async () => {
      const eta = await chain.read<bigint>(contract, 'proposalEta', [await proposalId()]);
      return BigInt(Math.floor(Date.now() / 1000)) > eta;
    },
    run: () => chain.call('meridian', { contract, name: 'execute', args: byHash }),
  };
}
