import { describe, expect, test } from '@jest/globals';
import { ConfigObserver } from '../../../../src/governance/fabricConfig/index.js';
import { decodeRecorded } from '../../ledgers/fabric/recorded.js';
import { governed } from '../../../support/governed.js';

const blocks = decodeRecorded();
const ledger = blocks[0]?.ledger ?? 'fabric:';
const observers = [new ConfigObserver({ chaincode: null, network: null, home: () => Promise.resolve(ledger) })];

describe('the recorded channel', () => {
  const found = governed(ledger, blocks, observers);

  test('every update that a block carries out is a proposal, though nobody asked for it here', async () => {
    const { states, versions } = await found;
    expect(versions).toEqual([1, 2, 37, 41, 46].map((block) => `${block} block.${block} EXECUTED`));
    expect(
      states.map(({ proposer, proposerInferred, requirement }) => [proposer, proposerInferred, requirement]),
    ).toEqual(
      [
        ['Org1MSP', '/Channel/Application/Org1/Admins'],
        ['Org2MSP', '/Channel/Application/Org2/Admins'],
        ['Org1MSP', '/Channel/Application/Admins'],
        ['Ordering1MSP', '/Channel/Orderer/Admins'],
        ['Org1MSP', '/Channel/Application/Admins'],
      ].map(([mspId, path]) => [mspId, true, expect.objectContaining({ kind: 'FABRIC_POLICY', path })]),
    );
    expect(states[3]).toMatchObject({
      title: 'changes /Channel/Orderer/BatchSize: max message count 100 → 10',
      tally: { missing: [], outstanding: '0', satisfied: true },
      history: [{ status: 'ACTIVE' }, { status: 'EXECUTED' }],
      execution: { attempts: [{ by: 'Ordering1MSP', error: null }], evidence: { block: { number: 41 } } },
    });
  });

  test('each signature that it came with is a vote, checked under the configuration that it changed', async () => {
    const { votes } = await found;
    expect(votes.map(({ at, voter, verified }) => `${at} ${voter} ${verified}`)).toEqual([
      ...['1 Org1MSP true', '2 Org2MSP true', '37 Org1MSP true', '37 Org2MSP true'],
      ...['41 Ordering1MSP true', '41 Ordering2MSP true', '41 Ordering3MSP true'],
      ...['46 Org1MSP true', '46 Org2MSP true'],
    ]);
  });

  test('is the same whatever the number of blocks that are written at once', async () => {
    const { states, versions } = await found;
    for (const aTime of [1, 100])
      expect(await governed(ledger, blocks, observers, aTime)).toMatchObject({ states, versions });
  });
});
