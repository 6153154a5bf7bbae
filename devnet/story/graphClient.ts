import { setTimeout as delay } from 'node:timers/promises';
import type { Party } from './storyWorld.js';

/** What a party asks of Parley's own graph, acting as itself. */
export interface GraphClient {
  /** The data; throws where there is an error. */
  ask<T>(party: Party, document: string, variables?: Readonly<Record<string, unknown>>): Promise<T>;
  /** Waits until every ledger is read to its head; false where that takes longer. */
  isCurrent(withinMs: number): Promise<boolean>;
}

const WITHIN_MS = 30_000;
const POLL_MS = 100;

/** @param url of Parley, without a path; in the dev world the header names the member */
export const connectGraph = (url: string): GraphClient => ({
  async ask<T>(party: Party, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'parley-member': party },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const { data, errors } = (await response.json()) as { data: T; errors?: readonly { message: string }[] };
    if (errors === undefined) return data;
    throw new Error(errors.map(({ message }) => message).join('; '));
  },
  async isCurrent(withinMs) {
    for (const until = Date.now() + withinMs; Date.now() < until; await delay(POLL_MS)) {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(WITHIN_MS) });
      if (response.status === 200) return true;
    }
    return false;
  },
});
