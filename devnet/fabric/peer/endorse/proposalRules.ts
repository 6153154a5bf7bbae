import { common, msp } from '@hyperledger/fabric-protos';
import type { Msp } from '../../msp/msp.js';
import { parseCertificate } from '../../msp/certificate.js';
import { verifyBy } from '../../msp/msp.js';
import type { Identity } from '../../msp/msp.js';
import type { ChannelView } from '../channelView.js';
import { reasonOf } from '../messages/response.js';
import type { UnpackedProposal } from '../messages/proposal.js';
import { transactionId } from '../messages/transaction.js';

/** How far a proposal's time may be from ours (`peer.authentication.timewindow`). */
export const TIME_WINDOW_MS = 15 * 60_000;
const TIME_WINDOW_TEXT = '15m0s';

/** What Fabric's authentication filters look at before anything else; throws in their words. */
export function checkFilters(proposal: UnpackedProposal): void {
  const expires = expiryOf(proposal.signed.identity);
  if (expires !== null && Date.now() > expires) throw new Error('proposal client identity expired');
  checkTime(proposal);
}

/** Null where the creator has no certificate: then expiry is not what speaks against it. */
function expiryOf(creator: Uint8Array): number | null {
  try {
    const certificate = parseCertificate(msp.SerializedIdentity.deserializeBinary(creator).getIdBytes_asU8());
    return Date.parse(certificate.validTo);
  } catch {
    return null;
  }
}

/**
 * Throws in Fabric's words where the proposal's form, creator or signature speaks against it.
 * @returns its creator
 */
export function checkProposal(proposal: UnpackedProposal, view: ChannelView | null, local: Msp): Identity {
  try {
    return checkedCreator(proposal, view, local);
  } catch (error) {
    throw new Error(`error validating proposal: ${reasonOf(error)}`, { cause: error });
  }
}

function checkedCreator(proposal: UnpackedProposal, view: ChannelView | null, local: Msp): Identity {
  checkForm(proposal);
  const creator = creatorOf(proposal, view, local);
  const channel = proposal.channelHeader.getChannelId();
  if (creator === null) {
    throw new Error(`access denied: channel [${channel}] creator org unknown, creator is malformed`);
  }
  const { data, signature } = proposal.signed;
  if (creator.fault !== null || !verifyBy(creator, data, signature)) {
    throw new Error(`access denied: channel [${channel}] creator org [${creator.mspId}]`);
  }
  return creator;
}

/** The creator by the channel's MSPs, or by the peer's own where there is no channel; null where none of them knows it. */
function creatorOf(proposal: UnpackedProposal, view: ChannelView | null, local: Msp): Identity | null {
  const bytes = proposal.signed.identity;
  if (view !== null) return view.bundle.find(bytes);
  try {
    const identity = msp.SerializedIdentity.deserializeBinary(bytes);
    return identity.getMspid() === local.id ? local.identity(identity.getIdBytes_asU8()) : null;
  } catch {
    // Bytes that are no identity are nobody's.
    return null;
  }
}

function checkTime({ channelHeader }: UnpackedProposal): void {
  const time = channelHeader.getTimestamp()?.toDate() ?? new Date(0);
  const now = new Date();
  if (Math.abs(now.getTime() - time.getTime()) <= TIME_WINDOW_MS) return;
  throw new Error(
    `request unauthorized due to incorrect timestamp ${rfc3339(time)}, peer time ${rfc3339(now)}, peer.authentication.timewindow ${TIME_WINDOW_TEXT}`,
  );
}

function checkForm({ channelHeader, signatureHeader }: UnpackedProposal): void {
  const { CONFIG, ENDORSER_TRANSACTION } = common.HeaderType;
  const type = channelHeader.getType();
  if (type !== ENDORSER_TRANSACTION && type !== CONFIG) throw new Error(`invalid header type ${type}`);
  if (channelHeader.getEpoch() !== 0) throw new Error('epoch is non-zero');
  const nonce = signatureHeader.getNonce_asU8();
  if (nonce.length === 0) throw new Error('nonce is empty');
  if (signatureHeader.getCreator_asU8().length === 0) throw new Error('creator is empty');
  const expected = transactionId(nonce, signatureHeader.getCreator_asU8());
  if (channelHeader.getTxId() !== expected) {
    throw new Error(`incorrectly computed txid '${channelHeader.getTxId()}' -- expected '${expected}'`);
  }
}

const rfc3339 = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');
