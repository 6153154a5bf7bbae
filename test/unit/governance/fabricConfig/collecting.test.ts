import { createHash, verify, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { common, msp } from '@hyperledger/fabric-protos';
import type { EvidenceRef } from '../../../../src/model/governance.js';
import { recordedUpdate } from './recorded.js';
import { AT, attempt, HOME, proposed as proposing, signature, toldUntil as read } from './telling.js';

// The recorded channel's own update of block 37, which two organisations signed.

const { update, signatures } = recordedUpdate(37);
const proposed = (configUpdateId: string, bytes: Uint8Array = update, facts: object = {}) =>
  proposing(configUpdateId, bytes, facts);
const failed = attempt('a', 1);

/** As a third party would check it, with what the evidence says and the update alone. */
function holds(evidence: EvidenceRef | null, over: Uint8Array): boolean {
  if (evidence?.kind !== 'CONFIG_SIGNATURE') return false;
  const header = Buffer.from(evidence.header, 'base64');
  const creator = common.SignatureHeader.deserializeBinary(header).getCreator_asU8();
  const certificate = Buffer.from(msp.SerializedIdentity.deserializeBinary(creator).getIdBytes_asU8());
  const covered = Buffer.concat([header, over]);
  if (createHash('sha256').update(covered).digest('hex') !== evidence.digest) return false;
  return verify(
    'sha256',
    covered,
    new X509Certificate(certificate).publicKey,
    Buffer.from(evidence.signature, 'base64'),
  );
}

/** The same signature with its last bit turned. */
function broken(bytes: Uint8Array | undefined): Uint8Array {
  const message = common.ConfigSignature.deserializeBinary(bytes ?? new Uint8Array());
  const turned = Uint8Array.from(message.getSignature_asU8());
  turned[turned.length - 1] = (turned.at(-1) ?? 0) ^ 1;
  message.setSignature(turned);
  return message.serializeBinary();
}

function changed(change: (of: common.ConfigUpdate) => void): Uint8Array {
  const message = common.ConfigUpdate.deserializeBinary(update);
  change(message);
  return message.serializeBinary();
}

describe('signatures that the chaincode collects', () => {
  const decision = { network: 'harbour', proposalId: 'p1' };
  const story = {
    3: { configUpdates: [proposed('a', update, { decision }), proposed('b')] },
    4: { configSignatures: [signature('a', 'Org1MSP', signatures[0])] },
    5: { configSignatures: [signature('a', 'Org2MSP', signatures[1])] },
    6: { configAttempts: [failed] },
    38: { configUpdates: [proposed('a', update, { status: 'WITHDRAWN', withdrawnAt: AT })] },
  };

  test('bring a proposal to the block that carries it out; one of the same bytes beside it goes stale', async () => {
    const { of, state, votes } = await read(story);
    const steps = ['3 a ACTIVE', '4 a ACTIVE', '5 a APPROVED', '6 a EXECUTION_FAILED', '37 a EXECUTED'];
    expect(of('a')).toEqual(steps);
    expect(of('b')).toEqual(['3 b ACTIVE', '37 b SUPERSEDED']);
    expect(state('b').tally).toMatchObject({ stillReachable: false, missing: [] });
    expect(of('block.37')).toEqual([]);
    expect(state('a')).toMatchObject({
      decision: { ledger: HOME, mechanism: 'CONSORTIUM', nativeId: 'p1' },
      tally: { satisfied: true, missing: [] },
      execution: { attempts: [{ error: { code: 'BAD_REQUEST' } }, { error: null }] },
    });
    const own = votes.filter(({ proposal }) => proposal === 'a');
    for (const { evidence } of own) expect(holds(evidence, update)).toBe(true);
    expect(own.map(({ at, voter, verified }) => `${at} ${voter} ${verified}`)).toEqual([
      '4 Org1MSP true',
      '5 Org2MSP true',
    ]);
  });

  test('a signature that does not hold is a vote that counts nothing: its organisation is still missing', async () => {
    const { state, votes } = await read(
      {
        3: { configUpdates: [proposed('a')] },
        4: { configSignatures: [signature('a', 'Org1MSP', broken(signatures[0]))] },
      },
      6,
    );
    expect(votes.find(({ proposal }) => proposal === 'a')).toMatchObject({ voter: 'Org1MSP', verified: false });
    expect(state('a').tally).toMatchObject({ choices: [{ count: 0 }], missing: ['Org1MSP', 'Org2MSP'] });
  });

  test('what others hand in for an organisation counts where it holds, and is passed over where it does not', async () => {
    const carried = (bytes: Uint8Array | undefined) => ({ ...signature('a', 'Org2MSP', bytes), carriedBy: 'Org1MSP' });
    const { state, votes } = await read(
      {
        3: { configUpdates: [proposed('a')] },
        4: { configSignatures: [carried(signatures[1])] },
        5: { configSignatures: [carried(broken(signatures[1]))] },
      },
      7,
    );
    expect(votes.filter(({ proposal }) => proposal === 'a')).toMatchObject([{ voter: 'Org2MSP', verified: true }]);
    expect(state('a').tally).toMatchObject({ choices: [{ count: 1 }], missing: ['Org1MSP'] });
  });

  test.each([
    ['a field that no update has', Uint8Array.from([...update, 0x98, 0x06, 1])],
    ['isolated data', changed((one) => one.getIsolatedDataMap().set('a', Uint8Array.of(1)))],
    [
      'a name that Fabric does not take',
      changed((one) => one.getWriteSet()?.getGroupsMap().set('no name!', new common.ConfigGroup())),
    ],
  ])('what nobody can read, %s, is shown as that, and blocks are read on', async (_, bytes) => {
    const { of, state } = await read({ 3: { configUpdates: [proposed('a', bytes)] } });
    expect(of('a').every((one) => one.endsWith(' ACTIVE'))).toBe(true);
    expect(state('a')).toMatchObject({ nativeStatus: 'UNREADABLE', tally: { satisfied: false } });
    expect(of('block.46')).toEqual(['46 block.46 EXECUTED']);
  });

  test('what changes nothing is never approved', async () => {
    const idle = changed((one) => one.setWriteSet(one.getReadSet()));
    const { state } = await read({ 3: { configUpdates: [proposed('a', idle)] } }, 6);
    expect(state('a')).toMatchObject({ status: 'ACTIVE', tally: { satisfied: false } });
  });
});

describe('writes', () => {
  const decision = { ledger: HOME, mechanism: 'CONSORTIUM', nativeId: 'p1' } as const;
  const told = {
    3: { configUpdates: [proposed('b', update, { decision: { network: 'harbour', proposalId: 'p1' } })] },
  };

  test('a stale update is not signed any more, and makes room when its proposer withdraws it', async () => {
    const { plan, state } = await read(told, 38);
    const proposal = state('b');
    await expect(plan({ kind: 'withdraw', proposal })).rejects.toMatchObject({ code: 'GOVERNANCE_REFUSED' });
    const { plan: other, state: at } = await read(
      { 3: { configUpdates: [proposed('a'), ...told[3].configUpdates] } },
      38,
    );
    const stale = at('b');
    expect(stale.status).toBe('SUPERSEDED');
    await expect(other({ kind: 'castVote', proposal: stale, choice: 'YES', reason: null })).rejects.toMatchObject({
      code: 'GOVERNANCE_REFUSED',
    });
    expect(await other({ kind: 'withdraw', proposal: stale })).toMatchObject({
      kind: 'submit',
      request: { function: 'WithdrawConfigUpdate', arguments: [Buffer.from('b')] },
    });
  });

  test('a decision that an open update carries out already is not proposed again', async () => {
    const { plan } = await read(told, 6);
    const input = { title: 'Again', change: { configUpdate: `0x${Buffer.from(update).toString('hex')}` } };
    await expect(plan({ kind: 'propose', input, decision })).rejects.toMatchObject({
      code: 'GOVERNANCE_REFUSED',
      message: expect.stringContaining('b for p1'),
    });
    expect(await plan({ kind: 'propose', input, decision: { ...decision, nativeId: 'p2' } })).toMatchObject({
      kind: 'submit',
      request: { function: 'ProposeConfigUpdate' },
    });
  });
});
