import { describe, expect, test } from '@jest/globals';
import { everyPage } from '../../../../src/governance/amb/pages.js';

describe('pages of Amazon Managed Blockchain', () => {
  test('are read one after the other, each from where the last ended', async () => {
    const pages = [['a', 'b'], [], ['c']];
    const rows = await everyPage('n-1', 'list letters', ({ NextToken = '0' }) => {
      const next = Number(NextToken) + 1;
      return Promise.resolve({ rows: pages[next - 1], next: next < pages.length ? String(next) : undefined });
    });
    expect(rows).toEqual(['a', 'b', 'c']);
  });

  test('that never end are given up', async () => {
    let count = 0;
    const endless = everyPage('n-1', 'list letters', () => {
      count += 1;
      return Promise.resolve({ rows: [], next: 'more' });
    });
    await expect(endless).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE', source: 'amb:n-1' });
    expect(count).toBe(1_000);
  });

  test.each([
    ['IllegalActionException', 'GOVERNANCE_REFUSED'],
    ['InvalidRequestException', 'INPUT_INVALID'],
    ['ThrottlingException', 'LEDGER_UNAVAILABLE'],
  ])('that fail with %s are %s, in its own words', async (name, code) => {
    const failing = everyPage('n-1', 'list letters', () =>
      Promise.reject(Object.assign(new Error('as it was said'), { name })),
    );
    await expect(failing).rejects.toMatchObject({ code, got: name, details: 'as it was said' });
  });
});
