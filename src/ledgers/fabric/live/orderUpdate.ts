import type { Client, ServiceError } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { common, gateway, google } from '@hyperledger/fabric-protos';

const SUBMIT = '/gateway.Gateway/Submit';
const DETAILS = 'grpc-status-details-bin';

/**
 * Hands an update of a channel's configuration to a peer's gateway, which passes on any envelope; the client library takes endorsed
 * transactions alone. Throws `GatewayError`, with what each orderer said.
 */
export function submitUpdate(
  client: Client,
  update: { readonly channel: string; readonly payload: Uint8Array; readonly signature: Uint8Array },
  timeoutMs: number,
): Promise<void> {
  const envelope = new common.Envelope();
  envelope.setPayload(update.payload);
  envelope.setSignature(update.signature);
  const request = new gateway.SubmitRequest();
  request.setChannelId(update.channel);
  request.setPreparedTransaction(envelope);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      SUBMIT,
      (one: gateway.SubmitRequest) => Buffer.from(one.serializeBinary()),
      (bytes) => gateway.SubmitResponse.deserializeBinary(bytes),
      request,
      { deadline: Date.now() + timeoutMs },
      (error) => (error === null ? resolve() : reject(gatewayError(error))),
    );
  });
}

function gatewayError(error: ServiceError): GatewayError {
  const details = error.metadata
    .get(DETAILS)
    .flatMap((bytes) => google.rpc.Status.deserializeBinary(Buffer.from(bytes)).getDetailsList())
    .map((any) => gateway.ErrorDetail.deserializeBinary(any.getValue_asU8()))
    .map((one) => ({ address: one.getAddress(), mspId: one.getMspId(), message: one.getMessage() }));
  return new GatewayError({ message: error.message, code: error.code, details, cause: error });
}
