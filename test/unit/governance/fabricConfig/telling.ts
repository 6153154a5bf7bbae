import { ConfigObserver, ConfigWrites } from '../../../../src/governance/fabricConfig/index.js';
import type { GovernanceWrite, Step } from '../../../../src/governance/mechanism.js';
import type { DecodedBlock } from '../../../../src/model/block.js';
import type { ConsortiumState, ProposalState } from '../../../../src/model/governance.js';
import { governed } from '../../../support/governed.js';
import { decodeRecorded } from '../../ledgers/fabric/recorded.js';

// What the chaincode would have told on the recorded channel, and who acts upon it.

export const AT = '2026-11-22T17:00:00.000Z';
export const HOME = 'fabric:00000000000000000000000000000000';
const recorded = decodeRecorded();
export const LEDGER = recorded[0]?.ledger ?? 'fabric:';
const observers = [
  new ConfigObserver({ chaincode: 'consortium', network: 'harbour', home: () => Promise.resolve(HOME) }),
];
const base64 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('base64');

export const proposed = (configUpdateId: string, update: Uint8Array, facts: object = {}) => ({
  ...{
    configUpdateId,
    title: 'A change',
    body: 'Why',
    proposer: 'Org1MSP',
    configUpdate: base64(update),
    status: 'OPEN',
  },
  ...{ openedAt: AT, closesAt: null, decision: null, ...facts },
});
export const signature = (configUpdateId: string, mspId: string, bytes: Uint8Array | undefined) => ({
  ...{ configUpdateId, mspId, identity: mspId, subject: 'CN=admin', bytes: base64(bytes), signedAt: AT },
});
export const attempt = (configUpdateId: string, number: number, facts: object = {}) => ({
  ...{
    configUpdateId,
    number,
    by: 'Org1MSP',
    at: AT,
    outcome: 'REFUSED',
    code: 'BAD_REQUEST',
    message: 'no',
    ...facts,
  },
});

/** What the chaincode told in the blocks of these numbers. */
export type Told = Readonly<Record<number, object>>;

/** The recorded channel, whose blocks of these numbers tell these events. */
function telling(told: Told, until = recorded.length): readonly DecodedBlock[] {
  const empty = { configUpdates: [], configSignatures: [], configAttempts: [] };
  return recorded.slice(0, until).map((block) => {
    const facts = told[block.number];
    const [transaction] = block.transactions;
    if (facts === undefined || transaction === undefined) return block;
    const event = { version: 1, name: 'X', by: 'Org1MSP', at: AT, ...empty, ...facts };
    const payload = Buffer.from(JSON.stringify(event)).toString('base64');
    const detail = { kind: 'fabric', chaincode: 'consortium', payload } as const;
    const said = { index: 0, name: 'X', chaincode: 'consortium', address: null, topics: [], detail };
    return { ...block, transactions: [{ ...transaction, outcome: 'SUCCEEDED', events: [said] }] };
  });
}

/** What the index holds after the blocks before `until`, and what Org1 may do then. */
export async function toldUntil(told: Told, until?: number, consortium: ConsortiumState | null = null) {
  const { states, versions, votes } = await governed(LEDGER, telling(told, until), observers);
  const configBefore = (number: number) =>
    recorded.filter((block) => block.number < number && block.config !== null).at(-1) ?? null;
  const writes = new ConfigWrites({
    ledger: {
      ...{ id: LEDGER, name: 'trade' },
      seed: (from) => Promise.resolve({ config: configBefore(from), previous: null }),
    },
    known: {
      config: () => Promise.resolve(configBefore(until ?? recorded.length)),
      open: () => Promise.resolve(states.filter(({ status }) => status !== 'EXECUTED' && status !== 'SUPERSEDED')),
    },
    superseded: () => Promise.resolve(states.filter(({ status }) => status === 'SUPERSEDED').reverse()),
    consortium: (home) => Promise.resolve(home === HOME ? consortium : null),
    ...{ chaincode: 'consortium', network: 'harbour' },
  });
  const org1 = { member: 'one', identity: { fabric: { mspId: 'Org1MSP', certificate: '' } } } as const;
  return {
    states,
    votes,
    state: (nativeId: string): ProposalState => {
      const found = states.find((one) => one.nativeId === nativeId);
      if (found === undefined) throw new Error(`There is no ${nativeId}`);
      return found;
    },
    of: (nativeId: string) => versions.filter((one) => one.split(' ')[1] === nativeId),
    plan: (write: GovernanceWrite): Promise<Step> => writes.plan(write, org1),
    attempted: writes.attempted.bind(writes),
  };
}

/** The last argument of a step that proposes: what the update is for. */
export function purposeIn(step: Step): unknown {
  if (step.kind !== 'submit' || step.request.function !== 'ProposeConfigUpdate') throw new Error('It proposes nothing');
  const text = Buffer.from(step.request.arguments.at(-1) ?? []).toString('utf8');
  return text === '' ? null : JSON.parse(text);
}
