import { describe, expect, test } from '@jest/globals';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlockFile } from '../../../../../devnet/fabric/orderer/blockFile.js';
import { inTemporaryDirectory, textThrown } from '../fixtures.js';

const RECORDS = ['the first', '', 'the third, a little longer'];

function write(path: string): void {
  const file = BlockFile.open(path);
  for (const text of RECORDS) file.append(Buffer.from(text));
  file.close();
}

function read(path: string): readonly string[] {
  const file = BlockFile.open(path);
  const texts = Array.from({ length: file.count }, (_, number) => Buffer.from(file.read(number)).toString());
  file.close();
  return texts;
}

describe('the block file', () => {
  test('gives back what was appended, also when it is opened again', async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'deep', 'trade.blocks');
      write(path);
      expect(read(path)).toEqual(RECORDS);
      const file = BlockFile.open(path);
      file.append(Buffer.from('one more'));
      expect(Buffer.from(file.read(3)).toString()).toBe('one more');
      expect(textThrown(() => file.read(4))).toBe('Got: block 4. Expected: 0 to 3.');
      file.close();
      await Promise.resolve();
    });
  });

  test('at every length that a crash may leave, whole records stay and the torn one goes', async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'trade.blocks');
      write(path);
      const whole = readFileSync(path);
      const ends = [0, 17, 25, whole.length];
      for (let length = 0; length <= whole.length; length++) {
        writeFileSync(path, whole.subarray(0, length));
        const kept = ends.filter((end) => end <= length).length - 1;
        expect(read(path)).toEqual(RECORDS.slice(0, kept));
        expect(statSync(path).size).toBe(ends[kept]);
      }
      await Promise.resolve();
    });
  });

  test('a last record whose bytes never reached the disk goes; damage before the last is refused', async () => {
    await inTemporaryDirectory(async (directory) => {
      const path = join(directory, 'trade.blocks');
      write(path);
      const whole = readFileSync(path);
      truncateSync(path, whole.length - 5);
      appendFileSync(path, Buffer.alloc(5));
      expect(read(path)).toEqual(RECORDS.slice(0, 2));

      const damaged = Buffer.from(whole);
      damaged[10] = (damaged[10] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(textThrown(() => BlockFile.open(path))).toMatch(/is damaged at byte 8, in block 0/);
      await Promise.resolve();
    });
  });
});
