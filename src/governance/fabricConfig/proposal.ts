import { ParleyError } from '../../errors/index.js';
import type {
  HistoryEntry,
  ProposalKey,
  ProposalState,
  ProposalStatus,
  Requirement,
  Tally,
  VoteState,
} from '../../model/governance.js';
import { closedTally, withStatus } from '../states.js';
import { describeUpdate } from './describe/describeUpdate.js';
import type { ConfigInForce } from './inForce.js';
import { evaluate, type UpdateStanding } from './policies/evaluate.js';
import { checkSignature } from './signatures/check.js';
import { openConfigSignature } from './signatures/envelope.js';
import { openUpdate, readSetVersions, updateDigest } from './update/openUpdate.js';
import { staleElements } from './update/staleness.js';

type Said = Omit<HistoryEntry, 'status'>;
const MAX_NAMED = 5;
const MAX_TITLE = 200;

/** A configuration update that somebody proposed, or that a block carries out without anybody having asked here. */
export interface Proposed {
  readonly nativeId: string;
  readonly title: string | null;
  readonly body: string | null;
  readonly proposer: string | null;
  readonly proposerInferred: boolean;
  readonly update: Uint8Array;
  readonly closesMs: number | null;
  readonly decision: ProposalKey | null;
  /** The update in whose place it is proposed; null where none. */
  readonly replaces: string | null;
}

/** An update of which the ledger speaks for the first time. Nobody has signed it yet. */
export function opened(proposed: Proposed, config: ConfigInForce, said: Said): ProposalState {
  const { nativeId, update, closesMs, decision, proposer, proposerInferred } = proposed;
  const { changes, words } = described(config, update);
  const state: ProposalState = {
    ...{
      mechanism: 'FABRIC_CONFIG',
      nativeId,
      title: proposed.title ?? titleOf(words),
      body: proposed.body,
      links: [],
    },
    ...{ proposer, proposerInferred },
    actions: [{ kind: 'CHANNEL_CONFIG_CHANGE', name: words, changes }],
    ...{ payloadDigest: updateDigest(update), status: 'ACTIVE', nativeStatus: 'OPEN', statusSource: 'OBSERVED' },
    ...{ createdMs: said.atMs, opensAtMs: said.atMs, closesAtMs: closesMs },
    lapsesTo: closesMs === null ? null : 'EXPIRED',
    ...{ requirement: NOTHING, tally: UNCOUNTED, execution: null, history: [{ status: 'ACTIVE', ...said }], decision },
    native: {
      ...{ kind: 'FABRIC_CONFIG', configUpdate: base64(update), signatures: [] },
      readSet: versionsOf(update),
      ...(proposed.replaces === null ? {} : { replaces: proposed.replaces }),
    },
  };
  return counted(state, config, said);
}

/** With other signatures, counted under the configuration in force; one that is stale can never be taken any more. */
export function counted(
  state: ProposalState,
  config: ConfigInForce,
  said: Said,
  signatures: readonly CollectedBytes[] = signaturesOf(state),
): ProposalState {
  if (state.native.kind !== 'FABRIC_CONFIG') return state;
  const update = updateOf(state);
  const native = { ...state.native, signatures };
  const isStale = whereReadable(() => staleElements(config, update).length > 0);
  if (isStale === null) return { ...state, native, nativeStatus: 'UNREADABLE' };
  if (isStale) {
    const tally = closedTally(state.tally);
    return withStatus({ ...state, native }, 'SUPERSEDED', said, { nativeStatus: 'STALE', tally });
  }
  const holding = signatures.filter((one) => voteOf(state, one, { config, update, atMs: said.atMs }).verified);
  const standing = evaluate(
    config,
    update,
    holding.map(({ bytes }) => Buffer.from(bytes, 'base64')),
    said.atMs,
  );
  const status = statusOf(state, standing);
  return withStatus({ ...state, native }, status, said, {
    ...{ requirement: requirementOf(standing), tally: tallyOf(standing, holding) },
    nativeStatus: standing.satisfied ? 'SIGNED' : 'OPEN',
  });
}

