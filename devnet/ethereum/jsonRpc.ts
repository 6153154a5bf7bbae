/** A JSON-RPC error object as the node said it. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly method: string,
    readonly code: number,
    message: string,
    readonly data: unknown,
  ) {
    super(`${method}: ${message} (code ${code})`);
  }
}

interface RpcResponse<T> {
  readonly result?: T;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

const REQUEST_TIMEOUT_MS = 30_000;

/** One JSON-RPC 2.0 call over HTTP. Throws `RpcError` where the node answers with an error. */
export async function rpcRequest<T>(
  url: string,
  method: string,
  params: readonly unknown[] = [],
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new RpcError(method, response.status, `HTTP ${response.status}: ${text.slice(0, 200)}`, null);
  const answer = JSON.parse(text) as RpcResponse<T>;
  if (answer.error !== undefined) {
    throw new RpcError(method, answer.error.code, answer.error.message, answer.error.data);
  }
  return answer.result as T;
}
