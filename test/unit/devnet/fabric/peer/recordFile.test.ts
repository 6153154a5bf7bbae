import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { RecordFile } from '../../../../../devnet/fabric/peer/ledger/recordFile.js';

describe('a file of records', () => {
  test('is found again, without what a killed process left half written', () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-records-'));
    try {
      const path = join(directory, 'records');
      const first = new RecordFile(path);
      for (const text of ['one', '', 'three']) first.append(Buffer.from(text));
      first.close();
      const whole = statSync(path).size;
      appendFileSync(path, Buffer.from([0, 0, 0, 9, 1, 2]));
      const second = new RecordFile(path);
      expect([0, 1, 2].map((index) => Buffer.from(second.read(index)).toString())).toEqual(['one', '', 'three']);
      expect(statSync(path).size).toBe(whole);
      second.append(Buffer.from('four'));
      second.close();
      truncateSync(path, statSync(path).size - 1);
      const third = new RecordFile(path);
      expect(third.length).toBe(3);
      expect(() => third.read(3)).toThrow('no record 3 among 3');
      third.close();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
