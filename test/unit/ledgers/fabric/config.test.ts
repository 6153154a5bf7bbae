import { describe, expect, test } from '@jest/globals';
import { durationMs } from '../../../../src/ledgers/fabric/config/duration.js';
import type { ChannelConfigRecord, PolicyNode } from '../../../../src/model/fabric.js';
import { decodeRecorded, recordedFacts } from './recorded.js';

const decoded = decodeRecorded();
const recordOf = (number: number): ChannelConfigRecord => {
  const record = decoded[number]?.config ?? null;
  if (record === null) throw new Error(`Block ${number} sets no configuration`);
  return record;
};
const lines = (tree: readonly PolicyNode[] | null | undefined): string[] =>
  (tree ?? []).map((n) =>
    `${n.parent ?? '-'} ${n.rule} ${n.required ?? ''}${n.mspId ?? ''} ${n.role ?? n.path ?? ''}`.trim(),
  );

describe('the config blocks of the recorded channel', () => {
  test('are the ones that set a configuration', () => {
    expect(decoded.filter((b) => b.config !== null).map((b) => b.number)).toEqual(recordedFacts().configBlocks);
  });

  test.each([
    [0, 'creates the channel with Org1MSP and Org2MSP', []],
    [1, 'sets anchor peers of Org1MSP', ['ADDED /Channel/Application/Org1/AnchorPeers']],
    [2, 'sets anchor peers of Org2MSP', ['ADDED /Channel/Application/Org2/AnchorPeers']],
    [37, 'adds Org3MSP', ['ADDED /Channel/Application/Org3']],
    [41, 'changes batch size', ['CHANGED /Channel/Orderer/BatchSize']],
    [46, 'removes Org3MSP', ['REMOVED /Channel/Application/Org3']],
  ])('block %i %s', (number, summary, changes) => {
    const record = recordOf(number);
    expect(record.summary).toBe(summary);
    if (number > 0) expect(record.changes.map((c) => `${c.kind} ${c.path}`)).toEqual(changes);
  });

  test('tell membership changes of both kinds of organisation', () => {
    expect(recordOf(0).memberships.map((m) => `${m.mspId} ${m.role} ${m.change}`)).toEqual([
      'Org1MSP MEMBER JOINED',
      'Org2MSP MEMBER JOINED',
      'Ordering1MSP ORDERER JOINED',
      'Ordering2MSP ORDERER JOINED',
      'Ordering3MSP ORDERER JOINED',
      'Ordering4MSP ORDERER JOINED',
    ]);
    expect(recordOf(1).memberships).toEqual([]);
    expect(recordOf(37).memberships).toEqual([{ mspId: 'Org3MSP', role: 'MEMBER', change: 'JOINED' }]);
    expect(recordOf(46).memberships).toEqual([{ mspId: 'Org3MSP', role: 'MEMBER', change: 'REMOVED' }]);
  });

  test('tell values before and after', () => {
    const [change] = recordOf(41).changes;
    expect(change?.before).toMatchObject({ maxMessageCount: 100 });
    expect(change?.after).toMatchObject({ maxMessageCount: 10 });
  });

  test('tell every policy as a rule and as a tree', () => {
    const policies = recordOf(0).config.policies;
    const admins = policies.find((p) => p.path === '/Channel/Application/Admins');
    expect(admins?.rule).toBe('MAJORITY Admins');
    expect(lines(admins?.tree)).toEqual([
      '- MAJORITY 2 /Channel/Application/Admins',
      '0 OUT_OF 1 /Channel/Application/Org1/Admins',
      '1 SIGNED_BY Org1MSP ADMIN',
      '0 OUT_OF 1 /Channel/Application/Org2/Admins',
      '3 SIGNED_BY Org2MSP ADMIN',
    ]);
    const validation = policies.find((p) => p.path === '/Channel/Orderer/BlockValidation');
    expect(validation?.rule).toMatch(/^OutOf\(3,'Ordering1MSP\/CN=orderer1/);
    expect(validation?.tree?.filter((n) => n.rule === 'SIGNED_BY')).toHaveLength(4);
    for (const policy of policies) expect(policy.tree).not.toBeNull();
  });

  test('tell faults and quorum of four BFT consenters, capabilities and batches', () => {
    const { consensus, capabilities } = recordOf(0).config;
    expect([consensus.type, consensus.faults, consensus.quorum]).toEqual(['BFT', 1, 3]);
    expect(capabilities).toEqual({ channel: ['V3_0'], orderer: ['V2_0'], application: ['V2_5'] });
    expect(consensus.batch.timeoutMs).toBe(400);
  });
});

test('durations are read as Go writes them', () => {
  expect(['400ms', '2s', '1m0s', '1h30m', '1.5s', '500us', ''].map(durationMs)).toEqual([
    400, 2_000, 60_000, 5_400_000, 1_500, 1, 0,
  ]);
});
