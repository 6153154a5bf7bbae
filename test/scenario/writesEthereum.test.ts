import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Transaction } from 'ethers';
import { startAnvil } from '../../devnet/ethereum/index.js';
import {
  codesOf,
  LEDGER,
  RECIPIENT,
  sentIn,
  stranger,
  wallet,
  walletWorld,
  type WalletWorld,
} from '../support/ethereum/walletWorld.js';
import { killLeftovers } from '../support/parley.js';
import { operations } from '../support/operations.js';
import { ask, eventually } from '../support/world.js';

// A wallet that Parley keeps, on a chain that mines when it is told to, with a Parley that is killed where it hurts.

let world: WalletWorld;
const automine = (on: boolean): Promise<unknown> => world.chain.request('evm_setAutomine', [on]);

beforeAll(async () => {
  world = await walletWorld(() => startAnvil({ slotsInAnEpoch: 32 }));
}, 240_000);
beforeEach(async () => {
  world.proxy.behave(null);
  await automine(true);
});
afterEach(async () => {
  await automine(true);
  await world.chain.mine();
});
afterAll(async () => {
  await world.close();
  await killLeftovers();
}, 240_000);

describe('a transaction through a wallet', () => {
  test('is answered as it stands in its block', async () => {
    const transaction = sentIn(
      await world.send({ to: world.token, value: null, function: 'mint', arguments: [RECIPIENT, '2500'] }),
    );
    expect(transaction).toMatchObject({ outcome: 'SUCCEEDED', confirmation: 'CONFIRMED', revertReason: null });
    expect(transaction.id).toBe(`${LEDGER}/tx/${transaction.hash}`);
    expect(await world.chain.request('eth_getTransactionReceipt', [transaction.hash])).toMatchObject({ status: '0x1' });
  });

  test('is a node while it waits, and the same one later', async () => {
    await automine(false);
    const nonce = await world.nonceOf('latest');
    const waiting = sentIn(await world.send({ value: '77', awaitConfirmation: false }));
    expect(waiting).toMatchObject({ confirmation: 'PENDING', outcome: null, revertReason: null });
    expect(await world.nodeOf(waiting.id)).toMatchObject({
      ...{
        id: waiting.id,
        hash: waiting.hash,
        confirmation: 'PENDING',
        nonce: String(nonce),
        value: '77',
        block: null,
      },
      from: { address: wallet.address },
    });
    const detail = operations().get('EthereumTransactionDetail') ?? '';
    const whole = await ask(world.parley.url, detail, { chain: LEDGER, hash: waiting.hash });
    expect(whole.errors).toBeUndefined();
    expect(whole.data).toMatchObject({
      chain: { transaction: { confirmation: 'PENDING', gasUsed: null, logs: { edges: [] }, tokenTransfers: [] } },
    });
    const byHash =
      'query ByHash($l: ID!, $h: Hash!) { transaction(ledger: $l, hash: $h) { id confirmation members { id } } }';
    expect((await ask(world.parley.url, byHash, { l: LEDGER, h: waiting.hash })).data).toEqual({
      transaction: { id: waiting.id, confirmation: 'PENDING', members: [{ id: 'member/harvest' }] },
    });
    await world.chain.mine();
    expect(await world.untilConfirmed(waiting.id)).toMatchObject({ id: waiting.id, outcome: 'SUCCEEDED', value: '77' });
  });

  test('that would revert is refused with the decoded reason, and takes no nonce', async () => {
    const nonce = await world.nonceOf('pending');
    const answer = await world.send({
      signer: 'stranger',
      to: world.token,
      value: null,
      function: 'mint',
      arguments: [wallet.address, 1],
    });
    expect(codesOf(answer)).toEqual(['CALL_REVERTED']);
    expect(answer.errors?.[0]?.message).toContain('OwnableUnauthorizedAccount(account: ');
    expect(await world.nonceOf('pending')).toBe(nonce);
  });

  test('that reverts on chain is data', async () => {
    const call = { to: world.token, value: null, function: 'mint', arguments: [wallet.address, 1], gas: '200000' };
    const failed = sentIn(await world.send({ signer: 'stranger', ...call }));
    expect(failed).toMatchObject({ outcome: 'FAILED', confirmation: 'CONFIRMED' });
    expect(failed.revertReason).toBe(`OwnableUnauthorizedAccount(account: ${stranger.address})`);
  });

  test('fifty at once are mined with nonces in a row', async () => {
    const first = await world.nonceOf('latest');
    await automine(false);
    const all = Promise.all(
      Array.from({ length: 50 }, (_, i) => world.send({ value: String(1_000 + i), gas: '21000' })),
    );
    await world.pooled(50);
    await world.chain.mine();
    const hashes = (await all).map((answer) => sentIn(answer)).map(({ hash }) => hash);
    const mined = await Promise.all(
      hashes.map((hash) => world.chain.request<{ nonce: string }>('eth_getTransactionByHash', [hash])),
    );
    const nonces = mined.map(({ nonce }) => Number(nonce)).sort((a, b) => a - b);
    expect(nonces).toEqual(Array.from({ length: 50 }, (_, i) => first + i));
  }, 240_000);

  test('that the node refuses leaves no gap for those beside it', async () => {
    const first = await world.nonceOf('latest');
    const answers = await Promise.all([
      world.send({ value: '1', gas: '21000' }),
      world.send({ value: (10n ** 30n).toString(), gas: '21000' }),
      world.send({ value: '2', gas: '21000' }),
    ]);
    expect(answers.map(codesOf)).toEqual([[], ['SUBMIT_REFUSED'], []]);
    expect(await world.nonceOf('latest')).toBe(first + 2);
  });
});

