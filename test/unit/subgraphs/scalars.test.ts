import { describe, expect, test } from '@jest/globals';
import { parseValue, type GraphQLScalarType } from 'graphql';
import { MAX_CURSOR_CHARACTERS } from '../../../src/lib/cursorSeal.js';
import {
  AddressScalar,
  BigIntScalar,
  BytesScalar,
  CursorScalar,
  DateTimeScalar,
  HashScalar,
} from '../../../src/subgraphs/scalars.js';

const HASH = 'ab'.repeat(32);
const ADDRESS = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';

describe('scalars take', () => {
  test.each<[GraphQLScalarType, unknown, unknown]>([
    [
      BigIntScalar,
      '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      String(2n ** 256n - 1n),
    ],
    [BigIntScalar, '-5', '-5'],
    [BigIntScalar, '0xff', '255'],
    [BigIntScalar, 7, '7'],
    [HashScalar, HASH, HASH],
    [HashScalar, `0x${HASH.toUpperCase()}`, HASH],
    [AddressScalar, ADDRESS, ADDRESS],
    [AddressScalar, ADDRESS.toLowerCase(), ADDRESS],
    [AddressScalar, `0x${ADDRESS.slice(2).toUpperCase()}`, ADDRESS],
    [BytesScalar, '0x', '0x'],
    [BytesScalar, '0xDEad', '0xdead'],
    [DateTimeScalar, '2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    [DateTimeScalar, '2026-01-02T03:04:05.678901+01:00', Date.UTC(2026, 0, 2, 2, 4, 5, 678)],
    [CursorScalar, 'abc', 'abc'],
  ])('%s %s', (scalar, given, taken) => {
    expect(scalar.parseValue(given)).toEqual(taken);
  });

  test('long integers written in a document to the last digit', () => {
    expect(BigIntScalar.parseLiteral(parseValue('123456789012345678901234567890'))).toBe(
      '123456789012345678901234567890',
    );
  });
});

describe('scalars refuse', () => {
  test.each<[GraphQLScalarType, unknown]>([
    [BigIntScalar, '1.5'],
    [BigIntScalar, 1.5],
    [BigIntScalar, 2 ** 60],
    [BigIntScalar, '9'.repeat(81)],
    [BigIntScalar, ''],
    [BigIntScalar, true],
    [HashScalar, HASH.slice(1)],
    [HashScalar, `${HASH}00`],
    [HashScalar, 5],
    [AddressScalar, ADDRESS.replace('aA', 'Aa')],
    [AddressScalar, ADDRESS.slice(2)],
    [AddressScalar, 'harvest'],
    [BytesScalar, '0x0'],
    [BytesScalar, 'dead'],
    [DateTimeScalar, '2026-01-02'],
    [DateTimeScalar, '2026-13-02T03:04:05Z'],
    [DateTimeScalar, 1767322800000],
    [CursorScalar, 'x'.repeat(MAX_CURSOR_CHARACTERS + 1)],
  ])('%s %s', (scalar, given) => {
    expect(() => scalar.parseValue(given)).toThrow(/That is no .*Got: .*Expected: /s);
  });
});

test('Bytes of more than 128 KiB are refused by their length', () => {
  expect(BytesScalar.parseValue(`0x${'00'.repeat(128 * 1024)}`)).toHaveLength(2 + 2 * 128 * 1024);
  expect(() => BytesScalar.parseValue(`0x${'00'.repeat(128 * 1024 + 1)}`)).toThrow(
    /too many Bytes.*Got: 131073 bytes\. Expected: at most 131072 bytes \(128 KiB\)\. Fix: /,
  );
});

describe('scalars give', () => {
  test.each<[GraphQLScalarType, unknown, unknown]>([
    [BigIntScalar, 12n, '12'],
    [BigIntScalar, -1, '-1'],
    [BigIntScalar, '900719925474099312345', '900719925474099312345'],
    [DateTimeScalar, 0, '1970-01-01T00:00:00.000Z'],
    [DateTimeScalar, '2036-11-19T15:57:00.000Z', '2036-11-19T15:57:00.000Z'],
  ])('%s %s', (scalar, value, given) => {
    expect(scalar.serialize(value)).toBe(given);
  });

  test.each<[GraphQLScalarType, unknown]>([
    [BigIntScalar, 'many'],
    [DateTimeScalar, 'soon'],
    [HashScalar, 5],
  ])('%s nothing for %s', (scalar, value) => {
    expect(() => scalar.serialize(value)).toThrow(TypeError);
  });
});
