import { MaxUint256, ZeroAddress } from 'ethers';
import { devAccountOf } from '../ethereum/devAccounts.js';
import type { Act, Episode, Stage } from './act.js';
import { consortium } from './calls.js';
import { messageOf } from './goodsActs.js';
import { PARTIES, PARTY_NAMES, type Party } from './storyWorld.js';

/** Percent of all members, strictly more, and how long a vote is open. */
const FOUNDING_POLICY = { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 } as const;
const STARTING_CAPITAL_CENTS = 25_000_000n;

/** What happens once, before the first trade: the network is founded. On `payments` the chaincode only collects signatures. */
export function foundingEpisodes(stage: Stage): readonly Episode[] {
  return [
    {
      name: 'founding on trade',
      acts: [foundNetwork(stage, 'trade', 'harvest', ['harvest', 'meridian', 'northwind'])],
    },
  ];
}

/** What happens once on the chain: money, voting weight, and a transaction of each kind that trades do not make. */
export function openingOnChain({ chain }: Pick<Stage, 'chain'>): Episode {
  const capital = (party: Party): Act => ({
    name: `Northwind issues Harbour Dollars to ${PARTY_NAMES[party]}`,
    done: async () => (await chain.read<bigint>('SettlementToken', 'balanceOf', [chain.address(party)])) > 0n,
    run: () => {
      const args = [chain.address(party), STARTING_CAPITAL_CENTS];
      return chain.call('northwind', { contract: 'SettlementToken', name: 'mint', args });
    },
  });
  const delegate = (party: Party): Act => ({
    name: `${PARTY_NAMES[party]} takes up its votes`,
    done: async () => (await chain.read<string>('VoteToken', 'delegates', [chain.address(party)])) !== ZeroAddress,
    run: () => chain.call(party, { contract: 'VoteToken', name: 'delegate', args: [chain.address(party)] }),
  });
  const parties: readonly Party[] = ['northwind', 'harvest', 'meridian'];
  return {
    name: 'opening on settlement',
    acts: [pocketMoney(chain), ...parties.map(capital), approveEscrow(chain), ...parties.map(delegate)],
  };
}

/** Once and for all: trades run at the same time, and an allowance for one would overwrite another's. */
function approveEscrow(chain: Stage['chain']): Act {
  const contract = 'SettlementToken' as const;
  const spender = chain.contractAddress('TradeFinance');
  return {
    name: 'Northwind lets escrows take what they are funded with',
    done: async () => (await chain.read<bigint>(contract, 'allowance', [chain.address('northwind'), spender])) > 0n,
    run: () => chain.call('northwind', { contract, name: 'approve', args: [spender, MaxUint256] }),
  };
}

/** Ether moves once by each of the types 0, 1 and 2, and once with an authorization (type 4, EIP-7702) that sets no code. */
function pocketMoney(chain: Stage['chain']): Act {
  const ether = 10n ** 18n;
  const to = chain.address('meridian');
  const from = devAccountOf.harvest;
  return {
    name: 'Harvest pays Meridian back in ether',
    done: async () => (await chain.read<bigint>('SettlementToken', 'totalSupply')) > 0n,
    run: async () => {
      await chain.send({ from, to, value: 3n * ether, type: 0 });
      await chain.send({ from, to, value: 2n * ether, type: 1, accessList: [] });
      await chain.send({ from, to, value: ether, type: 2 });
      const authorizations = [{ account: devAccountOf.northwind, address: ZeroAddress }];
      await chain.send({ from, to, value: ether / 2n, type: 4, authorizations, gas: 100_000n });
    },
  };
}

function foundNetwork({ fabric }: Stage, channel: string, founder: Party, parties: readonly Party[]): Act {
  return {
    name: `${PARTY_NAMES[founder]} founds the network on ${channel}`,
    done: () =>
      fabric.evaluate(founder, consortium(channel, 'GetNetwork')).then(
        () => true,
        (error: unknown) => {
          if (messageOf(error).includes('does not exist')) return false;
          throw error;
        },
      ),
    run: () => {
      const members = JSON.stringify(parties.map((party) => ({ mspId: PARTIES[party], name: PARTY_NAMES[party] })));
      const { threshold, comparator, durationHours } = FOUNDING_POLICY;
      const words = ['harbour', 'Harbour Trade', 'Coffee from farm to roaster', members] as const;
      return fabric.submit(
        founder,
        consortium(channel, 'FoundNetwork', ...words, threshold, comparator, durationHours),
      );
    },
  };
}
