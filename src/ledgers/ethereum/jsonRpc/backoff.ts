import { setTimeout as sleep } from 'node:timers/promises';

/** The pause before try number `failures` + 1: doubling, with up to a quarter of chance so that replicas do not march in step. */
export function backoffMs(failures: number, firstMs: number, maxMs: number): number {
  const exact = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 20));
  return exact * (0.75 + Math.random() / 4);
}

/** Sleeps, or rejects with the signal's reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
