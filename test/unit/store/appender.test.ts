import { expect, test } from '@jest/globals';
import { createAppender } from '../../../src/store/append/appender.js';
import type { PreparedAppend } from '../../../src/store/append/prepared.js';
import { ETHEREUM_LEDGER } from '../../support/blocks.js';

const blocks = (count: number, bytes: number): PreparedAppend => ({
  ledger: ETHEREUM_LEDGER,
  blocks: Array.from({ length: count }, (_, number) => ({
    ...{ ledger: ETHEREUM_LEDGER, number, hash: `0x${number}`, parentHash: null, bytes: new Uint8Array(bytes) },
  })),
  derived: { values: {}, governing: [] },
  head: null,
});

test('a thread takes many blocks, or a channel’s few large ones; the single ones of a chain that is followed it does not', async () => {
  const appender = createAppender('sqlite:./never-opened.db');
  expect(appender.takes(blocks(16, 600))).toBe(true);
  expect(appender.takes(blocks(3, 2_000_000))).toBe(true);
  expect(appender.takes(blocks(1, 600))).toBe(false);
  expect(appender.takes(blocks(3, 50_000))).toBe(false);
  await appender.close();
});
