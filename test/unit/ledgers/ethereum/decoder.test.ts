import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getCreateAddress, id, Interface } from 'ethers';
import { startAnvil, type TestChain } from '../../../../devnet/ethereum/index.js';
import { createEthereumLedger } from '../../../../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../../../../src/ledgers/ledger.js';
import type { DecodedBlock, DecodedEvent, DecodedTransaction } from '../../../../src/model/block.js';
import type { EthereumEventDetail, EthereumTransactionDetail } from '../../../../src/model/ethereum.js';
import { ledgerOptions } from '../../../contract/ethereumWorld.js';
import { makeBusy, type BusyChain } from '../../../support/ethereum/busyChain.js';

const ZERO = '0x0000000000000000000000000000000000000000';

describe('blocks of a real chain, decoded', () => {
  let chain: TestChain;
  let busy: BusyChain;
  let ledger: EthereumLedger;
  let blocks: DecodedBlock[];
  const transaction = (hash: string | undefined): DecodedTransaction => {
    const found = blocks.flatMap((block) => block.transactions).find((candidate) => candidate.hash === hash);
    if (found === undefined) throw new Error(`No block holds ${hash}`);
    return found;
  };
  const detail = (hash: string | undefined): EthereumTransactionDetail =>
    transaction(hash).detail as EthereumTransactionDetail;
  const decoded = (event: DecodedEvent | undefined): EthereumEventDetail['decoded'] =>
    (event?.detail as EthereumEventDetail | undefined)?.decoded ?? null;
  const firstLog = (sent: number): DecodedEvent | undefined => transaction(busy.typed[sent]).events[0];

  beforeAll(async () => {
    chain = await startAnvil({ mining: 'manual' });
    busy = await makeBusy(chain);
    const { specimen } = busy;
    const contracts = [{ name: 'Specimen', address: specimen.address.toLowerCase(), abi: specimen.abi }];
    ledger = createEthereumLedger({ ...ledgerOptions(chain), ws: null, contracts });
    const decoder = ledger.decoder({ config: null, previous: null });
    blocks = [];
    for await (const raw of ledger.read(0, busy.height, AbortSignal.timeout(60_000))) blocks.push(decoder.decode(raw));
  });
  afterAll(async () => {
    await ledger.close();
    await chain.close();
  });

  test('carry what the node says of them', async () => {
    for (const block of blocks) {
      const said = await chain.request<Record<string, string>>('eth_getBlockByHash', [block.hash, false]);
      expect(block).toMatchObject({
        ledger: 'eip155:31337',
        number: Number(said['number']),
        parentHash: said['parentHash'],
        timestampMs: Number(said['timestamp']) * 1000,
        config: null,
        lifecycle: [],
        detail: {
          gasUsed: BigInt(said['gasUsed'] ?? 0).toString(),
          gasLimit: BigInt(said['gasLimit'] ?? 0).toString(),
          baseFee: BigInt(said['baseFeePerGas'] ?? 0).toString(),
          stateRoot: said['stateRoot'],
          transactionsRoot: said['transactionsRoot'],
          receiptsRoot: said['receiptsRoot'],
        },
      });
    }
  });

  test('every transaction carries what the node says of it, gas and fees included', async () => {
    const all = blocks.flatMap((block) => block.transactions);
    expect(all.length).toBeGreaterThan(15);
    for (const one of all) {
      const said = await chain.request<Record<string, string | null>>('eth_getTransactionByHash', [one.hash]);
      const receipt = await chain.request<Record<string, string | null>>('eth_getTransactionReceipt', [one.hash]);
      const number = (value: string | null | undefined): string | null =>
        value == null ? null : BigInt(value).toString();
      expect(one.index).toBe(Number(said['transactionIndex']));
      expect(one.outcome).toBe(receipt['status'] === '0x1' ? 'SUCCEEDED' : 'FAILED');
      const { from, to, createdContract, ...rest } = one.detail as EthereumTransactionDetail;
      expect([from, to, createdContract].map((address) => address?.toLowerCase() ?? null)).toEqual([
        said['from'],
        said['to'],
        said['to'] === null ? receipt['contractAddress'] : null,
      ]);
      expect(rest).toMatchObject({
        type: Number(said['type']),
        nonce: number(said['nonce']),
        value: number(said['value']),
        gas: number(said['gas']),
        input: said['input'],
        gasUsed: number(receipt['gasUsed']),
        effectiveGasPrice: number(receipt['effectiveGasPrice']),
        gasPrice: number(receipt['effectiveGasPrice']),
        maxFeePerGas: number(said['maxFeePerGas']),
        maxPriorityFeePerGas: number(said['maxPriorityFeePerGas']),
      });
    }
  });

  test('transactions of all five types are told apart', () => {
    expect(busy.typed.slice(0, 5).map((hash) => detail(hash).type)).toEqual([0, 1, 2, 3, 4]);
    expect(detail(busy.typed[0]).accessList).toBeNull();
    expect(detail(busy.typed[1]).accessList).toEqual([{ address: busy.specimen.address, storageKeys: [id('slot')] }]);
  });

  test('parties are who sent, who received and what was created, in EIP-55', () => {
    const [deployer, , other, , sender] = busy.accounts;
    expect(transaction(busy.typed[3]).parties).toEqual([
      { nativeId: sender, role: 'SENDER' },
      { nativeId: other, role: 'RECIPIENT' },
    ]);
    const [creation] = blocks[1]?.transactions ?? [];
    const created = getCreateAddress({ from: deployer ?? '', nonce: 0 });
    expect(creation?.parties).toEqual([
      { nativeId: deployer, role: 'SENDER' },
      { nativeId: created, role: 'CREATED' },
    ]);
    expect(creation?.detail).toMatchObject({ createdContract: created, to: null, method: null });
  });

  test('log indexes count through the block', () => {
    for (const block of blocks) {
      const indexes = block.transactions.flatMap(({ events }) => events.map(({ index }) => index));
      expect(indexes).toEqual(indexes.map((_, i) => i));
    }
  });

  test('methods are read by the configured ABI, and by the token standards', () => {
    expect(detail(busy.typed[2]).method).toMatchObject({
      signature: 'mintBatch(address,uint256[],uint256[])',
      name: 'mintBatch',
      arguments: [
        { name: 'to', type: 'address', value: busy.accounts[1] },
        { name: 'ids', type: 'uint256[]', value: ['1', '2'] },
        { name: 'values', type: 'uint256[]', value: ['10', '20'] },
      ],
    });
    expect(transaction(busy.typed[2]).function).toBe('mintBatch');
    // `mint` of a token that is not configured: the selector is all that is known.
    expect(detail(busy.typed[0]).method).toEqual({
      selector: '0x40c10f19',
      signature: null,
      name: null,
      arguments: [],
    });
    expect(detail(busy.typed[3]).method).toBeNull();
  });

  test('token transfers of all three standards', () => {
    const of = (hash: string | undefined) => {
      const block = blocks.find(({ transactions }) => transactions.some((one) => one.hash === hash));
      return block?.tokenTransfers.filter(({ transactionIndex }) => transactionIndex === transaction(hash).index);
    };
    const holder = busy.accounts[1];
    expect(of(busy.typed[0])).toMatchObject([
      { token: busy.token.address, standard: 'ERC20', from: ZERO, to: holder, amount: '12345', tokenId: null, item: 0 },
    ]);
    expect(of(busy.typed[1])).toMatchObject([
      { standard: 'ERC1155', from: ZERO, to: holder, amount: '3', tokenId: '7' },
    ]);
    expect(of(busy.typed[2])).toMatchObject([
      { standard: 'ERC1155', to: holder, amount: '10', tokenId: '1', item: 0 },
      { standard: 'ERC1155', to: holder, amount: '20', tokenId: '2', item: 1 },
    ]);
  });

  test('a standard event of a contract that nobody configured is decoded', () => {
    expect(decoded(firstLog(0))).toEqual({
      signature: 'Transfer(address,address,uint256)',
      name: 'Transfer',
      arguments: [
        { name: 'from', type: 'address', value: ZERO },
        { name: 'to', type: 'address', value: busy.accounts[1] },
        { name: 'value', type: 'uint256', value: '12345' },
      ],
    });
  });

  test('structs become objects, numbers decimal strings, an indexed text its hash', () => {
    expect(decoded(firstLog(5))).toEqual({
      signature: 'Moved(string,int128,bool,bytes4,(string,(address,uint64)[],bytes32))',
      name: 'Moved',
      arguments: [
        { name: 'lot', type: 'string', value: { hash: id('lot-7') } },
        { name: 'change', type: 'int128', value: '-5' },
        { name: 'late', type: 'bool', value: true },
        { name: 'tag', type: 'bytes4', value: '0xdeadbeef' },
        {
          name: 'journey',
          type: '(string,(address,uint64)[],bytes32)',
          value: {
            origin: 'Yirgacheffe',
            legs: [{ carrier: busy.accounts[2], departs: '1700000000' }],
            seal: id('seal'),
          },
        },
      ],
    });
  });

  test('what no ABI reads stays, undecoded: anonymous, malformed, without topics', () => {
    expect(decoded(firstLog(6))).toBeNull();
    expect(firstLog(6)?.detail).toMatchObject({ data: `0x${'9'.padStart(64, '0')}` });
    expect(decoded(firstLog(7))).toBeNull();
    expect(firstLog(7)).toMatchObject({ name: null, detail: { data: '0x1234' } });
    expect(firstLog(9)).toMatchObject({ topics: [], detail: { data: '0x01', decoded: null } });
  });

  test('bytes that are no UTF-8 are shown as far as they are text', () => {
    expect(decoded(firstLog(8))?.arguments[0]).toEqual({ name: 'value', type: 'string', value: '\ufffd\u0000\ufffd' });
  });

  test('failed transactions failed, and created nothing', () => {
    for (const hash of Object.values(busy.failed)) {
      expect(transaction(hash)).toMatchObject({ outcome: 'FAILED', events: [], detail: { createdContract: null } });
    }
  });

  test('a clash of first topics is decided by what is indexed', () => {
    const abi = ['event Transfer(address from, address to, uint256 value)'];
    const own = createEthereumLedger({
      ...ledgerOptions(chain),
      ws: null,
      contracts: [{ name: 'Odd', address: busy.token.address, abi: JSON.parse(new Interface(abi).formatJson()) as [] }],
    });
    const raw = blocks.find(({ transactions }) => transactions.some(({ hash }) => hash === busy.typed[0]));
    if (raw === undefined) throw new Error('The mint is in no block');
    const again = own.decoder({ config: null, previous: null }).decode(raw);
    expect(decoded(again.transactions[0]?.events[0])?.arguments[2]).toMatchObject({ value: '12345' });
    return own.close();
  });
});
