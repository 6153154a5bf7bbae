import type { LedgerId } from './ids.js';

declare const granted: unique symbol;

/**
 * What a caller may see. Every store read takes one, so a query without a visibility decision cannot be written.
 * Made by `access` only (and by ingest, rebuild and verify for themselves); test/architecture.test.ts holds that.
 */
export interface Scope {
  readonly [granted]: true;
  /** The ledgers whose content may be read, sorted. */
  readonly ledgers: readonly LedgerId[];
  /** A stable name of this visibility, for cursors and shared work. */
  readonly digest: string;
}

/** Grants a scope. Only `access` and the maintenance commands may call this. */
export function grantScope(ledgers: readonly LedgerId[]): Scope {
  const sorted = [...new Set(ledgers)].sort();
  return { ledgers: sorted, digest: sorted.join(',') } as unknown as Scope;
}
