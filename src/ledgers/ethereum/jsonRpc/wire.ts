import { EndpointFault } from './endpointFault.js';
import { refusalOf } from './refusal.js';

/** JSON-RPC 2.0, https://www.jsonrpc.org/specification. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}
export interface RpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}
export type RpcReply =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: RpcErrorObject };

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One call goes without an array, for nodes that take no batches. */
export function encodeCalls(calls: readonly RpcCall[]): string {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return encodeCall(only, 0);
  return `[${calls.map(encodeCall).join(',')}]`;
}

const encodeCall = (call: RpcCall, id: number): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: call.method, params: call.params });

/** The replies in the order of the calls. Throws `EndpointFault` where the answer is not one to these calls. */
export function decodeReplies(text: string, count: number): readonly RpcReply[] {
  const answer = parse(text);
  if (!Array.isArray(answer)) {
    const reply = decodeReply(answer);
    if (count === 1) return [reply];
    throw reply.ok ? new EndpointFault('overloaded', 'one answer to a batch') : refusedBatch(reply.error);
  }
  const replies = new Map<unknown, RpcReply>();
  for (const item of answer as unknown[]) if (isRecord(item)) replies.set(item['id'], decodeReply(item));
  return Array.from({ length: count }, (_, id) => replies.get(id) ?? unanswered([...replies.values()], count));
}

/** geth refuses a batch that is too large by answering the first call alone. */
function unanswered(replies: readonly RpcReply[], count: number): never {
  const refused = replies.find((reply) => !reply.ok);
  if (refused?.ok === false) throw refusedBatch(refused.error);
  throw new EndpointFault('unreachable', `only ${replies.length} of ${count} calls were answered`);
}

/** Nodes say that a batch is too long in many ways; only a pause is asked for in words that are known. */
const refusedBatch = (error: RpcErrorObject): EndpointFault =>
  new EndpointFault(
    refusalOf(error) === 'throttled' ? 'throttled' : 'overloaded',
    `the batch was refused: ${error.message} (code ${error.code})`,
  );

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EndpointFault('unreachable', 'the answer is not JSON');
  }
}

function decodeReply(answer: unknown): RpcReply {
  if (!isRecord(answer)) throw new EndpointFault('unreachable', 'the answer is not JSON-RPC');
  const { error } = answer;
  if (!isRecord(error)) {
    if (!('result' in answer)) throw new EndpointFault('unreachable', 'the answer has neither a result nor an error');
    return { ok: true, result: answer['result'] ?? null };
  }
  const { code, message, data } = error;
  return {
    ok: false,
    error: {
      code: typeof code === 'number' ? code : 0,
      message: typeof message === 'string' ? message : 'an error without a message',
      data: data ?? null,
    },
  };
}
