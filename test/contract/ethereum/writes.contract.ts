import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Interface } from 'ethers';
import { creationData, readArtifact } from '../../../devnet/ethereum/artifacts.js';
import { devAccount, type TestChain } from '../../../devnet/ethereum/index.js';
import { ParleyError } from '../../../src/errors/index.js';
import { createEthereumLedger } from '../../../src/ledgers/ethereum/index.js';
import type { EthereumLedger, EthereumWriteRequest } from '../../../src/ledgers/ledger.js';
import { startProxy, type Proxy } from '../../support/ethereum/proxy.js';
import { eventually } from '../../support/world.js';
import { ledgerOptions } from '../ethereumWorld.js';

const OWNER = 0;
const STRANGER = 5;
const { address: owner } = devAccount(OWNER);
const { address: stranger } = devAccount(STRANGER);
const token = readArtifact('SettlementToken');

export async function failureOf(answer: Promise<unknown>): Promise<ParleyError> {
  const failure: unknown = await answer.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof ParleyError)) throw new Error(`No ParleyError: ${String(failure)}`);
  return failure;
}

const request = (change: Partial<EthereumWriteRequest>): EthereumWriteRequest => ({
  ...{ from: owner, to: stranger, value: '0', data: null, function: null, arguments: [], gas: null },
  ...change,
});

/** A draft signed outside, as a wallet does it. */
export async function signedBy(
  account: number,
  ledger: EthereumLedger,
  change: Partial<EthereumWriteRequest>,
  nonce?: number,
): Promise<{ readonly raw: Uint8Array; readonly hash: string; readonly nonce: number }> {
  const { address, signingKey } = devAccount(account);
  const plan = await ledger.plan(request({ from: address, ...change }));
  const draft = ledger.draft(plan, nonce ?? (await ledger.nonceOf(address, 'pending')));
  const { r, s, yParity } = signingKey.sign(draft.digest);
  const signature = Buffer.from(`${r.slice(2)}${s.slice(2)}0${yParity}`, 'hex');
  const raw = ledger.assemble(draft.bytes, signature);
  return { raw, ...ledger.inspect(raw) };
}