/** What failed may be tried again, and stays what failed until a block holds it, or until more is to be signed. */
function statusOf({ status }: ProposalState, { satisfied }: UpdateStanding): ProposalStatus {
  if (!satisfied) return 'ACTIVE';
  return status === 'EXECUTION_FAILED' ? status : 'APPROVED';
}

export interface CollectedBytes {
  readonly mspId: string;
  /** Serialised `common.ConfigSignature`, base64. */
  readonly bytes: string;
}

export const signaturesOf = ({ native }: ProposalState): readonly CollectedBytes[] =>
  native.kind === 'FABRIC_CONFIG' ? native.signatures : [];
export const updateOf = ({ native }: ProposalState): Uint8Array =>
  Buffer.from(native.kind === 'FABRIC_CONFIG' ? native.configUpdate : '', 'base64');

/** One organisation's signature as a vote; `verified` by Parley against the configuration in force. */
export function voteOf(
  state: Pick<ProposalState, 'nativeId'>,
  { mspId, bytes }: CollectedBytes,
  { config, update, atMs }: { readonly config: ConfigInForce; readonly update: Uint8Array; readonly atMs: number },
): VoteState {
  const checked = checkSignature(config, update, Buffer.from(bytes, 'base64'), atMs);
  const isOwn = checked.valid && checked.signer.mspId === mspId;
  const { header, signature } = openConfigSignature(Buffer.from(bytes, 'base64'));
  return {
    ...{ mechanism: 'FABRIC_CONFIG', proposal: state.nativeId, voter: mspId, choice: 'YES', nativeChoice: 'SIGNATURE' },
    ...{ weight: '1', reason: null, castAtMs: atMs, verified: isOwn },
    evidence: {
      ...{ kind: 'CONFIG_SIGNATURE', mspId, subject: checked.valid ? checked.signer.subject : '' },
      ...{ header: base64(header), signature: base64(signature) },
      digest: checked.valid ? checked.digest : updateDigest(update),
    },
  };
}

function described(config: ConfigInForce, update: Uint8Array) {
  try {
    const changes = describeUpdate(config, update);
    const words = changes.slice(0, MAX_NAMED).map(({ text }) => text);
    const more = changes.length > MAX_NAMED ? [`and ${changes.length - MAX_NAMED} more changes`] : [];
    return {
      changes: changes.map(({ path, kind, before, after }) => ({ path, kind, before, after })),
      words: [...words, ...more].join('; ') || 'changes nothing',
    };
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    // Anybody may propose bytes: what does not apply is shown as that.
    return { changes: [], words: `an update that does not apply: ${error.what}` };
  }
}

const versionsOf = (update: Uint8Array) => whereReadable(() => readSetVersions(openUpdate(update))) ?? [];

/** Null of bytes that Parley does not read: anybody may propose such, and nobody's reading of blocks may end at them. */
function whereReadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'INPUT_INVALID') return null;
    throw error;
  }
}

function tallyOf(standing: UpdateStanding, signatures: readonly CollectedBytes[]): Tally {
  const signed = [...new Set(signatures.map(({ mspId }) => mspId))];
  const missing = standing.missingMembers.filter((mspId) => !signed.includes(mspId));
  return {
    ...{ eligible: String(signed.length + missing.length), outstanding: String(missing.length), missing },
    choices: [{ choice: 'YES', count: signed.length, weight: String(signed.length) }],
    ...{ satisfied: standing.satisfied, stillReachable: standing.reachable },
  };
}

function requirementOf({ policies: [first] }: UpdateStanding): Requirement {
  if (first === undefined) return NOTHING;
  return {
    kind: 'FABRIC_POLICY',
    path: first.path,
    expression: first.rule ?? 'no such policy',
    tree: first.tree ?? [],
  };
}

const NOTHING: Requirement = { kind: 'FABRIC_POLICY', path: null, expression: 'nothing', tree: [] };
const UNCOUNTED: Tally = {
  ...{ eligible: '0', choices: [], outstanding: '0', satisfied: false, stillReachable: false, missing: [] },
};
/** What is changed, where nobody gave it a title. */
const titleOf = (words: string): string => (words.length <= MAX_TITLE ? words : `${words.slice(0, MAX_TITLE - 1)}…`);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
