import { common, peer } from '@hyperledger/fabric-protos';
import type { Bundle } from '../../config/bundle.js';
import { decodeReadWriteSet } from '../messages/readWriteSet.js';
import type { NamespaceReadWriteSet } from '../messages/readWriteSet.js';
import {
  envelopeOf,
  eventOf,
  isConfigTransaction,
  isEndorserTransaction,
  proposalHash,
  signedDataOf,
  transactionId,
  unpackAction,
} from '../messages/transaction.js';
import type { EndorsedAction, UnpackedEnvelope } from '../messages/transaction.js';

const Code = peer.TxValidationCode;
type ValidationCode = (typeof Code)[keyof typeof Code];

/** A transaction that its own form, its signature and its hashes do not speak against. */
export type CheckedTransaction =
  | { readonly type: 'invalid'; readonly code: ValidationCode; readonly unpacked: UnpackedEnvelope | null }
  | { readonly type: 'config'; readonly unpacked: UnpackedEnvelope; readonly config: common.ConfigEnvelope }
  | {
      readonly type: 'endorser';
      readonly unpacked: UnpackedEnvelope;
      readonly id: string;
      readonly chaincode: string;
      readonly action: EndorsedAction;
      readonly sets: readonly NamespaceReadWriteSet[];
    };

/** Ends the examination of one transaction with its code. */
class Invalid extends Error {
  constructor(readonly code: ValidationCode) {
    super(`validation code ${code}`);
  }
}

/** Everything about a transaction that can be said without the state: form, creator, signature, ids and hashes. */
export function checkEnvelope(data: Uint8Array, bundle: Bundle): CheckedTransaction {
  if (data.length === 0) return { type: 'invalid', code: Code.NIL_ENVELOPE, unpacked: null };
  const unpacked = orNull(() => envelopeOf(data));
  if (unpacked === null) return { type: 'invalid', code: Code.BAD_PAYLOAD, unpacked };
  try {
    checkHeader(unpacked);
    checkSignature(unpacked, bundle);
    return isConfigTransaction(unpacked.channelHeader) ? configOf(unpacked) : endorserOf(unpacked);
  } catch (error) {
    if (error instanceof Invalid) return { type: 'invalid', code: error.code, unpacked };
    throw error;
  }
}

function checkHeader({ channelHeader, signatureHeader }: UnpackedEnvelope): void {
  const knownType =
    isEndorserTransaction(channelHeader) ||
    isConfigTransaction(channelHeader) ||
    channelHeader.getType() === common.HeaderType.CONFIG_UPDATE;
  const complete = signatureHeader.getNonce_asU8().length > 0 && signatureHeader.getCreator_asU8().length > 0;
  if (!knownType || channelHeader.getEpoch() !== 0 || !complete) throw new Invalid(Code.BAD_COMMON_HEADER);
}

function checkSignature(unpacked: UnpackedEnvelope, bundle: Bundle): void {
  // Expiry is not looked at: what was in time when it was ordered stays valid, on every peer and after every restart.
  const [creator] = bundle.signers([signedDataOf(unpacked)]);
  if (creator === undefined || creator.fault !== null) throw new Invalid(Code.BAD_CREATOR_SIGNATURE);
  const { channelHeader } = unpacked;
  if (channelHeader.getType() === common.HeaderType.CONFIG_UPDATE) throw new Invalid(Code.UNSUPPORTED_TX_PAYLOAD);
  if (channelHeader.getChannelId() !== bundle.channel) throw new Invalid(Code.TARGET_CHAIN_NOT_FOUND);
}

function configOf(unpacked: UnpackedEnvelope): CheckedTransaction {
  const config = orNull(() => common.ConfigEnvelope.deserializeBinary(unpacked.payload.getData_asU8()));
  if (config === null) throw new Invalid(Code.INVALID_CONFIG_TRANSACTION);
  return { type: 'config', unpacked, config };
}

function endorserOf(unpacked: UnpackedEnvelope): CheckedTransaction {
  const { channelHeader, signatureHeader, header } = unpacked;
  const id = transactionId(signatureHeader.getNonce_asU8(), signatureHeader.getCreator_asU8());
  if (channelHeader.getTxId() !== id) throw new Invalid(Code.BAD_PROPOSAL_TXID);
  const action = orNull(() => unpackAction(unpacked.payload.getData_asU8()));
  if (action === null) throw new Invalid(Code.INVALID_ENDORSER_TRANSACTION);
  const hash = proposalHash(header.getChannelHeader_asU8(), action.signatureHeader, action.proposalPayload);
  if (Buffer.compare(hash, action.proposalHash) !== 0) throw new Invalid(Code.INVALID_ENDORSER_TRANSACTION);
  const chaincode = chaincodeOf(channelHeader, action.action);
  const sets = orNull(() => decodeReadWriteSet(action.action.getResults_asU8()));
  if (sets === null) throw new Invalid(Code.BAD_RWSET);
  if (new Set(sets.map((set) => set.namespace)).size !== sets.length) throw new Invalid(Code.ILLEGAL_WRITESET);
  return { type: 'endorser', unpacked, id, chaincode, action, sets };
}

/** The one chaincode that header, action and event must name alike. */
function chaincodeOf(header: common.ChannelHeader, action: peer.ChaincodeAction): string {
  const extension = orNull(() => peer.ChaincodeHeaderExtension.deserializeBinary(header.getExtension_asU8()));
  if (extension === null) throw new Invalid(Code.BAD_HEADER_EXTENSION);
  const called = extension.getChaincodeId();
  const ran = action.getChaincodeId();
  if (called === undefined || ran === undefined) throw new Invalid(Code.INVALID_OTHER_REASON);
  const name = called.getName();
  if (name === '' || name !== ran.getName() || ran.getVersion() === '') throw new Invalid(Code.INVALID_CHAINCODE);
  const event = orNull(() => ({ event: eventOf(action) }));
  if (event === null || (event.event !== null && event.event.getChaincodeId() !== name)) {
    throw new Invalid(Code.INVALID_OTHER_REASON);
  }
  return name;
}

/** Null where the bytes are not the message they should be: that is the transaction's fault, not ours. */
function orNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
