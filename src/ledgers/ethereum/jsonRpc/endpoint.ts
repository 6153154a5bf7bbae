import { BatchSize } from './batchSize.js';
import { backoffMs } from './backoff.js';
import { EndpointFault } from './endpointFault.js';
import { createHttpTransport, type HttpTransport } from './httpTransport.js';
import { endpointAddress, type EndpointAddress } from './label.js';
import { refusalOf } from './refusal.js';
import { decodeReplies, encodeCalls, type RpcCall, type RpcReply } from './wire.js';
import type { Tuning } from '../options.js';

/** Makes an answer's text the replies to so many calls. */
export type ReadReplies = (text: string, count: number) => readonly RpcReply[] | Promise<readonly RpcReply[]>;

/** One HTTP endpoint: its connections, and what is known of its health. */
export class Endpoint {
  readonly label: string;
  readonly batch: BatchSize;
  /** Found out on use: some nodes have no eth_getBlockReceipts. */
  lacksBlockReceipts = false;
  /** The head number that it told last; -1 before. */
  head = -1;
  /** Last seen out of step or silent: others go first. */
  isUnwell = false;
  /** The last fault, until an answer comes. */
  fault: EndpointFault | null = null;
  private readonly address: EndpointAddress;
  private readonly transport: HttpTransport;
  private failures = 0;
  private restUntilMs = 0;

  constructor(
    url: string,
    private readonly tuning: Tuning,
  ) {
    this.address = endpointAddress(url, ['http:', 'https:']);
    this.label = this.address.label;
    this.batch = new BatchSize(tuning.batchBlocks);
    this.transport = createHttpTransport(this.address, {
      timeoutMs: tuning.requestTimeoutMs,
      maxResponseBytes: tuning.maxResponseBytes,
      connections: tuning.concurrency * 2,
    });
  }

  /** How long it is to be left alone yet. */
  restMs(nowMs: number): number {
    return Math.max(0, this.restUntilMs - nowMs);
  }

  /**
   * Asks in one HTTP request. Errors of single calls come back in their places, those that are about the endpoint's state
   * (throttling, size) are thrown as `EndpointFault`. `onBytes` is told the length of the answer. `read` is `decodeReplies`, or
   * does as that does.
   */
  async ask(
    calls: readonly RpcCall[],
    signal?: AbortSignal,
    onBytes?: (bytes: number) => void,
    read: ReadReplies = decodeReplies,
  ): Promise<readonly RpcReply[]> {
    if (calls.length === 0) return [];
    const text = await this.transport.post(encodeCalls(calls), signal);
    onBytes?.(text.length);
    return this.decode(text, calls.length, read);
  }

  private async decode(text: string, count: number, read: ReadReplies): Promise<readonly RpcReply[]> {
    try {
      return (await read(text, count)).map((reply) => this.checked(reply, count));
    } catch (error) {
      if (!(error instanceof EndpointFault)) throw error;
      throw new EndpointFault(error.kind, this.address.scrub(error.message), error.retryAfterMs, error.mayHaveArrived);
    }
  }

  private checked(reply: RpcReply, count: number): RpcReply {
    if (reply.ok) return reply;
    const error = { ...reply.error, message: this.address.scrub(reply.error.message) };
    const refusal = refusalOf(error);
    if (refusal === 'throttled') throw new EndpointFault('throttled', error.message, null, false);
    if (refusal === 'too large')
      throw new EndpointFault(count > 1 ? 'overloaded' : 'refused', error.message, null, false);
    return { ok: false, error };
  }

  /** It answered: it may be asked again at once. */
  succeed(): void {
    this.failures = 0;
    this.restUntilMs = 0;
    this.fault = null;
  }

  /**
   * It did not: it rests for a while that doubles, or for as long as it asked. Requests that were under way together and
   * fail together count once.
   */
  fail(fault: EndpointFault): void {
    const nowMs = Date.now();
    this.fault = fault;
    const asked = nowMs + (fault.retryAfterMs ?? 0);
    if (this.restUntilMs <= nowMs) {
      this.restUntilMs = nowMs + backoffMs(this.failures, this.tuning.backoffMs, this.tuning.maxBackoffMs);
      this.failures += 1;
    }
    this.restUntilMs = Math.max(this.restUntilMs, asked);
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}
