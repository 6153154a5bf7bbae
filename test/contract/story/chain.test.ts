import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEthereum, type EthereumWorld } from '../../../devnet/ethereum/index.js';
import { tell, type Act, type Episode } from '../../../devnet/story/act.js';
import { connectChain, type ChainClient } from '../../../devnet/story/chainClient.js';
import { escrowActs } from '../../../devnet/story/escrowActs.js';
import { governorEpisode } from '../../../devnet/story/governorEpisode.js';
import { openingOnChain } from '../../../devnet/story/opening.js';
import { planTrade } from '../../../devnet/story/tradePlan.js';

let directory: string;
let world: EthereumWorld;
let chain: ChainClient;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-story-'));
  world = await startEthereum({ directory });
  chain = connectChain(world);
});
afterAll(async () => {
  await world.close();
  await rm(directory, { recursive: true });
});

/** Tells an episode to its end, mining and waiting where it waits; gives how many acts were done. */
async function toTheEnd(episode: Episode): Promise<number> {
  const telling = tell(episode);
  for (let acted = 0, waited = 0; ;) {
    const result = await telling.step();
    if (result.kind === 'OVER') return acted;
    if (result.kind === 'ACTED') acted += 1;
    else {
      if ((waited += 1) > 100) throw new Error(`${episode.name} waits for ever`);
      await world.chain.mine();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const height = async (): Promise<number> => Number(await world.chain.request<string>('eth_blockNumber'));

test('the opening happens once', async () => {
  expect(await toTheEnd(openingOnChain({ chain }))).toBe(8);
  const before = await height();
  expect(await toTheEnd(openingOnChain({ chain }))).toBe(0);
  expect(await height()).toBe(before);
  expect(await chain.read<bigint>('VoteToken', 'getVotes', [chain.address('harvest')])).toBe(100n * 10n ** 18n);
});

test('an escrow pays the seller when the carrier says that the goods arrived, and only then', async () => {
  const plan = planTrade('harbour', 2);
  expect(plan.falseArrival).toBe(true);
  const before = await chain.read<bigint>('SettlementToken', 'balanceOf', [chain.address('harvest')]);
  const acts: Act[] = Object.values(escrowActs({ chain }, plan));
  const order = ['certifies', 'opens', 'funds', 'confirms', 'goes'];
  acts.sort(
    (a, b) => order.findIndex((word) => a.name.includes(word)) - order.findIndex((word) => b.name.includes(word)),
  );
  expect(await toTheEnd({ name: plan.lotId, acts })).toBe(5);
  const after = await chain.read<bigint>('SettlementToken', 'balanceOf', [chain.address('harvest')]);
  expect(after - before).toBe(BigInt(plan.priceCents));
  const certificate = await chain.read<bigint>('OriginCertificate', 'certificateOf', [plan.lotId]);
  expect(await chain.read('OriginCertificate', 'ownerOf', [certificate])).toBe(chain.address('northwind'));
});

test('a false arrival reverts in a block', async () => {
  const args = [1n, 'Nowhere'];
  const receipt = await chain.attempt('harvest', { contract: 'TradeFinance', name: 'confirmArrival', args });
  expect(receipt.status).toBe('0x0');
});

test('the governor changes its own voting period by the votes of the members', async () => {
  expect(await toTheEnd(governorEpisode({ chain }, 2))).toBe(6);
  expect(await chain.read<bigint>('HarbourGovernor', 'votingPeriod')).toBe(32n);
  expect(await toTheEnd(governorEpisode({ chain }, 2))).toBe(0);
}, 240_000);
