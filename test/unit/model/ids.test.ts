import { describe, expect, test } from '@jest/globals';
import { formatId, parseId, requireId, type NodeRef } from '../../../src/model/ids.js';

const channel = `fabric:${'0123456789abcdef'.repeat(2)}` as const;
const VOTER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const GOVERNORS = { ledger: 'eip155:1', mechanism: 'GOVERNOR', nativeId: `${VOTER}.7` } as const;
const examples: readonly (readonly [string, NodeRef])[] = [
  ['eip155:1', { type: 'Ledger', ledger: 'eip155:1' }],
  [channel, { type: 'Ledger', ledger: channel }],
  [`${channel}/block/7`, { type: 'Block', ledger: channel, key: '7' }],
  ['eip155:1/tx/0xab', { type: 'Transaction', ledger: 'eip155:1', key: '0xab' }],
  [`${channel}/tx/7.0`, { type: 'Transaction', ledger: channel, key: '7.0' }],
  ['eip155:1/event/0xab.3', { type: 'Event', ledger: 'eip155:1', key: '0xab.3' }],
  ['eip155:1/account/0xAb', { type: 'Account', ledger: 'eip155:1', key: '0xAb' }],
  ['eip155:1/contract/0xAb', { type: 'Contract', ledger: 'eip155:1', key: '0xAb' }],
  ['eip155:1/token/0xAb', { type: 'Token', ledger: 'eip155:1', key: '0xAb' }],
  [`${channel}/chaincode/goods`, { type: 'Chaincode', ledger: channel, key: 'goods' }],
  ['network/harbour', { type: 'Network', key: 'harbour' }],
  ['member/harvest', { type: 'Member', key: 'harvest' }],
  ['node/peer/localhost:7051', { type: 'NetworkNode', key: 'peer/localhost:7051' }],
  [`vote/governor/eip155:1/${VOTER}.7/${VOTER}`, { type: 'Vote', proposal: GOVERNORS, voter: VOTER, nth: 0 }],
  [`vote/governor/eip155:1/${VOTER}.7/${VOTER}.2`, { type: 'Vote', proposal: GOVERNORS, voter: VOTER, nth: 2 }],
  [
    `vote/consortium/${channel}/p1/7.1`,
    { type: 'Vote', proposal: { ledger: channel, mechanism: 'CONSORTIUM', nativeId: 'p1' }, number: 7, ordinal: 1 },
  ],
  [`membership/${channel}/HarvestMSP`, { type: 'Membership', recordedOn: channel, key: 'HarvestMSP' }],
];

describe('global ids', () => {
  test.each(examples)('%s names what it says, both ways', (text, ref) => {
    expect(formatId(ref)).toBe(text);
    expect(parseId(text)).toEqual(ref);
  });

  test.each([
    '',
    '/',
    'eip155:',
    'eip155:x',
    'fabric:abc',
    'network/',
    'member',
    'membership/x',
    'membership/x/',
    'eip155:1/',
    'eip155:1/tx',
    'eip155:1/tx/',
    'eip155:1/nothing/1',
    `vote/governor/eip155:1/${VOTER}.7/${VOTER}.0`,
    `vote/governor/eip155:1/${VOTER}.7/0x12`,
    'x'.repeat(600),
  ])('what is none of ours is null: %j', (text) => expect(parseId(text)).toBeNull());

  test('asked for firmly, it is an error that says so', () => {
    expect(() => requireId('nonsense')).toThrow(expect.objectContaining({ code: 'ID_INVALID', got: 'nonsense' }));
  });
});
