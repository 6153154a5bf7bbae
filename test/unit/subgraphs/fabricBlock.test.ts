import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { fabricBlock } from '../../../src/subgraphs/fabric/block.js';
import { decodeRecorded } from '../ledgers/fabric/recorded.js';

const [, , , decoded] = decodeRecorded();

function told(dataHashVerified: boolean): boolean[] | undefined {
  if (decoded?.detail.kind !== 'fabric') throw new Error('No Fabric block');
  const { ledger, number, hash, parentHash, timestampMs } = decoded;
  const facts = { ledger, number, hash, parentHash, timestampMs, transactionCount: 1 };
  const block = fabricBlock({ ...facts, confirmation: 'FINAL', detail: { ...decoded.detail, dataHashVerified } });
  return block?.signatures.map(({ verified }) => verified);
}

test('a block whose data is not what its orderers signed is signed by nobody', () => {
  expect(told(true)).toEqual([true, true, true]);
  expect(told(false)).toEqual([false, false, false]);
});
