import { describe, expect, test } from '@jest/globals';
import { AbiCoder, id, Interface, toBeHex, zeroPadValue } from 'ethers';
import { EventReader } from '../../../../src/governance/governor/events.js';
import type { DecodedBlock, DecodedEvent, DecodedTransaction } from '../../../../src/model/block.js';

const GOVERNOR = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const VOTER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const abi = new Interface([
  'event VoteCastWithParams(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason, bytes params)',
  'event OverrideVoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 weight, string reason)',
  'event VoteReduced(address indexed delegate, uint256 proposalId, uint8 support, uint256 weight)',
  'event ProposalExtended(uint256 indexed proposalId, uint64 extendedDeadline)',
  'event Cancelled(bytes32 indexed id)',
]);
const log = (name: string, values: readonly unknown[]) => abi.encodeEventLog(name, values);

function blockOf(logs: readonly { readonly topics: readonly string[]; readonly data: string }[], address = GOVERNOR) {
  const events = logs.map(({ topics, data }, index): DecodedEvent => ({
    ...{ index, name: null, chaincode: null, address, topics },
    detail: { kind: 'ethereum', data, decoded: null },
  }));
  const transaction: DecodedTransaction = {
    ...{ index: 0, hash: '0x01', timestampMs: 0, outcome: 'SUCCEEDED', parties: [], chaincode: null, function: null },
    ...{ detail: { kind: 'ethereum' } as DecodedTransaction['detail'], events },
  };
  return { transactions: [transaction] as readonly DecodedTransaction[] } as DecodedBlock;
}
const read = (block: DecodedBlock) => new EventReader().governor(block, new Set([GOVERNOR])).map(({ event }) => event);

describe('The logs of a governor', () => {
  test('are those of its extensions too', () => {
    const events = [
      log('VoteCastWithParams', [VOTER, 7, 255, 40, 'so', '0x0102']),
      log('OverrideVoteCast', [VOTER, 7, 1, 30, '']),
      log('VoteReduced', [VOTER, 7, 0, 30]),
      log('ProposalExtended', [7, 99]),
    ];
    expect(read(blockOf(events))).toEqual([
      { kind: 'VOTE', proposal: 7n, voter: VOTER, support: 255, weight: 40n, reason: 'so', params: '0x0102' },
      { kind: 'VOTE', proposal: 7n, voter: VOTER, support: 1, weight: 30n, reason: '', params: '0x' },
      { kind: 'REDUCED', proposal: 7n, support: 0, weight: 30n },
      { kind: 'EXTENDED', proposal: 7n, deadline: 99n },
    ]);
  });

  test('are not those of other contracts, nor what is no encoding of them', () => {
    const vote = log('OverrideVoteCast', [VOTER, 7, 1, 30, '']);
    expect(read(blockOf([vote], VOTER))).toEqual([]);
    const topics = [id('VoteCast(address,uint256,uint8,uint256,string)'), zeroPadValue(VOTER, 32)];
    const short = AbiCoder.defaultAbiCoder().encode(['uint256', 'uint8'], [7, 1]);
    expect(
      read(
        blockOf([
          { topics, data: short },
          { topics: [], data: '0x' },
        ]),
      ),
    ).toEqual([]);
  });

  test('of a timelock are told by the operation', () => {
    const operation = toBeHex(5, 32);
    const [found] = new EventReader().timelock(blockOf([log('Cancelled', [operation])], VOTER));
    expect(found).toMatchObject({ address: VOTER, event: { kind: 'CANCELLED', operation } });
  });
});
