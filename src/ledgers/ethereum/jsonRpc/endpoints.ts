import { ParleyError, type ErrorCode } from '../../../errors/index.js';
import type { NodeHealth } from '../../../model/networkNode.js';
import type { EthereumOptions, Tuning } from '../options.js';
import { pause } from './backoff.js';
import { Endpoint } from './endpoint.js';
import { EndpointFault, type FaultKind } from './endpointFault.js';
import { isRecord, type RpcReply } from './wire.js';

/** A question as it is put to one endpoint, whole: its answers are never mixed with another's. */
export type Task<T> = (endpoint: Endpoint, signal: AbortSignal | undefined) => Promise<T>;

const UNWELL: ReadonlySet<NodeHealth> = new Set(['LAGGING', 'UNREACHABLE']);

/** The HTTP endpoints of one chain. One is used as long as it is well; another takes over where it is not. */
export class Endpoints {
  readonly all: readonly Endpoint[];
  private current = 0;
  private probedAtMs = Date.now();
  private probing = false;

  constructor(
    private readonly options: Pick<EthereumOptions, 'name' | 'chainId' | 'rpc'>,
    private readonly tuning: Tuning,
  ) {
    if (options.rpc.length === 0) throw new ParleyError('CONFIG_INVALID', `${options.name} has no rpc endpoint`);
    this.all = options.rpc.map((url) => new Endpoint(url, tuning));
  }

  /** The one in use. */
  get used(): Endpoint {
    const endpoint = this.all[this.current];
    if (endpoint === undefined) throw new ParleyError('INTERNAL', 'There is no endpoint in use');
    return endpoint;
  }

  /**
   * Puts the question to the endpoint in use, and to others where that fails, until one answers or patience ends. An endpoint
   * that has not answered when the asker's time is up (`AbortSignal.timeout`) has failed: the next question goes to another.
   * Errors: `LEDGER_UNAVAILABLE`, `LEDGER_MISMATCH`, `LEDGER_CONTRADICTION`, `LEDGER_REFUSED`.
   */
  async run<T>(task: Task<T>, signal?: AbortSignal): Promise<T> {
    const faults = new Map<Endpoint, EndpointFault>();
    try {
      return await this.untilAnswered(task, faults, signal);
    } catch (error) {
      if (error instanceof ParleyError || !timeIsUp(signal)) throw error;
      throw this.failure(faults);
    }
  }

  private async untilAnswered<T>(
    task: Task<T>,
    faults: Map<Endpoint, EndpointFault>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const deadlineMs = Date.now() + this.tuning.patienceMs;
    for (;;) {
      signal?.throwIfAborted();
      const endpoint = this.choose();
      const restMs = endpoint.restMs(Date.now());
      if (Date.now() + restMs > deadlineMs) throw this.failure(faults);
      if (restMs > 0) await pause(restMs, signal);
      try {
        const answer = await task(endpoint, signal);
        endpoint.succeed();
        return answer;
      } catch (error) {
        const fault = timeIsUp(signal) ? new EndpointFault('unreachable', 'no answer in time') : error;
        if (!(fault instanceof EndpointFault)) throw fault;
        endpoint.fail(fault);
        faults.set(endpoint, fault);
        if (this.hopeless(faults)) throw this.failure(faults);
      }
    }
  }

  /** Leaves the endpoint in use for the next one, if there is one. */
  leave(endpoint: Endpoint, fault: EndpointFault): void {
    if (this.all.length > 1) endpoint.fail(fault);
  }

  /**
   * Asks the endpoints that are not in use for their heads, now and then: a node that is cut off from its peers answers
   * well and never moves. The one in use is left where another is far ahead of it. Nobody waits for this: others may hang.
   */
  probeLag(): void {
    if (this.all.length < 2 || Date.now() - this.probedAtMs < this.tuning.lagProbeMs || this.probing) return;
    this.probing = true;
    void this.compareHeads().finally(() => {
      this.probing = false;
      this.probedAtMs = Date.now();
    });
  }

  private async compareHeads(): Promise<void> {
    await Promise.all(this.all.filter((endpoint) => endpoint !== this.used).map((other) => this.probe(other)));
    const nowMs = Date.now();
    const { used } = this;
    const best = this.all.reduce((a, b) => (b.restMs(nowMs) === 0 && b.head > a.head ? b : a), used);
    if (best.head <= used.head + this.tuning.lagBlocks) return;
    used.fail(new EndpointFault('behind', `its head ${used.head} is behind another endpoint's ${best.head}`));
    this.current = this.all.indexOf(best);
  }

