import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Transaction } from 'ethers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { creationData, readArtifact } from '../../devnet/ethereum/artifacts.js';
import { devAccount, startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { startProxy, type Proxy } from '../support/ethereum/proxy.js';
import { operations } from '../support/operations.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { ask, eventually, type GraphAnswer } from '../support/world.js';

// A wallet that Parley keeps, on a chain that mines when it is told to, with a Parley that is killed where it hurts.

const LEDGER = 'eip155:31337';
const WALLET = 1;
const RECIPIENT = devAccount(7).address;
const { address: wallet, signingKey } = devAccount(WALLET);
const named = operations();
const SEND = named.get('Send') ?? '';
const SEND_RAW = named.get('SendRaw') ?? '';
const TRANSACTION = `query Transaction($id: ID!) {
  node(id: $id) {
    id
    ... on EthereumTransaction { hash nonce confirmation outcome revertReason value from { address } block { hash } }
  }
}`;

interface Sent {
  readonly id: string;
  readonly hash: string;
  readonly confirmation: string;
  readonly outcome: string | null;
  readonly revertReason: string | null;
}

let directory: ConfigDirectory;
let chain: TestChain;
let proxy: Proxy;
let token: string;
let config: string;
let parley: RunningParley;

const automine = (on: boolean): Promise<unknown> => chain.request('evm_setAutomine', [on]);
const nonceOf = async (at: 'latest' | 'pending'): Promise<number> =>
  Number(await chain.request<string>('eth_getTransactionCount', [wallet, at]));
const pooled = (count: number): Promise<unknown> =>
  eventually(`${count} transactions wait`, async () => {
    const { pending } = await chain.request<{ pending: string }>('txpool_status');
    return Number(pending) === count;
  });

const send = (input: Record<string, unknown>): Promise<GraphAnswer> =>
  ask(parley.url, SEND, { input: { chain: LEDGER, signer: 'wallet', to: RECIPIENT, value: '1', ...input } });
function sent(answer: GraphAnswer, mutation = 'sendTransaction'): Sent {
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return (answer.data?.[mutation] as { transaction: Sent }).transaction;
}
const codesOf = ({ errors }: GraphAnswer): unknown[] => (errors ?? []).map(({ extensions }) => extensions['code']);
const nodeOf = async (id: string): Promise<Record<string, unknown> | null> => {
  const { data, errors } = await ask(parley.url, TRANSACTION, { id });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.['node'] as Record<string, unknown> | null;
};
const untilConfirmed = (id: string): Promise<Record<string, unknown>> =>
  eventually(`${id} is confirmed`, async () => {
    const node = await nodeOf(id);
    return node?.['confirmation'] === 'CONFIRMED' && node;
  });
async function restarted(): Promise<void> {
  parley = await startParley(config);
}

beforeAll(async () => {
  directory = configDirectory();
  chain = await startAnvil({ slotsInAnEpoch: 32 });
  const artifact = readArtifact('SettlementToken');
  const hash = await chain.send({ from: 0, data: creationData(artifact, [wallet]), gas: 3_000_000n });
  token = (await chain.request<{ contractAddress: string }>('eth_getTransactionReceipt', [hash])).contractAddress;
  writeFileSync(join(directory.path, 'SettlementToken.json'), JSON.stringify(artifact.abi));
  proxy = await startProxy(chain.rpc);
  const contracts = [{ name: 'SettlementToken', address: token, abi: './SettlementToken.json' }];
  config = directory.write(
    'writes',
    [
      {
        name: 'settlement',
        ethereum: { chainId: 31_337, rpc: [proxy.url], ws: chain.ws, finality: { tag: 'finalized' }, contracts },
      },
    ],
    {
      members: [{ id: 'harvest', name: 'Harvest Co-op', accounts: [`${LEDGER}:${wallet}`] }],
      signers: [
        { id: 'wallet', member: 'harvest', ethereum: { privateKey: signingKey.privateKey } },
        { id: 'stranger', member: 'harvest', ethereum: { privateKey: devAccount(5).signingKey.privateKey } },
      ],
    },
  );
  await restarted();
}, 60_000);
beforeEach(async () => {
  proxy.behave(null);
  await automine(true);
});
afterEach(async () => {
  await automine(true);
  await chain.mine();
});
afterAll(async () => {
  await killLeftovers();
  await proxy.close();
  await chain.close();
  directory.remove();
}, 60_000);

describe('a transaction through a wallet', () => {
  test('is answered as it stands in its block', async () => {
    const transaction = sent(await send({ to: token, value: null, function: 'mint', arguments: [RECIPIENT, '2500'] }));
    expect(transaction).toMatchObject({ outcome: 'SUCCEEDED', confirmation: 'CONFIRMED', revertReason: null });
    expect(transaction.id).toBe(`${LEDGER}/tx/${transaction.hash}`);
    expect(await chain.request('eth_getTransactionReceipt', [transaction.hash])).toMatchObject({ status: '0x1' });
  });

  test('is a node while it waits, and the same one later', async () => {
    await automine(false);
    const nonce = await nonceOf('latest');
    const waiting = sent(await send({ value: '77', awaitConfirmation: false }));
    expect(waiting).toMatchObject({ confirmation: 'PENDING', outcome: null, revertReason: null });
    expect(await nodeOf(waiting.id)).toMatchObject({
      ...{
        id: waiting.id,
        hash: waiting.hash,
        confirmation: 'PENDING',
        nonce: String(nonce),
        value: '77',
        block: null,
      },
      from: { address: wallet },
    });
    await chain.mine();
    expect(await untilConfirmed(waiting.id)).toMatchObject({ id: waiting.id, outcome: 'SUCCEEDED', value: '77' });
  });

  test('that would revert is refused with the decoded reason, and takes no nonce', async () => {
    const nonce = await nonceOf('pending');
    const answer = await send({ signer: 'stranger', to: token, value: null, function: 'mint', arguments: [wallet, 1] });
    expect(codesOf(answer)).toEqual(['CALL_REVERTED']);
    expect(answer.errors?.[0]?.message).toContain('OwnableUnauthorizedAccount(account: ');
    expect(await nonceOf('pending')).toBe(nonce);
  });

  test('that reverts on chain is data', async () => {
    const call = { to: token, value: null, function: 'mint', arguments: [wallet, 1], gas: '200000' };
    const failed = sent(await send({ signer: 'stranger', ...call }));
    expect(failed).toMatchObject({ outcome: 'FAILED', confirmation: 'CONFIRMED' });
    expect(failed.revertReason).toBe(`OwnableUnauthorizedAccount(account: ${devAccount(5).address})`);
  });

  test('fifty at once are mined with nonces in a row', async () => {
    const first = await nonceOf('latest');
    await automine(false);
    const all = Promise.all(Array.from({ length: 50 }, (_, i) => send({ value: String(1_000 + i), gas: '21000' })));
    await pooled(50);
    await chain.mine();
    const hashes = (await all).map((answer) => sent(answer)).map(({ hash }) => hash);
    const mined = await Promise.all(
      hashes.map((hash) => chain.request<{ nonce: string }>('eth_getTransactionByHash', [hash])),
    );
    const nonces = mined.map(({ nonce }) => Number(nonce)).sort((a, b) => a - b);
    expect(nonces).toEqual(Array.from({ length: 50 }, (_, i) => first + i));
  }, 60_000);

  test('that the node refuses leaves no gap for those beside it', async () => {
    const first = await nonceOf('latest');
    const answers = await Promise.all([
      send({ value: '1', gas: '21000' }),
      send({ value: (10n ** 30n).toString(), gas: '21000' }),
      send({ value: '2', gas: '21000' }),
    ]);
    expect(answers.map(codesOf)).toEqual([[], ['SUBMIT_REFUSED'], []]);
    expect(await nonceOf('latest')).toBe(first + 2);
  });
});

describe('an idempotency key', () => {
  test('gives one transaction for the same input, at once, later and after a restart', async () => {
    const first = await nonceOf('latest');
    const input = { value: '5', idempotencyKey: 'order-5' };
    const answers = await Promise.all([send(input), send(input), send(input)]);
    const hashes = new Set(answers.map((answer) => sent(answer).hash));
    await parley.kill();
    await restarted();
    hashes.add(sent(await send(input)).hash);
    expect(hashes.size).toBe(1);
    expect(await nonceOf('pending')).toBe(first + 1);
    expect(codesOf(await send({ ...input, value: '6' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  }, 60_000);
});

describe('a Parley that is killed', () => {
  /** Kills it at the moment when it sends, before or after the node has the transaction; asks again once it is back. */
  const killedAtSending = async (key: string, nodeHasIt: boolean): Promise<void> => {
    const first = await nonceOf('latest');
    await automine(false);
    const input = { value: '9', idempotencyKey: key };
    let raw = '';
    proxy.behave(async (exchange) => {
      const sending = exchange.calls.find(({ method }) => method === 'eth_sendRawTransaction');
      if (sending === undefined) return exchange.reply(await exchange.forward());
      raw = String(sending.params[0]);
      if (nodeHasIt) await exchange.forward();
      await parley.kill();
      exchange.response.destroy();
    });
    await expect(send(input)).rejects.toThrow();
    proxy.behave(null);
    expect(raw).not.toBe('');
    await restarted();
    // Nobody asks again: what was begun is brought to its end.
    await pooled(1);
    await chain.mine();
    const { hash } = Transaction.from(raw);
    await untilConfirmed(`${LEDGER}/tx/${hash ?? ''}`);
    expect(sent(await send(input))).toMatchObject({ hash, confirmation: 'CONFIRMED', outcome: 'SUCCEEDED' });
    expect(await nonceOf('pending')).toBe(first + 1);
  };

  test('between its journal and the node sends again after it is back', () => killedAtSending('kill-1', false), 60_000);
  test('between the node and its answer finds what it sent', () => killedAtSending('kill-2', true), 60_000);
});

describe('a transaction that does not stay where it was', () => {
  test('is sent again where the node dropped it', async () => {
    await automine(false);
    const waiting = sent(await send({ value: '11', awaitConfirmation: false }));
    await pooled(1);
    expect(await chain.request('anvil_dropTransaction', [waiting.hash])).toBe(waiting.hash);
    expect(await chain.request('txpool_status')).toMatchObject({ pending: '0x0' });
    await pooled(1);
    await chain.mine();
    expect(await untilConfirmed(waiting.id)).toMatchObject({ hash: waiting.hash, outcome: 'SUCCEEDED' });
  });

  test('comes again after a reorganisation that forgot it', async () => {
    await chain.mine(2);
    const confirmed = sent(await send({ value: '12' }));
    const before = await untilConfirmed(confirmed.id);
    await automine(false);
    await chain.reorg(1, 2);
    await pooled(1);
    await chain.mine();
    await eventually('it stands in another block', async () => {
      const now = await nodeOf(confirmed.id);
      const { hash } = (now?.['block'] ?? {}) as { hash?: string };
      return now?.['confirmation'] === 'CONFIRMED' && hash !== (before['block'] as { hash: string }).hash;
    });
  });

  test('is told as replaced where another of the wallet was mined with its nonce', async () => {
    await automine(false);
    const answer = send({ value: '13', gas: '21000' });
    await pooled(1);
    const nonce = await nonceOf('latest');
    const other = Transaction.from({
      ...{ type: 2, chainId: 31_337, nonce, to: RECIPIENT, value: 14n, gasLimit: 21_000n },
      ...{ maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n },
    });
    other.signature = signingKey.sign(other.unsignedHash);
    await chain.request('eth_sendRawTransaction', [other.serialized]);
    await chain.mine();
    const replaced = await answer;
    expect(codesOf(replaced)).toEqual(['SUBMIT_REFUSED']);
    expect(replaced.errors?.[0]?.extensions['details']).toMatchObject({ reason: 'REPLACED', nonce });
    await automine(true);
    expect(sent(await send({ value: '15' }))).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});

describe('a transaction that was signed elsewhere', () => {
  const signed = async (chainId: number, value: bigint): Promise<string> => {
    const nonce = await nonceOf('pending');
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
    const like = Transaction.from({ type: 2, chainId, nonce, to: RECIPIENT, value, gasLimit: 21_000n, ...fees });
    like.signature = signingKey.sign(like.unsignedHash);
    return like.serialized;
  };
  const sendRaw = (rawTransaction: string, more: object = {}): Promise<GraphAnswer> =>
    ask(parley.url, SEND_RAW, { input: { chain: LEDGER, rawTransaction, ...more } });

  test('is sent once, however often', async () => {
    const raw = await signed(31_337, 21n);
    const first = await nonceOf('latest');
    const answers = await Promise.all([sendRaw(raw), sendRaw(raw)]);
    const again = await sendRaw(raw);
    for (const answer of [...answers, again]) {
      expect(sent(answer, 'sendRawTransaction')).toMatchObject({
        ...{ hash: Transaction.from(raw).hash, outcome: 'SUCCEEDED', confirmation: 'CONFIRMED' },
      });
    }
    expect(await nonceOf('latest')).toBe(first + 1);
  });

  test('is a node while it waits', async () => {
    await automine(false);
    const raw = await signed(31_337, 22n);
    const waiting = sent(await sendRaw(raw, { awaitConfirmation: false }), 'sendRawTransaction');
    expect(await nodeOf(waiting.id)).toMatchObject({ confirmation: 'PENDING', value: '22' });
    await chain.mine();
    expect(await untilConfirmed(waiting.id)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  test.each([
    ['of another chain', () => signed(1, 1n)],
    ['that is none', () => Promise.resolve('0x02c0')],
    ['that is not signed', async () => Transaction.from(await signed(31_337, 1n)).unsignedSerialized],
  ])('%s is refused', async (_, raw) => {
    expect(codesOf(await sendRaw(await raw()))).toEqual(['INPUT_INVALID']);
  });
});
