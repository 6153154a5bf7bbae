import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestChain } from '../../../devnet/ethereum/index.js';
import { createEthereumLedger } from '../../../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../../../src/ledgers/ledger.js';
import type { DecodedTransaction } from '../../../src/model/block.js';
import type { EthereumTransactionDetail } from '../../../src/model/ethereum.js';
import { makeBusy, type BusyChain } from '../../support/ethereum/busyChain.js';
import { ledgerOptions } from '../ethereumWorld.js';
import { collect } from '../ledger.contract.js';

/** What must hold of a chain with transactions of every type and fate, whatever node serves it. */
export function busyContract(name: string, startChain: () => Promise<TestChain>): void {
  describe(`A busy chain on ${name}`, () => {
    let chain: TestChain;
    let busy: BusyChain;
    let ledger: EthereumLedger;
    let transactions: DecodedTransaction[];
    const detail = (hash: string | undefined): EthereumTransactionDetail | undefined =>
      transactions.find((one) => one.hash === hash)?.detail as EthereumTransactionDetail | undefined;

    beforeAll(async () => {
      chain = await startChain();
      busy = await makeBusy(chain);
      const contracts = [{ name: 'Specimen', address: busy.specimen.address, abi: busy.specimen.abi }];
      ledger = createEthereumLedger({ ...ledgerOptions(chain), contracts });
      const decoder = ledger.decoder({ config: null, previous: null });
      const blocks = await collect(ledger.read(0, busy.height, AbortSignal.timeout(60_000)));
      transactions = blocks.flatMap((block) => decoder.decode(block).transactions);
    }, 240_000);
    afterAll(async () => {
      await ledger.close();
      await chain.close();
    });

    test('its blocks are proven, and its transactions of types 0 to 4 decoded', async () => {
      expect(busy.typed.slice(0, 5).map((hash) => detail(hash)?.type)).toEqual([0, 1, 2, 3, 4]);
      for (const { hash, detail } of transactions) {
        const receipt = await chain.request<Record<string, string>>('eth_getTransactionReceipt', [hash]);
        expect(detail).toMatchObject({
          gasUsed: String(BigInt(receipt['gasUsed'] ?? 0)),
          effectiveGasPrice: String(BigInt(receipt['effectiveGasPrice'] ?? 0)),
        });
      }
    });

    test('why its failed transactions failed', async () => {
      const hashes = Object.values(busy.failed);
      const reasons = await ledger.revertReasons(hashes.map((hash) => ({ hash, block: busy.height })));
      expect(reasons).toEqual([
        'the harvest is late',
        'TooHeavy(weight: 12, allowed: 10)',
        'Panic(0x12): division by zero',
        'without a reason',
      ]);
    });

    test('its tokens, holdings, calls and reverts', async () => {
      const [, account = ''] = busy.accounts;
      const { token, specimen } = busy;
      expect(await ledger.tokens([token.address, specimen.address, account])).toMatchObject([
        { standard: 'ERC20', symbol: 'HUSD', decimals: 2, totalSupply: '12345' },
        { standard: 'ERC1155' },
        null,
      ]);
      const question = { account, token: token.address, standard: 'ERC20', tokenIds: [] } as const;
      expect(
        await ledger.tokenHoldings([
          { ...question, block: 1 },
          { ...question, block: null },
        ]),
      ).toEqual([
        { amount: '0', tokenIds: null },
        { amount: '12345', tokenIds: null },
      ]);
      const call = { address: specimen.address, arguments: [], block: null };
      const [stored, failed] = await ledger.calls([
        { ...call, function: 'stored' },
        { ...call, function: 'failWithError' },
      ]);
      expect(stored).toEqual([{ name: null, type: 'uint256', value: '42' }]);
      expect(failed).toMatchObject({
        code: 'CALL_REVERTED',
        what: 'The call reverted: TooHeavy(weight: 12, allowed: 10)',
      });
    });

    test('a block that it lacks has no state', async () => {
      const [answer] = await ledger.balances([{ address: busy.accounts[0] ?? '', block: 99_999 }]);
      expect(answer).toMatchObject({ code: 'HISTORY_UNAVAILABLE' });
    });
  });
}
