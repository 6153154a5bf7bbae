import { expect, test } from '@jest/globals';
import { peer } from '@hyperledger/fabric-protos';
import { chaincodeDefinition } from '../../../../src/ledgers/fabric/lifecycle/definition.js';
import type { LifecycleRecord } from '../../../../src/model/fabric.js';
import { decodeRecorded } from './recorded.js';

const records = decodeRecorded().flatMap((block) => block.lifecycle.map((record) => [block.number, record] as const));
const of = (number: number): LifecycleRecord => {
  const found = records.find(([block]) => block === number)?.[1];
  if (found === undefined) throw new Error(`Block ${number} has no lifecycle record`);
  return found;
};

test('approvals and commits of the recorded story, in order, with who approved', () => {
  expect(records.map(([block, r]) => `${block} ${r.kind} ${r.mspId ?? '-'} ${r.definition.sequence}`)).toEqual([
    '3 APPROVED Org1MSP 1',
    '4 APPROVED Org2MSP 1',
    '5 COMMITTED - 1',
    '21 APPROVED Org2MSP 2',
    '22 APPROVED Org1MSP 2',
    '23 COMMITTED - 2',
    '28 APPROVED Org1MSP 3',
    '29 APPROVED Org2MSP 3',
    '30 COMMITTED - 3',
    '38 APPROVED Org3MSP 3',
  ]);
});

test('an approval binds to the definition that is committed, whatever package stands behind it', () => {
  for (const [approvals, commit] of [
    [[3, 4], 5],
    [[21, 22], 23],
    [[28, 29, 38], 30],
  ] as const)
    for (const approval of approvals) expect(of(approval).definition).toEqual(of(commit).definition);
  expect(new Set([5, 23, 30].map((n) => of(n).definition.digest)).size).toBe(3);
});

test('a policy by reference is followed, one of signatures is written out', () => {
  expect(of(5).definition.endorsementPolicy).toMatchObject({
    expression: null,
    reference: '/Channel/Application/Endorsement',
    tree: [{ rule: 'MAJORITY', required: 2 }, {}, { mspId: 'Org1MSP', role: 'PEER' }, {}, { mspId: 'Org2MSP' }],
  });
  expect(of(23).definition.endorsementPolicy).toMatchObject({
    expression: "AND('Org1MSP.peer','Org2MSP.peer')",
    reference: null,
    tree: [{ rule: 'OUT_OF', required: 2 }, { rule: 'SIGNED_BY' }, { rule: 'SIGNED_BY' }],
  });
});

test('private data collections', () => {
  expect(of(30).definition.collections).toEqual([
    {
      name: 'shared',
      policy: "OR('Org1MSP.member','Org2MSP.member')",
      requiredPeerCount: 0,
      maxPeerCount: 1,
      blockToLive: 0,
      memberOnlyRead: true,
      memberOnlyWrite: false,
    },
    expect.objectContaining({ name: 'org1Only', blockToLive: 1000 }),
  ]);
});

test('what peers fill in for an argument that is left out does not change the digest', () => {
  const short = new peer.lifecycle.CommitChaincodeDefinitionArgs();
  short.setName('goods');
  short.setVersion('1.0');
  short.setSequence(1);
  const policy = new peer.ApplicationPolicy();
  policy.setChannelConfigPolicyReference('/Channel/Application/Endorsement');
  const long = new peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs();
  long.setName('goods');
  long.setVersion('1.0');
  long.setSequence(1);
  long.setEndorsementPlugin('escc');
  long.setValidationPlugin('vscc');
  long.setValidationParameter(policy.serializeBinary());
  long.setCollections(new peer.CollectionConfigPackage());
  expect(chaincodeDefinition(long, null)).toEqual(chaincodeDefinition(short, null));
  long.setInitRequired(true);
  expect(chaincodeDefinition(long, null).digest).not.toBe(chaincodeDefinition(short, null).digest);
});
