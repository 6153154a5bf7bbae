import { expect } from '@jest/globals';
import type { TestChain } from '../../devnet/ethereum/index.js';
import type { RunningParley } from '../support/parley.js';
import { ask, eventually, type GraphAnswer } from '../support/world.js';
import { command } from './command.js';

/** Of the only ledger, as the graph tells it; -1 where it does not. */
export async function heightOf(one: RunningParley): Promise<number> {
  const { data } = await ask(one.url, '{ ledgers { height } }');
  return Number((data as unknown as { ledgers: { height: string }[] } | null)?.ledgers[0]?.height ?? -1);
}

export const headOf = async (chain: TestChain): Promise<number> =>
  Number(await chain.request<string>('eth_blockNumber'));

/** Waits until a Parley that reads the chain stands at its head. */
export async function indexed(one: RunningParley, chain: TestChain): Promise<true> {
  const to = await headOf(chain);
  return eventually(`block ${to} is indexed`, async () => (await heightOf(one)) >= to);
}

/** `parley verify` finds nothing. */
export async function expectClean(config: string): Promise<void> {
  const { code, output } = await command('verify', '--config', config);
  expect([code, output]).toEqual([0, expect.stringContaining('nothing differs')]);
}

/** It lives, answers, and says with a code of its own what it cannot do. */
export async function expectServing(one: RunningParley): Promise<GraphAnswer> {
  expect((await fetch(`${one.url}/healthz`)).status).toBe(200);
  const answer = await ask(one.url, '{ ledgers { name height } blocks(first: 3) { edges { node { hash } } } }');
  for (const { extensions } of answer.errors ?? []) expect(extensions['code']).not.toBe('INTERNAL');
  return answer;
}
