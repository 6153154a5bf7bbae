import type { IncomingMessage, ServerResponse } from 'node:http';
import { catalogue, ParleyError, type ErrorCode, type ErrorFacts } from '../../errors/index.js';
import type { MaskedError } from '../../errors/mask.js';

/** An HTTP request that passed the door. */
export interface Incoming {
  readonly message: IncomingMessage;
  readonly method: string;
  readonly url: URL;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** What goes back: whole, or as a stream that begins with the head. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Writes the body, once the head is out, for as long as it likes; takes what is closed already. */
  readonly stream?: { start(response: ServerResponse): void };
  /** For the log and the metrics. */
  readonly codes?: readonly ErrorCode[];
  readonly operation?: { readonly name: string | null; readonly type: string | null };
}

/** A refusal with the headers that its status asks for. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly error: ParleyError,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(error.message, { cause: error });
  }
}

export function refusal(
  code: ErrorCode,
  what: string,
  facts: ErrorFacts = {},
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return new Refusal(new ParleyError(code, what, facts), headers);
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': JSON_TYPE }, body: `${JSON.stringify(value)}\n` };
}

/** An error as the whole answer, in GraphQL's form on every path. */
export function errorAnswer(error: MaskedError, headers: Readonly<Record<string, string>> = {}): Answer {
  const { code } = error.extensions;
  return {
    ...jsonAnswer(catalogue[code].status, { errors: [error] }),
    headers: { 'content-type': JSON_TYPE, ...headers },
    codes: [code],
  };
}
