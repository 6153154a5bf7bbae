import { describe, expect, test } from '@jest/globals';
import { AbiCoder, EventFragment, FunctionFragment, Interface, ParamType, Result } from 'ethers';
import fc from 'fast-check';
import { AbiIndex } from '../../../../src/ledgers/ethereum/decode/abiIndex.js';
import { decodeValues } from '../../../../src/ledgers/ethereum/decode/abiValue.js';
import { EthereumBlockDecoder } from '../../../../src/ledgers/ethereum/decode/blockDecoder.js';
import { Checksums } from '../../../../src/ledgers/ethereum/decode/checksums.js';
import { EventReader } from '../../../../src/ledgers/ethereum/decode/eventReader.js';
import { TokenTransferReader } from '../../../../src/ledgers/ethereum/decode/tokenTransfers.js';

const checksums = new Checksums();
const coder = AbiCoder.defaultAbiCoder();
const hex = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);

const values: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ['uint256', fc.bigInt(0n, 2n ** 256n - 1n)],
  ['uint48', fc.bigInt(0n, 2n ** 48n - 1n)],
  ['uint8', fc.bigInt(0n, 255n)],
  ['int256', fc.bigInt(-(2n ** 255n), 2n ** 255n - 1n)],
  ['int24', fc.bigInt(-(2n ** 23n), 2n ** 23n - 1n)],
  ['bool', fc.boolean()],
  ['bytes32', word],
  ['bytes4', word.map((text) => text.slice(0, 10))],
  ['address', word.map((text) => `0x${text.slice(26)}`)],
];

