import { peer } from '@hyperledger/fabric-protos';

export function responseOf(status: number, message: string, payload: Uint8Array = new Uint8Array()): peer.Response {
  const response = new peer.Response();
  response.setStatus(status);
  response.setMessage(message);
  response.setPayload(payload);
  return response;
}

export const success = (payload?: Uint8Array): peer.Response => responseOf(200, '', payload);
export const failure = (message: string): peer.Response => responseOf(500, message);

/** The sentence of anything thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
