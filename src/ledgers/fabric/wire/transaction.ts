import { BYTES_1, BYTES_2, BYTES_3, ABSENT, Fields, NUMBER_1, parts, repeated } from './fields.js';
import { openReadWriteSet, type ReadsAndWrites } from './readWriteSet.js';

/** One action of an endorser transaction: what was asked, what came of it, who endorsed it. */
export interface OpenAction {
  readonly chaincode: string;
  /** Empty where the result does not say. */
  readonly version: string;
  /** The function's name first. */
  readonly args: readonly Uint8Array[];
  readonly endorsements: readonly OpenEndorsement[];
  /** What the endorsers signed, before their own identity. */
  readonly responseBytes: Uint8Array;
  readonly response: OpenResponse | null;
  readonly event: OpenEvent | null;
  readonly sets: ReadsAndWrites;
}
export interface OpenEndorsement {
  readonly endorser: Uint8Array;
  readonly signature: Uint8Array;
}
export interface OpenResponse {
  readonly status: number;
  readonly message: string;
  readonly payload: Uint8Array;
}
export interface OpenEvent {
  readonly chaincode: string;
  readonly name: string;
  readonly payload: Uint8Array;
}

/** Opens the data of an ENDORSER_TRANSACTION payload (`peer.Transaction`). Throws where it is malformed. */
export function openTransaction(data: Uint8Array): OpenAction[] {
  return repeated(data, BYTES_1).map(openAction);
}

function openAction(action: Uint8Array): OpenAction {
  const [header, payload] = parts(action);
  parts(header); // Nothing of it is told; malformed it makes the transaction so.
  const [proposal, endorsed] = parts(payload);
  const [responseBytes] = parts(endorsed);
  const [, extension] = parts(responseBytes);
  const [results, event, response, ranChaincode] = parts(extension);
  const [input] = parts(proposal);
  return {
    ...openCall(input),
    version: text(parts(ranChaincode)[2]),
    endorsements: repeated(endorsed, BYTES_2).map(openEndorsement),
    responseBytes,
    response: response === ABSENT ? null : openResponse(response),
    event: event.length === 0 ? null : openEvent(event),
    sets: openReadWriteSet(results),
  };
}

const text = (bytes: Buffer): string => bytes.toString('utf8');

/** `peer.ChaincodeInvocationSpec`. */
function openCall(input: Uint8Array): Pick<OpenAction, 'chaincode' | 'args'> {
  const [spec] = parts(input);
  const [, chaincodeId, call] = parts(spec);
  return { chaincode: text(parts(chaincodeId)[1]), args: repeated(call, BYTES_1) };
}

function openEndorsement(bytes: Uint8Array): OpenEndorsement {
  const [endorser, signature] = parts(bytes);
  return { endorser, signature };
}

function openResponse(bytes: Uint8Array): OpenResponse {
  let [status, message, payload] = [0, '', ABSENT];
  const fields = new Fields(bytes);
  while (fields.next()) {
    if (fields.key === NUMBER_1) status = fields.int32();
    else if (fields.key === BYTES_2) message = fields.text();
    else if (fields.key === BYTES_3) payload = fields.value();
  }
  return { status, message, payload };
}

function openEvent(bytes: Uint8Array): OpenEvent {
  const [chaincode, , name, payload] = parts(bytes);
  return { chaincode: text(chaincode), name: text(name), payload };
}