describe('one-word values', () => {
  test.each(values)('%s reads as the general decoder reads it', (type, arbitrary) => {
    const reader = new EventReader(EventFragment.from(`event E(${type} a, ${type} indexed b)`));
    fc.assert(
      fc.property(arbitrary, arbitrary, (a, b) => {
        const log = { topics: [reader.topic, coder.encode([type], [b])], data: coder.encode([type], [a]) };
        const expected = [a, b].map((value) =>
          asJson(ParamType.from(type), coder.decode([type], coder.encode([type], [value]))[0]),
        );
        const read = reader.read(log, checksums)?.arguments.map(({ value }) => value);
        expect(read).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('a word with dirt where the type has none is not a value', () => {
    const reader = new EventReader(EventFragment.from('event E(uint8 a, address b, bool c)'));
    const clean = coder.encode(['uint8', 'address', 'bool'], [7, `0x${'11'.repeat(20)}`, true]);
    const read = (data: string): unknown => reader.read({ topics: [reader.topic], data }, checksums);
    expect(read(clean)).not.toBeNull();
    for (const at of [2 + 61, 2 + 64 + 23, 2 + 128 + 62]) {
      expect(read(`${clean.slice(0, at)}1${clean.slice(at + 1)}`)).toBeNull();
    }
    expect(read(`${clean}00`)).toBeNull();
  });
});

/** What ethers decoded, in the form that Parley gives. */
function asJson(param: ParamType, value: unknown): unknown {
  const items = value instanceof Result ? value.toArray() : [];
  const { arrayChildren, components } = param;
  if (arrayChildren !== null) return items.map((item) => asJson(arrayChildren, item));
  if (components === null) return typeof value === 'bigint' ? value.toString() : value;
  const parts = components.map((part, i) => asJson(part, items[i]));
  if (components.some(({ name }) => name === '')) return parts;
  return Object.fromEntries(components.map(({ name }, i) => [name, parts[i]]));
}

const NESTED: readonly (readonly [string, fc.Arbitrary<readonly unknown[]>])[] = [
  ['string a, bytes b', fc.tuple(fc.string({ unit: 'binary' }), hex(100))],
  ['uint16[] a, string[] b', fc.tuple(fc.array(fc.nat(65_535)), fc.array(fc.string()))],
  [
    'bool[3] a, string[2] b',
    fc.tuple(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), fc.tuple(fc.string(), fc.string())),
  ],
  [
    'uint8[2][] a, bytes[][2] b',
    fc.tuple(fc.array(fc.tuple(fc.nat(255), fc.nat(255))), fc.tuple(fc.array(hex(40)), fc.array(hex(40)))),
  ],
  [
    'tuple(string name, tuple(bytes x, uint8[] y)[] parts) a, tuple(uint8, bool) b',
    fc.tuple(
      fc.record({ name: fc.string(), parts: fc.array(fc.record({ x: hex(50), y: fc.array(fc.nat(255)) })) }),
      fc.tuple(fc.nat(255), fc.boolean()),
    ),
  ],
];

describe('values of every shape', () => {
  test.each(NESTED)('%s reads as the general decoder reads it', (list, arbitrary) => {
    const params = FunctionFragment.from(`function f(${list})`).inputs;
    fc.assert(
      fc.property(arbitrary, (given) => {
        const data = coder.encode(params, given);
        const expected = coder.decode(params, data).toArray();
        const read = decodeValues(params, data, checksums)?.map(({ value }) => value);
        expect(read).toEqual(params.map((param, i) => asJson(param, expected[i])));
      }),
      { numRuns: 100 },
    );
  });

  test.each(NESTED)('%s cut short is no value', (list, arbitrary) => {
    const params = FunctionFragment.from(`function f(${list})`).inputs;
    fc.assert(
      fc.property(arbitrary, fc.nat(), (given, at) => {
        const data = coder.encode(params, given);
        const words = Math.floor((data.length - 2) / 64);
        const cut = data.slice(0, 2 + 64 * (at % words));
        const read = decodeValues(params, cut, checksums);
        // Padding and empty tails may go without loss; a value read from less is the same value.
        if (read !== null) expect(read).toEqual(decodeValues(params, data, checksums));
      }),
      { numRuns: 100 },
    );
  });
});

const ABI = [
  'event Everything(uint256 indexed a, string b, (bytes x, uint8[] y)[] c, address[2] d)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values)',
  'function everything(string a, (bytes x, uint8[] y)[] b, uint256[][][] c)',
];
const abi = new Interface(ABI);
const ADDRESS = `0x${'ab'.repeat(20)}`;
const index = new AbiIndex([{ name: 'Everything', address: ADDRESS, abi: JSON.parse(abi.formatJson()) as [] }]);
const topics = ['Everything', 'Transfer', 'TransferBatch'].map((name) => abi.getEvent(name)?.topicHash ?? '');

describe('garbage', () => {
  test('never throws in logs or inputs, and what is not decoded is kept', () => {
    const decoder = new EthereumBlockDecoder('eip155:1', index, checksums);
    const log = fc.record({
      address: fc.constantFrom(ADDRESS, `0x${'cd'.repeat(20)}`),
      topics: fc
        .tuple(fc.constantFrom(...topics), fc.array(word, { maxLength: 3 }))
        .map(([first, rest]) => [first, ...rest]),
      data: fc.oneof(
        hex(400),
        hex(400).map((tail) => `0x${'20'.padStart(64, '0')}${tail.slice(2)}`),
      ),
    });
    const input = hex(600).map((tail) => `${abi.getFunction('everything')?.selector ?? ''}${tail.slice(2)}`);
    fc.assert(
      fc.property(fc.array(log, { maxLength: 6 }), fc.oneof(input, hex(40)), (logs, data) => {
        const block = decoder.decode(rawBlock(logs, data));
        const [transaction] = block.transactions;
        expect(transaction?.events.map((event) => (event.detail as { data: string }).data)).toEqual(
          logs.map((one) => one.data),
        );
        expect(JSON.parse(JSON.stringify(block.transactions))).toEqual(block.transactions);
      }),
      { numRuns: 300 },
    );
  });

  test('data that points at itself ends soon, and is not decoded', () => {
    // uint256[][][]: every offset points back to the beginning, so that naive reading multiplies without end.
    const words = Array.from({ length: 3_000 }, () => '20'.padStart(64, '0'));
    const bomb = `0x${'20'.padStart(64, '0')}${'ff'.padStart(64, '0')}${words.join('')}`;
    const started = performance.now();
    expect(decodeValues([ParamType.from('uint256[][][]')], bomb, checksums)).toBeNull();
    // Reading it as it says would take the general decoder a quarter of a minute.
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  test('tells no transfer that is not one', () => {
    const reader = new TokenTransferReader(checksums);
    fc.assert(
      fc.property(fc.constantFrom(...topics), fc.array(word, { maxLength: 3 }), hex(200), (first, rest, data) => {
        const transfers = reader.read(
          { address: ADDRESS, topics: [first, ...rest], data },
          { transactionIndex: 0, logIndex: 0 },
        );
        for (const { amount, from, to } of transfers) {
          expect(amount).toMatch(/^\d+$/);
          expect([from, to].every((address) => /^0x[0-9a-fA-F]{40}$/.test(address))).toBe(true);
        }
      }),
    );
  });
});

function rawBlock(logs: readonly unknown[], input: string): Parameters<EthereumBlockDecoder['decode']>[0] {
  const zero = `0x${'00'.repeat(32)}`;
  const block = {
    ...{ gasLimit: '0x1', gasUsed: '0x1', miner: ADDRESS, number: '0x1', timestamp: '0x1' },
    ...{ stateRoot: zero, transactionsRoot: zero, receiptsRoot: zero },
    transactions: [
      {
        from: ADDRESS,
        to: ADDRESS,
        gas: '0x1',
        gasPrice: '0x1',
        hash: zero,
        input,
        nonce: '0x0',
        type: '0x0',
        value: '0x0',
      },
    ],
  };
  const receipts = [{ cumulativeGasUsed: '0x1', gasUsed: '0x1', logs, status: '0x1', transactionHash: zero }];
  return { number: 1, hash: zero, parentHash: zero, bytes: Buffer.from(JSON.stringify({ block, receipts })) };
}
