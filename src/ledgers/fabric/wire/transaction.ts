import { common, peer } from '@hyperledger/fabric-protos';
import { openReadWriteSet, type OpenNamespace } from './readWriteSet.js';

/** One action of an endorser transaction: what was asked, what came of it, who endorsed it. */
export interface OpenAction {
  readonly header: common.SignatureHeader;
  readonly proposal: peer.ChaincodeProposalPayload;
  readonly invocation: peer.ChaincodeInvocationSpec;
  readonly endorsements: readonly peer.Endorsement[];
  /** What the endorsers signed, before their own identity. */
  readonly responseBytes: Uint8Array;
  readonly response: peer.ProposalResponsePayload;
  readonly result: peer.ChaincodeAction;
  readonly event: peer.ChaincodeEvent | null;
  readonly namespaces: readonly OpenNamespace[];
}

/** Opens the data of an ENDORSER_TRANSACTION payload. Throws where it is malformed. */
export function openTransaction(data: Uint8Array): OpenAction[] {
  return peer.Transaction.deserializeBinary(data).getActionsList().map(openAction);
}

function openAction(action: peer.TransactionAction): OpenAction {
  const payload = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8());
  const proposal = peer.ChaincodeProposalPayload.deserializeBinary(payload.getChaincodeProposalPayload_asU8());
  const endorsed = payload.getAction();
  const responseBytes = endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(0);
  const response = peer.ProposalResponsePayload.deserializeBinary(responseBytes);
  const result = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  const event = result.getEvents_asU8();
  return {
    header: common.SignatureHeader.deserializeBinary(action.getHeader_asU8()),
    proposal,
    invocation: peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8()),
    endorsements: endorsed?.getEndorsementsList() ?? [],
    responseBytes,
    response,
    result,
    event: event.length === 0 ? null : peer.ChaincodeEvent.deserializeBinary(event),
    namespaces: openReadWriteSet(result.getResults_asU8()),
  };
}
