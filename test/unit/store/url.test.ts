import { describe, expect, test } from '@jest/globals';
import { parseStoreUrl } from '../../../src/store/url.js';

describe('store.url', () => {
  test('names a file or a server', () => {
    expect(parseStoreUrl('sqlite:./parley.db')).toEqual({ kind: 'sqlite', path: './parley.db' });
    expect(parseStoreUrl('sqlite:///var/parley.db')).toEqual({ kind: 'sqlite', path: '/var/parley.db' });
    expect(parseStoreUrl('postgresql://a@b/c').kind).toBe('postgres');
  });
  test('anything else is refused without its password', () => {
    expect(() => parseStoreUrl('mysql://user:hunter2@host/db')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', got: 'mysql://…@host/db' }),
    );
  });
});
