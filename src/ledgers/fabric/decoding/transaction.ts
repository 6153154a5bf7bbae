import { common } from '@hyperledger/fabric-protos';
import type { DecodedEvent, DecodedTransaction, TransactionParty } from '../../../model/block.js';
import type { FabricTransactionDetail } from '../../../model/fabric.js';
import type { Membership } from '../identities/membership.js';
import { base64, sha256, utf8 } from '../wire/bytes.js';
import type { ChannelHeader } from '../wire/channelHeader.js';
import type { ReadsAndWrites } from '../wire/readWriteSet.js';
import type { OpenAction, OpenResponse } from '../wire/transaction.js';
import { validationCodeName } from '../wire/validationCode.js';
import { holds } from './claim.js';
import type { OpenedEnvelope } from './opened.js';

/** What a transaction is judged by: the configuration in force, the block's time, and the code that its peer gave it. */
export interface TransactionContext {
  readonly membership: Membership;
  readonly atMs: number;
  /** Null where the block has no filter. */
  readonly validationCode: number | null;
  /** Why a configuration that the envelope holds could not be read. */
  readonly configProblem: string | null;
}

const TYPES = new Map<number, FabricTransactionDetail['envelopeType']>([
  [common.HeaderType.ENDORSER_TRANSACTION, 'ENDORSER_TRANSACTION'],
  [common.HeaderType.CONFIG, 'CONFIG'],
  [common.HeaderType.CONFIG_UPDATE, 'CONFIG_UPDATE'],
]);
const VALID = 0;

/** One transaction of a block, decoded and verified. */
export function decodeTransaction(
  opened: OpenedEnvelope,
  index: number,
  context: TransactionContext,
): DecodedTransaction {
  const { envelope } = opened;
  const detail = transactionDetail(opened, context);
  return {
    index,
    hash: detail.transactionId ?? sha256(envelope.bytes),
    timestampMs: envelope.channelHeader?.timestampMs ?? null,
    outcome: succeeded(detail, context.validationCode) ? 'SUCCEEDED' : 'FAILED',
    parties: parties(detail),
    chaincode: detail.chaincode?.name ?? null,
    function: detail.function,
    detail,
    events: envelope.body.kind === 'transaction' ? events(envelope.body.actions) : [],
  };
}

/** Without a peer's word only a configuration is known to be valid: orderers write no other. */
function succeeded(detail: FabricTransactionDetail, code: number | null): boolean {
  return code === null ? detail.envelopeType === 'CONFIG' : code === VALID;
}

function transactionDetail(opened: OpenedEnvelope, context: TransactionContext): FabricTransactionDetail {
  const { envelope, creator } = opened;
  const actions = envelope.body.kind === 'transaction' ? envelope.body.actions : [];
  const code = context.validationCode;
  return {
    kind: 'fabric',
    ...headerFacts(envelope.channelHeader),
    validationCode: code === null ? null : validationCodeName(code),
    creator: creator === null ? null : creator.identity.facts,
    creatorVerified: creator !== null && holds(creator, context.membership, context.atMs),
    ...call(actions[0]),
    endorsements: opened.endorsements.map((claim) => ({
      ...claim.identity.facts,
      verified: holds(claim, context.membership, context.atMs),
    })),
    ...readsAndWrites(actions),
    undecodable: envelope.problem ?? context.configProblem,
  };
}

function headerFacts(header: ChannelHeader | null): Pick<FabricTransactionDetail, 'envelopeType' | 'transactionId'> {
  if (header === null) return { envelopeType: 'OTHER', transactionId: null };
  const { type, transactionId } = header;
  return { envelopeType: TYPES.get(type) ?? 'OTHER', transactionId: transactionId === '' ? null : transactionId };
}

type Call = Pick<FabricTransactionDetail, 'chaincode' | 'function' | 'arguments' | 'response'>;

/** What was called with what, and the answer. Fabric takes one action a transaction. */
function call(action: OpenAction | undefined): Call {
  if (action === undefined) return { chaincode: null, function: null, arguments: [], response: null };
  const { chaincode, version, response } = action;
  const [name, ...rest] = action.args;
  return {
    chaincode: { name: chaincode, version: version === '' ? null : version },
    function: name === undefined ? null : utf8(name),
    arguments: rest.map(base64),
    response: response === null ? null : answer(response),
  };
}

const answer = ({ status, message, payload }: OpenResponse): Call['response'] => ({
  status,
  message,
  payload: payload.length === 0 ? null : base64(payload),
});

/** Of all actions, in the order of the block. */
function readsAndWrites(actions: readonly OpenAction[]): ReadsAndWrites {
  const [first] = actions;
  if (first !== undefined && actions.length === 1) return first.sets;
  return {
    reads: actions.flatMap(({ sets }) => sets.reads),
    writes: actions.flatMap(({ sets }) => sets.writes),
    privateWrites: actions.flatMap(({ sets }) => sets.privateWrites),
    rangeQueries: actions.flatMap(({ sets }) => sets.rangeQueries),
    metadataWrites: actions.flatMap(({ sets }) => sets.metadataWrites),
  };
}

function parties(detail: FabricTransactionDetail): TransactionParty[] {
  const endorsers = new Set(detail.endorsements.map((e) => e.mspId));
  const all: TransactionParty[] = [...endorsers].map((nativeId) => ({ nativeId, role: 'ENDORSER' }));
  if (detail.creator !== null) all.unshift({ nativeId: detail.creator.mspId, role: 'CREATOR' });
  return all.filter((party) => party.nativeId !== '');
}

/** A transaction has one event at most, also where it then failed validation: readers look at its outcome. */
function events(actions: readonly OpenAction[]): DecodedEvent[] {
  const event = actions[0]?.event ?? null;
  if (event === null) return [];
  const { chaincode, name, payload } = event;
  return [
    {
      index: 0,
      name,
      chaincode,
      address: null,
      topics: [],
      detail: { kind: 'fabric', chaincode, payload: base64(payload) },
    },
  ];
}