  private async probe(endpoint: Endpoint): Promise<void> {
    try {
      const [chain, number] = await endpoint.ask([chainIdCall, { method: 'eth_blockNumber', params: [] }]);
      this.requireChain(chain);
      endpoint.head = quantityOf(number) ?? -1;
      if (endpoint.head >= 0) endpoint.succeed();
    } catch (error) {
      if (!(error instanceof EndpointFault)) throw error;
      endpoint.head = -1;
      endpoint.fail(error);
    }
  }

  /** Throws where the answer to `chainIdCall` names another chain. */
  requireChain(reply: RpcReply | undefined): void {
    const chainId = quantityOf(reply);
    if (chainId === null) throw new EndpointFault('unreachable', 'it does not tell its chain id');
    if (BigInt(chainId) === BigInt(this.options.chainId)) return;
    throw new EndpointFault('foreign', `it serves chain ${chainId}, not ${this.options.chainId}`);
  }

  /** How the endpoints were last seen, by label. */
  heed(health: ReadonlyMap<string, NodeHealth>): void {
    for (const endpoint of this.all) endpoint.isUnwell = UNWELL.has(health.get(endpoint.label) ?? 'UNKNOWN');
  }

  /**
   * The one in use where it need not rest and was not seen unwell; else the one that rests least, those seen well first, earlier ones
   * first.
   */
  private choose(): Endpoint {
    const nowMs = Date.now();
    const isBetter = (a: Endpoint, b: Endpoint): boolean => {
      const rest = a.restMs(nowMs) - b.restMs(nowMs);
      return rest < 0 || (rest === 0 && !a.isUnwell && b.isUnwell);
    };
    const best = this.all.reduce((a, b) => (isBetter(b, a) ? b : a), this.used);
    this.current = this.all.indexOf(best);
    return best;
  }

  /** True once each endpoint has said what trying again does not mend. */
  private hopeless(faults: ReadonlyMap<Endpoint, EndpointFault>): boolean {
    const lasting: readonly FaultKind[] = ['foreign', 'refused', 'contradiction', 'behind'];
    return this.all.every((endpoint) => lasting.includes(faults.get(endpoint)?.kind ?? 'unreachable'));
  }

  private failure(faults: ReadonlyMap<Endpoint, EndpointFault>): ParleyError {
    const known = this.all.map((endpoint) => [endpoint, faults.get(endpoint) ?? endpoint.fault] as const);
    const kinds = known.map(([, fault]) => fault?.kind ?? 'unreachable');
    const { code, what } = verdict(kinds);
    const details = known.map(([endpoint, fault]) => ({ endpoint: endpoint.label, said: fault?.message ?? 'nothing' }));
    return new ParleyError(code, `${what} of ${this.options.name}`, {
      got: details.map(({ endpoint, said }) => `${endpoint}: ${said}`).join('; '),
      ...(code === 'LEDGER_MISMATCH' ? { expected: `chain id ${this.options.chainId}` } : {}),
      source: this.options.name,
      details,
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((endpoint) => endpoint.close()));
  }
}

const timeIsUp = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';

export const chainIdCall = { method: 'eth_chainId', params: [] } as const;

/** A reply's JSON-RPC quantity as a number; null where it is none. */
export function quantityOf(reply: RpcReply | undefined): number | null {
  if (reply?.ok !== true || typeof reply.result !== 'string' || !/^0x[0-9a-f]{1,13}$/i.test(reply.result)) return null;
  return Number(reply.result);
}

/** A field of a reply's object, as a number. */
export function fieldQuantity(reply: RpcReply | undefined, field: string): number | null {
  return reply?.ok === true && isRecord(reply.result) ? quantityOf({ ok: true, result: reply.result[field] }) : null;
}

function verdict(kinds: readonly FaultKind[]): { readonly code: ErrorCode; readonly what: string } {
  if (kinds.includes('contradiction')) {
    return { code: 'LEDGER_CONTRADICTION', what: 'Answers contradict each other at the endpoints' };
  }
  if (kinds.every((kind) => kind === 'foreign'))
    return { code: 'LEDGER_MISMATCH', what: 'Another chain is served by the endpoints' };
  if (kinds.every((kind) => kind === 'refused' || kind === 'foreign'))
    return { code: 'LEDGER_REFUSED', what: 'The question was refused by the endpoints' };
  return { code: 'LEDGER_UNAVAILABLE', what: 'No answer came from the endpoints' };
}
