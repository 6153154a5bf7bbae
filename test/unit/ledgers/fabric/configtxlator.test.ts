import { expect, test } from '@jest/globals';
import { blockJson } from './configtxlatorJson.js';
import { expectedOf, recordedBytes } from './recorded.js';

test.each(recordedBytes.map((bytes, number) => [number, bytes] as const))(
  'block %i opens to what Fabric’s own tool makes of it, to the last field',
  (number, bytes) => {
    expect(blockJson(bytes)).toStrictEqual(expectedOf(number));
  },
);
