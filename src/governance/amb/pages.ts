import { ParleyError } from '../../errors/index.js';
import { asked } from './client.js';

const MAX_PAGES = 1_000;

export interface AmbPage<T> {
  readonly rows: readonly T[] | undefined;
  readonly next: string | undefined;
}

/** The rows of every page, at most 1,000 pages. Errors: `LEDGER_UNAVAILABLE` where there are more, and those of `asked`. */
export async function everyPage<T>(
  network: string,
  what: string,
  page: (from: { readonly NextToken?: string }) => Promise<AmbPage<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const from = token === undefined ? {} : { NextToken: token };
    const { rows, next } = await asked(network, what, () => page(from));
    all.push(...(rows ?? []));
    if (next === undefined || next === '') return all;
    token = next;
  }
  throw new ParleyError('LEDGER_UNAVAILABLE', 'Amazon Managed Blockchain lists more pages than are read', {
    source: `amb:${network}`,
    expected: `at most ${MAX_PAGES} pages`,
  });
}