describe('an idempotency key', () => {
  test('gives one transaction for the same input, at once, later and after a restart', async () => {
    const first = await world.nonceOf('latest');
    const input = { value: '5', idempotencyKey: 'order-5' };
    const answers = await Promise.all([world.send(input), world.send(input), world.send(input)]);
    const hashes = new Set(answers.map((answer) => sentIn(answer).hash));
    await world.parley.kill();
    await world.restart();
    hashes.add(sentIn(await world.send(input)).hash);
    expect(hashes.size).toBe(1);
    expect(await world.nonceOf('pending')).toBe(first + 1);
    expect(codesOf(await world.send({ ...input, value: '6' }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  }, 240_000);
});

describe('a Parley that is killed', () => {
  /** Kills it at the moment when it sends, before or after the node has the transaction; asks again once it is back. */
  const killedAtSending = async (key: string, nodeHasIt: boolean): Promise<void> => {
    const first = await world.nonceOf('latest');
    await automine(false);
    const input = { value: '9', idempotencyKey: key };
    let raw = '';
    world.proxy.behave(async (exchange) => {
      const sending = exchange.calls.find(({ method }) => method === 'eth_sendRawTransaction');
      if (sending === undefined) return exchange.reply(await exchange.forward());
      raw = String(sending.params[0]);
      if (nodeHasIt) await exchange.forward();
      await world.parley.kill();
      exchange.response.destroy();
    });
    await expect(world.send(input)).rejects.toThrow();
    world.proxy.behave(null);
    expect(raw).not.toBe('');
    await world.restart();
    // Nobody asks again: what was begun is brought to its end.
    await world.pooled(1);
    await world.chain.mine();
    const { hash } = Transaction.from(raw);
    await world.untilConfirmed(`${LEDGER}/tx/${hash ?? ''}`);
    expect(sentIn(await world.send(input))).toMatchObject({ hash, confirmation: 'CONFIRMED', outcome: 'SUCCEEDED' });
    expect(await world.nonceOf('pending')).toBe(first + 1);
  };

  test('between its journal and the node sends again after it is back', () => killedAtSending('kill-1', false), 60_000);
  test('between the node and its answer finds what it sent', () => killedAtSending('kill-2', true), 60_000);
});

describe('a transaction that does not stay where it was', () => {
  test('is sent again where the node dropped it', async () => {
    await automine(false);
    const waiting = sentIn(await world.send({ value: '11', awaitConfirmation: false }));
    await world.pooled(1);
    expect(await world.chain.request('anvil_dropTransaction', [waiting.hash])).toBe(waiting.hash);
    expect(await world.chain.request('txpool_status')).toMatchObject({ pending: '0x0' });
    await world.pooled(1);
    await world.chain.mine();
    expect(await world.untilConfirmed(waiting.id)).toMatchObject({ hash: waiting.hash, outcome: 'SUCCEEDED' });
  });

  test('comes again after a reorganisation that forgot it', async () => {
    await world.chain.mine(2);
    const confirmed = sentIn(await world.send({ value: '12' }));
    const before = await world.untilConfirmed(confirmed.id);
    await automine(false);
    await world.chain.reorg(1, 2);
    await world.pooled(1);
    await world.chain.mine();
    await eventually('it stands in another block', async () => {
      const now = await world.nodeOf(confirmed.id);
      const { hash } = (now?.['block'] ?? {}) as { hash?: string };
      return now?.['confirmation'] === 'CONFIRMED' && hash !== (before['block'] as { hash: string }).hash;
    });
  });

  test('is told as replaced where another of the wallet was mined with its nonce', async () => {
    await automine(false);
    const answer = world.send({ value: '13', gas: '21000' });
    await world.pooled(1);
    const nonce = await world.nonceOf('latest');
    const other = Transaction.from({
      ...{ type: 2, chainId: 31_337, nonce, to: RECIPIENT, value: 14n, gasLimit: 21_000n },
      ...{ maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n },
    });
    other.signature = wallet.signingKey.sign(other.unsignedHash);
    await world.chain.request('eth_sendRawTransaction', [other.serialized]);
    await world.chain.mine();
    const replaced = await answer;
    expect(codesOf(replaced)).toEqual(['SUBMIT_REFUSED']);
    expect(replaced.errors?.[0]?.extensions['details']).toMatchObject({ reason: 'REPLACED', nonce });
    await automine(true);
    expect(sentIn(await world.send({ value: '15' }))).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});

describe('a transaction that was signed elsewhere', () => {
  const signed = async (chainId: number, value: bigint): Promise<string> => {
    const nonce = await world.nonceOf('pending');
    const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n };
    const like = Transaction.from({ type: 2, chainId, nonce, to: RECIPIENT, value, gasLimit: 21_000n, ...fees });
    like.signature = wallet.signingKey.sign(like.unsignedHash);
    return like.serialized;
  };
  test('is sent once, however often', async () => {
    const raw = await signed(31_337, 21n);
    const first = await world.nonceOf('latest');
    const answers = await Promise.all([world.sendRaw(raw), world.sendRaw(raw)]);
    const again = await world.sendRaw(raw);
    for (const answer of [...answers, again]) {
      expect(sentIn(answer, 'sendRawTransaction')).toMatchObject({
        ...{ hash: Transaction.from(raw).hash, outcome: 'SUCCEEDED', confirmation: 'CONFIRMED' },
      });
    }
    expect(await world.nonceOf('latest')).toBe(first + 1);
  });

  test('is a node while it waits', async () => {
    await automine(false);
    const raw = await signed(31_337, 22n);
    const waiting = sentIn(await world.sendRaw(raw, { awaitConfirmation: false }), 'sendRawTransaction');
    expect(await world.nodeOf(waiting.id)).toMatchObject({ confirmation: 'PENDING', value: '22' });
    await world.chain.mine();
    expect(await world.untilConfirmed(waiting.id)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  test.each([
    ['of another chain', () => signed(1, 1n)],
    ['that is none', () => Promise.resolve('0x02c0')],
    ['that is not signed', async () => Transaction.from(await signed(31_337, 1n)).unsignedSerialized],
  ])('%s is refused', async (_, raw) => {
    expect(codesOf(await world.sendRaw(await raw()))).toEqual(['INPUT_INVALID']);
  });
});
