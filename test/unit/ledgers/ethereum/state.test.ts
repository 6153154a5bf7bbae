import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getCreateAddress, Interface } from 'ethers';
import { creationData, readArtifact } from '../../../../devnet/ethereum/artifacts.js';
import { startAnvil, type TestChain } from '../../../../devnet/ethereum/index.js';
import type { ParleyError } from '../../../../src/errors/index.js';
import { createEthereumLedger } from '../../../../src/ledgers/ethereum/index.js';
import type { ContractCall, EthereumLedger } from '../../../../src/ledgers/ledger.js';
import { ledgerOptions } from '../../../contract/ethereumWorld.js';
import { makeBusy, type BusyChain } from '../../../support/ethereum/busyChain.js';

const code = (answer: unknown): string | null => (answer instanceof Error ? (answer as ParleyError).code : null);

describe('the state of a real chain', () => {
  let chain: TestChain;
  let busy: BusyChain;
  let ledger: EthereumLedger;
  let certificates: string;
  const call = (name: string, args: readonly unknown[] = [], rest: Partial<ContractCall> = {}): ContractCall => ({
    ...{ address: busy.specimen.address, function: name, arguments: args, block: null },
    ...rest,
  });

  beforeAll(async () => {
    chain = await startAnvil({ mining: 'manual' });
    busy = await makeBusy(chain);
    certificates = await deployCertificates(chain, busy);
    const { specimen } = busy;
    ledger = createEthereumLedger({
      ...ledgerOptions(chain),
      ws: null,
      contracts: [{ name: 'Specimen', address: specimen.address, abi: specimen.abi }],
    });
  });
  afterAll(async () => {
    await ledger.close();
    await chain.close();
  });

  test('balances, nonces and code, now and at a block, each answer in its place', async () => {
    const [deployer = '', , other = ''] = busy.accounts;
    const [before, after, odd, lower] = await ledger.balances([
      { address: other, block: 1 },
      { address: other, block: 2 },
      { address: 'harvest', block: null },
      { address: other.toLowerCase(), block: 2 },
    ]);
    expect(before).toBe(10_000n * 10n ** 18n);
    expect(after).toBe(10_000n * 10n ** 18n + 5n);
    expect(lower).toBe(after);
    expect(code(odd)).toBe('INPUT_INVALID');
    expect(
      await ledger.nonces([
        { address: deployer, block: 0 },
        { address: deployer, block: 1 },
      ]),
    ).toEqual([0n, 2n]);
    const [none, contract] = await ledger.codes([
      { address: other, block: null },
      { address: busy.specimen.address, block: null },
    ]);
    expect(none).toBe('0x');
    expect(contract).toMatch(/^0x60[0-9a-f]{100,}$/);
  });

  test('a block that is not there has no state', async () => {
    const [answer] = await ledger.balances([{ address: busy.accounts[0] ?? '', block: 9_999 }]);
    expect(code(answer)).toBe('HISTORY_UNAVAILABLE');
  });

  test('calls by name and by signature, at a block, with decoded answers', async () => {
    const [stored, before, journey, unknown, few, unfit] = await ledger.calls([
      call('stored'),
      call('stored()', [], { block: 1 }),
      call('journey'),
      call('unheard'),
      call('balanceOf', [1]),
      call('balanceOf', ['somebody', 'nothing']),
    ]);
    expect(stored).toEqual([{ name: null, type: 'uint256', value: '42' }]);
    expect(before).toEqual([{ name: null, type: 'uint256', value: '0' }]);
    expect(journey).toMatchObject([
      { value: { origin: 'Sidamo', legs: [{ departs: '7' }] } },
      { name: 'at', value: '42' },
    ]);
    expect([unknown, few, unfit].map(code)).toEqual(['ABI_UNKNOWN', 'INPUT_INVALID', 'INPUT_INVALID']);
  });

  test('standard functions of a contract that nobody configured, and of none', async () => {
    const [name, nothing] = await ledger.calls([
      call('name', [], { address: busy.token.address }),
      call('name', [], { address: busy.accounts[5] ?? '' }),
    ]);
    expect(name).toEqual([{ name: null, type: 'string', value: 'Harbour Dollar' }]);
    expect(code(nothing)).toBe('CALL_REVERTED');
  });

  test('a call that reverts says why, in Solidity’s words or the contract’s own', async () => {
    const answers = await ledger.calls([
      call('failWithReason'),
      call('failWithError'),
      call('failWithPanic', ['0']),
      call('failSilently'),
    ]);
    expect(answers.map(code)).toEqual(new Array(4).fill('CALL_REVERTED'));
    expect(answers.map((answer) => (answer as ParleyError).what)).toEqual([
      'The call reverted: the harvest is late',
      'The call reverted: TooHeavy(weight: 12, allowed: 10)',
      'The call reverted: Panic(0x12): division by zero',
      'The call reverted: without a reason',
    ]);
  });

  test('why failed transactions reverted', async () => {
    const { reason, error, panic, silent } = busy.failed;
    const asked = [reason, error, panic, silent].map((hash) => ({ hash, block: busy.height }));
    expect(await ledger.revertReasons(asked)).toEqual([
      'the harvest is late',
      'TooHeavy(weight: 12, allowed: 10)',
      'Panic(0x12): division by zero',
      'without a reason',
    ]);
    expect(await ledger.revertReasons([{ hash: `0x${'00'.repeat(32)}`, block: 2 }])).toEqual([null]);
    expect(await ledger.revertReasons([{ hash: busy.typed[2] ?? '', block: 2 }])).toEqual([null]);
  });

  test('tokens are told by what they answer', async () => {
    expect(
      await ledger.tokens([busy.token.address, certificates, busy.specimen.address, busy.accounts[0] ?? '']),
    ).toEqual([
      { standard: 'ERC20', name: 'Harbour Dollar', symbol: 'HUSD', decimals: 2, totalSupply: '12345' },
      expect.objectContaining({ standard: 'ERC721', decimals: null, totalSupply: null }),
      { standard: 'ERC1155', name: null, symbol: null, decimals: null, totalSupply: null },
      null,
    ]);
  });

  test('holdings of all three standards, now and before', async () => {
    const [, holder = ''] = busy.accounts;
    const of = (
      token: string,
      standard: 'ERC20' | 'ERC721' | 'ERC1155',
      tokenIds: string[],
      block: number | null = null,
    ) => ({
      ...{ account: holder, token, standard, tokenIds, block },
    });
    expect(
      await ledger.tokenHoldings([
        of(busy.token.address, 'ERC20', []),
        of(busy.token.address, 'ERC20', [], 1),
        of(busy.specimen.address, 'ERC1155', ['7', '1', '99', '2']),
        of(certificates, 'ERC721', ['1', '2', '77']),
      ]),
    ).toEqual([
      { amount: '12345', tokenIds: null },
      { amount: '0', tokenIds: null },
      { amount: '33', tokenIds: ['7', '1', '2'] },
      { amount: '1', tokenIds: ['1'] },
    ]);
  });

  test('many questions go in few requests, and all are answered', async () => {
    const asked = Array.from({ length: 250 }, (_, i) => ({ address: busy.accounts[i % 10] ?? '', block: 2 }));
    const answers = await ledger.balances(asked);
    expect(answers.length).toBe(250);
    expect(answers.every((answer) => typeof answer === 'bigint')).toBe(true);
  });

  test('gas as the node says it', async () => {
    const block = await chain.request<{ baseFeePerGas: string }>('eth_getBlockByNumber', ['latest', false]);
    const tip = await chain.request<string>('eth_maxPriorityFeePerGas');
    expect(await ledger.gas()).toEqual({
      baseFee: String(BigInt(block.baseFeePerGas)),
      priorityFee: String(BigInt(tip)),
    });
  });
});

/** An ERC-721 with certificate 1 to the first holder and 2 to another. */
async function deployCertificates(chain: TestChain, busy: BusyChain): Promise<string> {
  const artifact = readArtifact('OriginCertificate');
  const [, holder = '', other = '', issuer = ''] = busy.accounts;
  const abi = new Interface(artifact.abi);
  const nonce = Number(await chain.request<string>('eth_getTransactionCount', [issuer, 'latest']));
  const to = getCreateAddress({ from: issuer, nonce });
  await chain.send({ from: 3, data: creationData(artifact, [issuer]), gas: 6_000_000n });
  for (const owner of [holder, other]) {
    const data = abi.encodeFunctionData('certify', [owner, 'lot-1', 'Sidamo', 60, 'ipfs://lot-1']);
    await chain.send({ from: 3, to, data, gas: 1_000_000n });
  }
  await chain.mine();
  return to;
}
