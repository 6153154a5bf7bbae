import type { EndpointReport } from '../../ledger.js';
import type { EthereumOptions, Tuning } from '../options.js';
import { HeadSocket } from '../jsonRpc/headSocket.js';

/** Wakes the follower when there may be a new head: announced over WebSocket, or because it is time to look. */
export class HeadNews {
  private readonly socket: HeadSocket | null;
  private fresh = true;
  private announced = -1;
  private wake: (() => void) | null = null;

  constructor(
    options: Pick<EthereumOptions, 'ws' | 'chainId'>,
    tuning: Tuning,
    private readonly pollIntervalMs: number,
  ) {
    this.socket =
      options.ws === null
        ? null
        : new HeadSocket({
            ...{ url: options.ws, chainId: BigInt(options.chainId), heartbeatMs: tuning.heartbeatMs },
            ...{ backoffMs: tuning.backoffMs, maxBackoffMs: tuning.maxBackoffMs },
            onNews: (number) => this.tell(number),
          });
  }

  /** The number announced since this was last asked; -1 where none was. */
  takeAnnounced(): number {
    const { announced } = this;
    this.announced = -1;
    return announced;
  }

  /** What the WebSocket says of itself; null without one. */
  report(): EndpointReport | null {
    if (this.socket === null) return null;
    const { label, height, problem } = this.socket;
    return { endpoint: label, role: 'CHAIN_NODE', operator: null, version: null, height, problem };
  }

  /** Resolves when it is time to look at the head, at once where something was told meanwhile, and when the signal is aborted. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.fresh && !signal.aborted) await this.news(signal);
    this.fresh = false;
  }

  /** Makes `next` resolve at once. */
  lookAgain(): void {
    this.tell(null);
  }

  private news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearInterval(timer);
        signal.removeEventListener('abort', done);
        this.wake = null;
        resolve();
      };
      // Whether announcing still works is asked anew at each tick: the socket may die while we wait.
      const tick = (): void => (this.socket?.live === true ? undefined : done());
      const timer = setInterval(tick, this.pollIntervalMs);
      signal.addEventListener('abort', done, { once: true });
      this.wake = done;
    });
  }

  private tell(number: number | null): void {
    this.fresh = true;
    if (number !== null) this.announced = number;
    this.wake?.();
  }

  close(): void {
    this.socket?.close();
    this.wake?.();
  }
}
