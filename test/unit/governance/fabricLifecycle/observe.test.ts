import { describe, expect, test } from '@jest/globals';
import { LifecycleObserver } from '../../../../src/governance/fabricLifecycle/index.js';
import type { DecodedBlock } from '../../../../src/model/block.js';
import type { LifecycleRecord } from '../../../../src/model/fabric.js';
import { decodeRecorded } from '../../ledgers/fabric/recorded.js';
import { governed } from '../../../support/governed.js';

const blocks = decodeRecorded();
const ledger = blocks[0]?.ledger ?? 'fabric:';
const observers = [new LifecycleObserver()];

describe('the recorded channel', () => {
  const found = governed(ledger, blocks, observers);

  test('each approval is a vote, by whoever signed its transaction', async () => {
    const { votes } = await found;
    expect(
      votes.map(({ at, proposal, voter }) => `${at} ${proposal.split('.').slice(0, 2).join('.')} ${voter}`),
    ).toEqual([
      ...['3 assets.1 Org1MSP', '4 assets.1 Org2MSP', '21 assets.2 Org2MSP', '22 assets.2 Org1MSP'],
      ...['28 assets.3 Org1MSP', '29 assets.3 Org2MSP', '38 assets.3 Org3MSP'],
    ]);
    expect(votes.every(({ verified, choice }) => verified && choice === 'YES')).toBe(true);
  });

  test('a definition is open, ready once both approved, and executed by the block that commits it', async () => {
    const { versions } = await found;
    expect(versions.map((text) => text.replace(/\.[0-9a-f]+ /, ' '))).toEqual([
      ...['3 assets.1 ACTIVE', '4 assets.1 APPROVED', '5 assets.1 EXECUTED'],
      ...['21 assets.2 ACTIVE', '22 assets.2 APPROVED', '23 assets.2 EXECUTED'],
      ...['28 assets.3 ACTIVE', '29 assets.3 APPROVED', '30 assets.3 EXECUTED', '38 assets.3 EXECUTED'],
    ]);
  });

  test('who proposed is not said by the ledger: the first who approved is taken for it', async () => {
    const { states } = await found;
    expect(states.map(({ proposer, proposerInferred }) => [proposer, proposerInferred])).toEqual([
      ...[
        ['Org1MSP', true],
        ['Org2MSP', true],
        ['Org1MSP', true],
      ],
    ]);
    expect(states[0]).toMatchObject({
      requirement: { path: '/Channel/Application/LifecycleEndorsement', expression: 'MAJORITY Endorsement' },
      execution: {
        attempts: [{ by: 'Org1MSP', error: null }],
        evidence: { kind: 'TRANSACTION', block: { number: 5 } },
      },
      history: [{ status: 'ACTIVE' }, { status: 'APPROVED' }, { status: 'EXECUTED' }],
      tally: { eligible: '2', missing: [], satisfied: true },
    });
  });

  test('is the same whatever the number of blocks that are written at once', async () => {
    const { states, versions } = await found;
    for (const aTime of [1, 100])
      expect(await governed(ledger, blocks, observers, aTime)).toMatchObject({ states, versions });
  });
});

describe('what the recording does not have', () => {
  const config = blocks[0];
  const approval = blocks[3];
  if (config === undefined || approval === undefined) throw new Error('no recorded blocks');

  /** The recorded approval as another organisation's, or of another definition. */
  function approve(number: number, facts: Partial<LifecycleRecord>, digest?: string): DecodedBlock {
    const [record] = approval?.lifecycle ?? [];
    if (record === undefined || approval === undefined) throw new Error('no approval');
    const definition = digest === undefined ? record.definition : { ...record.definition, digest };
    return { ...approval, ...linked(number), lifecycle: [{ ...record, ...facts, definition }] };
  }
  const linked = (number: number) => ({
    number,
    hash: `${number}`.padStart(64, '0'),
    parentHash: number === 1 ? config.hash : `${number - 1}`.padStart(64, '0'),
  });

  test('an approval of another definition for the sequence takes the earlier one back; the one committed supersedes', async () => {
    const other = 'ee'.repeat(32);
    const { states } = await governed(
      ledger,
      [
        config,
        approve(1, {}),
        approve(2, { mspId: 'Org2MSP' }, other),
        approve(3, { mspId: 'Org1MSP' }, other),
        approve(4, { kind: 'COMMITTED', mspId: null }, other),
      ],
      observers,
    );
    expect(states.map(({ status, tally }) => [status, tally.choices[0]?.count, tally.missing])).toEqual([
      ['SUPERSEDED', 0, []],
      ['EXECUTED', 2, []],
    ]);
  });

  test('an organisation that joins makes more approvals needed; one that leaves fewer', async () => {
    const joins = blocks[37];
    const leaves = blocks[46];
    if (joins === undefined || leaves === undefined) throw new Error('no such blocks');
    const { versions } = await governed(
      ledger,
      [
        config,
        approve(1, {}),
        { ...joins, ...linked(2) },
        approve(3, { mspId: 'Org3MSP' }),
        { ...leaves, ...linked(4) },
      ],
      observers,
    );
    expect(versions.map((text) => text.replace(/ assets\S+/, ''))).toEqual([
      '1 ACTIVE',
      '2 ACTIVE',
      '3 APPROVED',
      '4 ACTIVE',
    ]);
  });
});
