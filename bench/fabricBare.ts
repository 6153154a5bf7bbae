import { common, ledger, peer as protos } from '@hyperledger/fabric-protos';

const EMPTY = new Uint8Array(0);
const { kvrwset } = ledger.rwset;

/**
 * Decodes a `DeliverResponse` with Fabric's own package, as whoever writes against fabric-protos would: each message once, down to
 * arguments, endorsements, the response, the event and every read-write set. The number of endorser transactions.
 */
export function decodeBlock(response: Uint8Array): number {
  const block = protos.DeliverResponse.deserializeBinary(response).getBlock();
  const envelopes = block?.getData()?.getDataList_asU8() ?? [];
  return envelopes.reduce((sum, bytes) => sum + decodeEnvelope(bytes), 0);
}

function decodeEnvelope(bytes: Uint8Array): number {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
  const header = payload.getHeader();
  const channelHeader = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? EMPTY);
  common.SignatureHeader.deserializeBinary(header?.getSignatureHeader_asU8() ?? EMPTY);
  if (channelHeader.getType() !== common.HeaderType.ENDORSER_TRANSACTION) return 0;
  protos.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList().forEach(decodeAction);
  return 1;
}

function decodeAction(action: protos.TransactionAction): void {
  common.SignatureHeader.deserializeBinary(action.getHeader_asU8());
  const payload = protos.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
  const proposal = protos.ChaincodeProposalPayload.deserializeBinary(payload.getChaincodeProposalPayload_asU8());
  protos.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
  const endorsed = payload.getAction();
  endorsed?.getEndorsementsList();
  const response = protos.ProposalResponsePayload.deserializeBinary(
    endorsed?.getProposalResponsePayload_asU8() ?? EMPTY,
  );
  const result = protos.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  protos.ChaincodeEvent.deserializeBinary(result.getEvents_asU8());
  for (const set of ledger.rwset.TxReadWriteSet.deserializeBinary(result.getResults_asU8()).getNsRwsetList()) {
    kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8());
    for (const collection of set.getCollectionHashedRwsetList())
      kvrwset.HashedRWSet.deserializeBinary(collection.getHashedRwset_asU8());
  }
}
