import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { FabricBlock } from '../../../src/subgraphs/fabric/block.js';
import { decodeRecorded } from '../ledgers/fabric/recorded.js';

const [, , , decoded] = decodeRecorded();

function told(dataHashVerified: boolean): boolean[] {
  if (decoded?.detail.kind !== 'fabric') throw new Error('No Fabric block');
  const { ledger, number, hash, parentHash, timestampMs, detail } = decoded;
  const row = { ...{ ledger, number, hash, parentHash, timestampMs, detail }, transactionCount: 1 };
  const block = new FabricBlock({ ...row, confirmation: 'FINAL' }, { ...detail, dataHashVerified });
  return block.signatures.map(({ verified }) => verified);
}

test('a block whose data is not what its orderers signed is signed by nobody', () => {
  expect(told(true)).toEqual([true, true, true]);
  expect(told(false)).toEqual([false, false, false]);
});
