import { describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../../../src/errors/index.js';
import { prepareUpdate } from '../../../../src/governance/fabricConfig/changes/prepareUpdate.js';
import type { JsonValue } from '../../../../src/governance/mechanism.js';
import { configAt, RECORDED_AT_MS, recordedUpdate } from './recorded.js';
import { attempt, HOME, proposed, purposeIn, signature, toldUntil, type Told } from './telling.js';

const PATH = '/Channel/Application/Endorsement';
const endorsement = (number: number, rule: string): Uint8Array =>
  prepareUpdate(configAt(number), { kind: 'setPolicy', path: PATH, rule }, RECORDED_AT_MS).update;
const NAMED = { network: 'harbour', proposalId: 'p1' };
const DECISION = { ledger: HOME, mechanism: 'CONSORTIUM', nativeId: 'p1' } as const;
const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

async function refusal(run: Promise<unknown>): Promise<ParleyError> {
  const error: unknown = await run.catch((thrown: unknown) => thrown);
  if (error instanceof ParleyError) return error;
  throw new Error(`It was not refused: ${String(error)}`);
}

describe('a failed try at ordering', () => {
  const { update, signatures } = recordedUpdate(41);
  const signers = ['Ordering1MSP', 'Ordering2MSP', 'Ordering3MSP'];
  const story: Told = {
    3: { configUpdates: [proposed('c', update)] },
    4: { configSignatures: signers.map((mspId, at) => signature('c', mspId, signatures[at])) },
    6: { configAttempts: [attempt('c', 1)] },
    8: { configAttempts: [attempt('c', 2, { outcome: 'UNKNOWN', code: null, message: null })] },
  };

  test('stays one over configurations that others change, and makes no version of what did not change', async () => {
    const { of, state } = await toldUntil(story, 41);
    expect(of('c')).toEqual(['3 c ACTIVE', '4 c APPROVED', '6 c EXECUTION_FAILED', '8 c EXECUTION_FAILED']);
    expect(state('c')).toMatchObject({ status: 'EXECUTION_FAILED', tally: { satisfied: true } });
    expect(state('c').execution?.attempts).toEqual([
      { atMs: expect.any(Number), by: 'Org1MSP', error: { code: 'BAD_REQUEST', message: 'no' } },
      { atMs: expect.any(Number), by: 'Org1MSP', error: { code: 'UNKNOWN', message: 'UNKNOWN' } },
    ]);
    const { of: whole } = await toldUntil(story);
    expect(whole('c').slice(4)).toEqual(['41 c EXECUTED']);
  });

  test('may be tried again, and is noted in words of bounded length', async () => {
    const { plan, state, attempted } = await toldUntil(story, 41);
    expect(await plan({ kind: 'execute', proposal: state('c') })).toMatchObject({ kind: 'order' });
    const step = attempted('c', { outcome: 'REFUSED', code: 'BAD_REQUEST', message: 'x'.repeat(100_000) });
    const [id, told] = step.request.arguments.map((bytes) => Buffer.from(bytes).toString('utf8'));
    expect(step.request.function).toBe('RecordConfigAttempt');
    expect(id).toBe('c');
    expect(JSON.parse(told ?? '')).toEqual({ outcome: 'REFUSED', code: 'BAD_REQUEST', message: 'x'.repeat(2_000) });
  });
});

describe('a stale update', () => {
  const stale = endorsement(41, 'ANY Endorsement');
  const story: Told = { 42: { configUpdates: [proposed('x', stale, { decision: NAMED })] } };

  test('is refused with what is stale, and the input that proposes the same for the configuration in force', async () => {
    const { plan, state, of } = await toldUntil(story, 47);
    expect(of('x')).toEqual(['42 x ACTIVE', '46 x SUPERSEDED']);
    for (const write of [
      { kind: 'castVote', proposal: state('x'), choice: 'YES', reason: null },
      { kind: 'execute', proposal: state('x') },
    ] as const) {
      const error = await refusal(plan(write));
      expect(error.code).toBe('GOVERNANCE_REFUSED');
      expect(error.message).toContain('x, made for /Channel/Application at version 1');
      expect(error.details).toEqual({
        stale: [{ path: '/Channel/Application', kind: 'GROUP', signed: 1, inForce: 2 }],
        propose: {
          fabricConfig: {
            ...{ channel: expect.stringMatching(/^fabric:/), title: 'A change', body: 'Why' },
            change: { configUpdate: hex(endorsement(46, 'ANY Endorsement')) },
          },
        },
        replacedBy: null,
      });
    }
  });

  test('is replaced by the one that is proposed with that input; each leads to the other', async () => {
    const { plan, state } = await toldUntil(story, 47);
    const { details } = await refusal(plan({ kind: 'execute', proposal: state('x') }));
    const { propose } = details as { propose: { fabricConfig: JsonValue } };
    const step = await plan({ kind: 'propose', input: propose.fabricConfig, decision: null });
    expect(purposeIn(step)).toEqual({ ...NAMED, replaces: 'x' });
    const again = endorsement(46, 'ANY Endorsement');
    const later = await toldUntil({
      ...story,
      47: { configUpdates: [proposed('y', again, { decision: NAMED, replaces: 'x' })] },
    });
    expect(later.state('x')).toMatchObject({ status: 'SUPERSEDED', native: { replacedBy: 'y' } });
    expect(later.state('y')).toMatchObject({ status: 'ACTIVE', decision: DECISION, native: { replaces: 'x' } });
    const error = await refusal(later.plan({ kind: 'execute', proposal: later.state('x') }));
    expect(error).toMatchObject({ fix: expect.stringContaining('y'), details: { propose: null, replacedBy: 'y' } });
  });

  test('that nobody can make again is refused with the reason', async () => {
    const anchors = recordedUpdate(1).update;
    const { plan, state } = await toldUntil({ 3: { configUpdates: [proposed('x', anchors)] } }, 37);
    const error = await refusal(plan({ kind: 'execute', proposal: state('x') }));
    expect(error).toMatchObject({ code: 'GOVERNANCE_REFUSED', details: { propose: null } });
  });

  test('does not hold the decision that it carried out', async () => {
    const { plan } = await toldUntil(story, 47);
    const input = { title: 'Again', change: { setPolicy: { path: PATH, rule: 'ANY Endorsement' } } };
    expect(purposeIn(await plan({ kind: 'propose', input, decision: DECISION }))).toEqual({ ...NAMED, replaces: 'x' });
  });
});

describe('an update that names a decision', () => {
  const input = { title: 'Follow-up', change: { setPolicy: { path: PATH, rule: 'ANY Endorsement' } } };
  const told = (update: Uint8Array, decision: object) => ({
    42: { configUpdates: [proposed('x', update, { decision })] },
  });

  test('and does what was decided is the one to sign', async () => {
    const { plan } = await toldUntil(told(endorsement(41, 'ANY Endorsement'), NAMED), 43);
    const error = await refusal(plan({ kind: 'propose', input, decision: DECISION }));
    expect(error).toMatchObject({ code: 'GOVERNANCE_REFUSED', got: 'x for p1' });
  });

  test('and does something else holds nothing: another takes its place', async () => {
    const { plan } = await toldUntil(told(endorsement(41, "OR('Org1MSP.peer')"), NAMED), 43);
    expect(purposeIn(await plan({ kind: 'propose', input, decision: DECISION }))).toEqual({ ...NAMED, replaces: 'x' });
  });

  test('of another network carries out none of ours', async () => {
    const { plan, state } = await toldUntil(
      told(endorsement(41, 'ANY Endorsement'), { ...NAMED, network: 'elsewhere' }),
      43,
    );
    expect(state('x').decision).toBeNull();
    expect(purposeIn(await plan({ kind: 'propose', input, decision: DECISION }))).toEqual(NAMED);
  });
});

describe('an update that would admit an organisation', () => {
  const { update } = recordedUpdate(37);
  const story: Told = { 3: { configUpdates: [proposed('c', update, { decision: NAMED })] } };
  const since = { name: 'Org3', sinceMs: 0, untilMs: null, accounts: [] };
  const consortium = (status: 'JOINING' | 'REMOVED') => ({
    ...{ networkId: 'harbour', name: 'Harbour', description: null },
    policy: { threshold: 50, comparator: 'GREATER_THAN', durationHours: 24 } as const,
    members: [{ ...since, nativeId: 'Org3MSP', status }],
  });

  test('is neither signed nor ordered once that one is no member any more', async () => {
    const { plan, state } = await toldUntil(story, 37, consortium('REMOVED'));
    for (const write of [
      { kind: 'castVote', proposal: state('c'), choice: 'YES', reason: null },
      { kind: 'execute', proposal: { ...state('c'), tally: { ...state('c').tally, satisfied: true } } },
    ] as const) {
      const error = await refusal(plan(write));
      expect(error.code).toBe('GOVERNANCE_REFUSED');
      expect(error.message).toContain('Org3MSP, which it would add, is not a member of the consortium any more');
    }
  });

  test('is ordered while it is awaited, or where no consortium decided it', async () => {
    const awaited = await toldUntil(story, 37, consortium('JOINING'));
    const undecided = await toldUntil({ 3: { configUpdates: [proposed('c', update)] } }, 37, consortium('REMOVED'));
    for (const { plan, state } of [awaited, undecided]) {
      const proposal = { ...state('c'), tally: { ...state('c').tally, satisfied: true } };
      expect(await plan({ kind: 'execute', proposal })).toMatchObject({ kind: 'order' });
    }
  });
});
