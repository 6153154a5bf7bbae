import { Lru } from '../../lib/lru.js';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

// Clients remembered at once: who is forgotten starts with a full bucket.
const MAX_CLIENTS = 10_000;

/** A token bucket for each client: a minute's requests may come at once, then they refill evenly. */
export class TokenBuckets {
  readonly #buckets = new Lru<string, Bucket>(MAX_CLIENTS);

  constructor(readonly perMinute: number) {}

  /** Takes one token; gives the seconds to wait where there is none, else 0. */
  take(client: string, nowMs: number): number {
    const bucket = this.#buckets.getOrMake(client, () => ({ tokens: this.perMinute, filledAtMs: nowMs }));
    const perMs = this.perMinute / 60_000;
    bucket.tokens = Math.min(this.perMinute, bucket.tokens + Math.max(0, nowMs - bucket.filledAtMs) * perMs);
    bucket.filledAtMs = nowMs;
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1000));
    bucket.tokens -= 1;
    return 0;
  }
}