/** What the port promises of writes, on a chain that mines when it is told to. */
export function writesContract(name: string, start: () => Promise<TestChain>): void {
  describe(`Writes on ${name}`, () => {
    let chain: TestChain;
    let proxy: Proxy;
    let ledger: EthereumLedger;
    let contract: string;

    const receiptOf = (hash: string): Promise<{ status: string; blockNumber: string } | null> =>
      chain.request('eth_getTransactionReceipt', [hash]);
    /** geth takes a transaction into its pool a moment after it has answered. */
    const untilWaiting = async (address: string, nonce: number): Promise<void> => {
      const deadline = Date.now() + 60_000;
      while ((await ledger.nonceOf(address, 'pending')) <= nonce) {
        if (Date.now() > deadline) throw new Error(`Nonce ${nonce} does not wait`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };

    beforeAll(async () => {
      chain = await start();
      proxy = await startProxy(chain.rpc);
      const hash = await chain.send({ from: OWNER, data: creationData(token, [owner]), gas: 3_000_000n });
      await chain.mine();
      const created = await chain.request<{ contractAddress: string }>('eth_getTransactionReceipt', [hash]);
      contract = created.contractAddress;
      const { tuning, ...options } = ledgerOptions(chain);
      ledger = createEthereumLedger({
        ...options,
        ...{ rpc: [proxy.url, chain.rpc], ws: null, tuning: { ...tuning, requestTimeoutMs: 500, backoffMs: 10 } },
        contracts: [{ name: 'SettlementToken', address: contract, abi: token.abi }],
      });
    });
    beforeEach(() => proxy.behave(null));
    afterAll(async () => {
      await ledger.close();
      await proxy.close();
      await chain.close();
    });

    test('a function is called by name, signed and mined with the hash that was told before', async () => {
      const { raw, hash, nonce } = await signedBy(OWNER, ledger, {
        ...{ to: contract.toLowerCase(), function: 'mint', arguments: [stranger, '2500'] },
      });
      await ledger.send(raw);
      await untilWaiting(owner, nonce);
      expect(await ledger.whereabouts(ledger.inspect(raw))).toBe('WAITING');
      await chain.mine();
      expect(await receiptOf(hash)).toMatchObject({ status: '0x1' });
      expect(await ledger.whereabouts(ledger.inspect(raw))).toBe('MINED');
      const [balance] = await ledger.calls([
        { address: contract, block: null, function: 'balanceOf', arguments: [stranger] },
      ]);
      expect(balance).toMatchObject([{ value: '2500' }]);
    });

    test('what a signed transaction is, is read as its block will show it', async () => {
      const { raw, hash, nonce } = await signedBy(OWNER, ledger, {
        ...{ to: contract, function: 'mint(address,uint256)', arguments: [stranger, 7] },
      });
      const facts = ledger.inspect(raw);
      await ledger.send(raw);
      await untilWaiting(owner, nonce);
      const block = await ledger.block(await chain.mine());
      if (block === null) throw new Error('The block is not there');
      const decoder = ledger.decoder({ config: null, previous: null });
      const mined = decoder.decode(block).transactions.find((one) => one.hash === hash);
      const { gasPrice, ...waiting } = facts.detail;
      expect(gasPrice).toBeNull();
      expect(mined?.detail).toMatchObject({ ...waiting, effectiveGasPrice: expect.stringMatching(/^\d+$/) });
      expect(waiting.method).toMatchObject({
        name: 'mint',
        arguments: [{ name: 'to', value: stranger }, { value: '7' }],
      });
    });

    test('a call that would revert is told before anything is sent, with its custom error decoded', async () => {
      const before = await ledger.nonceOf(stranger, 'pending');
      const refused = await failureOf(
        ledger.plan(request({ from: stranger, to: contract, function: 'mint', arguments: [stranger, 1] })),
      );
      expect(refused).toMatchObject({ code: 'CALL_REVERTED', details: { reason: expect.any(String) } });
      expect(refused.message).toContain(`OwnableUnauthorizedAccount(account: ${stranger})`);
      expect(await ledger.nonceOf(stranger, 'pending')).toBe(before);
    });

    test('with gas given a revert is mined', async () => {
      const { raw, hash, nonce } = await signedBy(STRANGER, ledger, {
        ...{ to: contract, function: 'mint', arguments: [stranger, 1], gas: '100000' },
      });
      await ledger.send(raw);
      await untilWaiting(stranger, nonce);
      const block = await chain.mine();
      expect(await receiptOf(hash)).toMatchObject({ status: '0x0' });
      const [reason] = await ledger.revertReasons([{ hash, block }]);
      expect(reason).toBe(`OwnableUnauthorizedAccount(account: ${stranger})`);
    });

    test.each([
      ['neither recipient nor code', { to: null }, 'INPUT_INVALID'],
      ['data and a function', { to: '', data: '0x01', function: 'mint', arguments: [] }, 'INPUT_INVALID'],
      ['arguments without a function', { arguments: [1] }, 'INPUT_INVALID'],
      ['a function that no ABI has', { to: '', function: 'explode' }, 'ABI_UNKNOWN'],
      ['an argument too few', { to: '', function: 'mint', arguments: [stranger] }, 'INPUT_INVALID'],
      ['text for a number', { to: '', function: 'mint', arguments: [stranger, 'many'] }, 'INPUT_INVALID'],
      ['a word for a truth', { function: 'setApprovalForAll', arguments: [stranger, 'false'] }, 'INPUT_INVALID'],
      ['a value below nothing', { value: '-1' }, 'INPUT_INVALID'],
    ] as const)('%s is refused', async (_, change, code) => {
      const to = 'to' in change ? (change.to === '' ? contract : change.to) : stranger;
      expect(await failureOf(ledger.plan(request({ ...change, to })))).toMatchObject({ code });
    });

    test('a transaction that the node would not run for want of money is refused surely', async () => {
      const { raw } = await signedBy(STRANGER, ledger, { value: (10n ** 30n).toString(), gas: '21000' });
      const refused = await failureOf(ledger.send(raw));
      expect(refused).toMatchObject({ code: 'SUBMIT_REFUSED', details: { reason: 'REFUSED' } });
      expect(await ledger.whereabouts(ledger.inspect(raw))).toBe('UNKNOWN');
    });

    test('sending again is safe while it waits and once it is mined', async () => {
      const { raw, hash, nonce } = await signedBy(OWNER, ledger, { value: '1' });
      await ledger.send(raw);
      await untilWaiting(owner, nonce);
      await ledger.send(raw);
      await chain.mine();
      await ledger.send(raw);
      expect(await receiptOf(hash)).not.toBeNull();
      expect(await ledger.nonceOf(owner, 'pending')).toBe(nonce + 1);
    });

    test('a nonce that another transaction used is told, and where that one only waits', async () => {
      const nonce = await ledger.nonceOf(owner, 'pending');
      const ours = await signedBy(OWNER, ledger, { value: '2' }, nonce);
      const other = await signedBy(OWNER, ledger, { value: '3' }, nonce);
      await ledger.send(other.raw);
      await untilWaiting(owner, nonce);
      expect(await failureOf(ledger.send(ours.raw))).toMatchObject({
        ...{ code: 'SUBMIT_REFUSED', details: { reason: 'NONCE_TAKEN', nonce, hash: ours.hash } },
      });
      await chain.mine();
      // A node's pool hears of a block a moment later.
      await eventually('the pool knows the block', async () => {
        const { details } = await failureOf(ledger.send(ours.raw));
        return (details as { reason: string }).reason === 'NONCE_USED';
      });
      expect(await ledger.whereabouts(ledger.inspect(ours.raw))).toBe('REPLACED');
    });

    test('where the answer is lost another endpoint is asked, and nothing happens twice', async () => {
      const { raw, hash, nonce } = await signedBy(OWNER, ledger, { value: '4' });
      proxy.behave(async (exchange) => {
        const sends = exchange.calls.some(({ method }) => method === 'eth_sendRawTransaction');
        const answers = await exchange.forward();
        if (sends) exchange.response.destroy();
        else exchange.reply(answers);
      });
      await ledger.send(raw);
      await untilWaiting(owner, nonce);
      await chain.mine();
      expect(await receiptOf(hash)).not.toBeNull();
      expect(await ledger.nonceOf(owner, 'latest')).toBe(nonce + 1);
    });

    test('where no endpoint answers it is uncertain; where none was reached it was surely not sent', async () => {
      const { tuning, ...options } = ledgerOptions(chain);
      const hasty = { ...tuning, requestTimeoutMs: 150, patienceMs: 300, backoffMs: 10 };
      const one = createEthereumLedger({ ...options, rpc: [proxy.url], ws: null, tuning: hasty });
      const none = createEthereumLedger({ ...options, rpc: ['http://127.0.0.1:1'], ws: null, tuning: hasty });
      const { raw, hash } = await signedBy(OWNER, ledger, { value: '5' });
      proxy.behave(({ response }) => void response.destroy());
      expect(await failureOf(one.send(raw))).toMatchObject({ code: 'SUBMIT_UNCERTAIN', details: { hash } });
      expect(await failureOf(none.send(raw))).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
      proxy.behave(null);
      expect(await ledger.whereabouts(ledger.inspect(raw))).toBe('UNKNOWN');
      await Promise.all([one.close(), none.close()]);
    });

    test('fifty sent at once are all mined with nonces in a row', async () => {
      const first = await ledger.nonceOf(owner, 'pending');
      const all = await Promise.all(
        Array.from({ length: 50 }, (_, i) => signedBy(OWNER, ledger, { value: '1', gas: '21000' }, first + i)),
      );
      await Promise.all(all.map(({ raw }) => ledger.send(raw)));
      await untilWaiting(owner, first + 49);
      await chain.mine();
      const receipts = await Promise.all(all.map(({ hash }) => receiptOf(hash)));
      expect(receipts.every((receipt) => receipt?.status === '0x1')).toBe(true);
      expect(await ledger.nonceOf(owner, 'latest')).toBe(first + 50);
    });

    test('what a reorganisation took back is in the pool again, or is sent again', async () => {
      await chain.mine(2);
      const { raw, hash, nonce } = await signedBy(OWNER, ledger, { value: '6' });
      await ledger.send(raw);
      await untilWaiting(owner, nonce);
      await chain.mine();
      const before = await receiptOf(hash);
      await chain.reorg(1);
      const place = await ledger.whereabouts(ledger.inspect(raw));
      expect(place).toBe(chain.kind === 'anvil' ? 'UNKNOWN' : 'WAITING');
      await ledger.send(raw);
      await untilWaiting(owner, nonce);
      await chain.mine();
      const after = await receiptOf(hash);
      expect(Number(after?.blockNumber)).toBeGreaterThan(Number(before?.blockNumber));
      expect(await ledger.nonceOf(owner, 'latest')).toBe(nonce + 1);
    });

    test('a creation of a contract is planned, too', async () => {
      const data = creationData(token, [owner]);
      const { raw, hash, nonce } = await signedBy(OWNER, ledger, { to: null, data });
      await ledger.send(raw);
      await untilWaiting(owner, nonce);
      await chain.mine();
      const receipt = await chain.request<{ contractAddress: string }>('eth_getTransactionReceipt', [hash]);
      expect(await chain.request('eth_getCode', [receipt.contractAddress, 'latest'])).not.toBe('0x');
      expect(new Interface(token.abi).getFunction('mint')).not.toBeNull();
    });
  });
}
