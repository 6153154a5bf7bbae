import { describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../../src/errors/index.js';
import { storeError } from '../../../src/store/dialect/storeError.js';

const coded = (code: string, message = 'why') => Object.assign(new Error(message), { code });

describe("a database's errors", () => {
  test.each([
    ...[
      'SQLITE_BUSY',
      'SQLITE_FULL',
      'SQLITE_IOERR_WRITE',
      'ECONNREFUSED',
      '57P01',
      '57014',
      '25P03',
      '53300',
      '40001',
    ].map((code) => [code, 'STORE_UNAVAILABLE']),
    ...['SQLITE_CORRUPT', 'SQLITE_NOTADB'].map((code) => [code, 'STORE_CORRUPT']),
  ])('%s is %s', (code, expected) => {
    expect(storeError(coded(code))).toMatchObject({ code: expected });
    expect(storeError({ code, message: 'of another realm' })).toMatchObject({ code: expected });
  });
  test('a broken connection is told by its message', () => {
    for (const message of [
      'Connection terminated unexpectedly',
      'Client has encountered a connection error and is not queryable',
      'database "parley" is not currently accepting connections',
    ]) {
      expect(storeError(new Error(message))).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    }
  });
  test('a defect of ours stays as it is', () => {
    for (const error of [
      coded('23505'),
      coded('42601'),
      new TypeError('x'),
      new ParleyError('STORE_CORRUPT', 'x'),
      'text',
      null,
    ]) {
      expect(storeError(error)).toBe(error);
    }
  });
});
