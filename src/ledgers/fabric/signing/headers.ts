import { hash } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import { exact, unreadable } from './exact.js';

export interface SignedHeader {
  readonly type: number;
  readonly channel: string;
  readonly transactionId: string;
  readonly atMs: number | null;
  readonly creator: { readonly mspId: string; readonly certificate: string };
  /** `peer.ChaincodeHeaderExtension` bytes. */
  readonly extension: Uint8Array;
}

/** The header of what a client signs. Errors: `INPUT_INVALID`, also where the transaction id is not made of nonce and creator. */
export function openSignedHeader(what: string, bytes: Uint8Array): SignedHeader {
  const header = exact(what, common.Header.deserializeBinary, bytes);
  const channelHeader = exact(what, common.ChannelHeader.deserializeBinary, header.getChannelHeader_asU8());
  const signature = exact(what, common.SignatureHeader.deserializeBinary, header.getSignatureHeader_asU8());
  const [nonce, creator] = [signature.getNonce_asU8(), signature.getCreator_asU8()];
  const transactionId = channelHeader.getTxId();
  const made = hash('sha256', Buffer.concat([nonce, creator]), 'hex');
  const isUpdate = channelHeader.getType() === common.HeaderType.CONFIG_UPDATE;
  if (transactionId !== made && !(isUpdate && transactionId === ''))
    throw unreadable(what, `the transaction id ${transactionId}, which is not that of its nonce and creator, ${made}`);
  const identity = exact(what, msp.SerializedIdentity.deserializeBinary, creator);
  return {
    ...{ type: channelHeader.getType(), channel: channelHeader.getChannelId(), transactionId },
    atMs: channelHeader.getTimestamp()?.toDate().getTime() ?? null,
    creator: {
      mspId: identity.getMspid(),
      certificate: Buffer.from(identity.getIdBytes_asU8()).toString('utf8'),
    },
    extension: channelHeader.getExtension_asU8(),
  };
}
