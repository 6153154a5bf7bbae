import type { Observer } from '../governance/mechanism.js';
import type { LedgerConfig } from '../config/index.js';
import type { Ledger } from '../ledgers/ledger.js';
import type { Store } from '../store/store.js';
import type { AmbNetworkConfig } from './ambNetworks.js';
import { openLedger } from './ledgers.js';
import { observersOf } from './observers.js';

/** What is read into the index: a ledger, or a network of Amazon's. */
export type ReadConfig = LedgerConfig | AmbNetworkConfig;

export interface OpenRead {
  readonly ledger: Ledger;
  /** What looks for proposals and votes in its blocks. */
  readonly observers: () => readonly Observer[];
}

/** Opens what is read, over the store that it is read into. */
export async function openRead(config: ReadConfig, store: Store): Promise<OpenRead> {
  // Readers of channels and chains do without all that is Amazon's.
  if (config.kind === 'amb') return (await import('./openAmb.js')).openAmb(config, store);
  const ledger = await openLedger(config, await store.declared());
  return { ledger, observers: () => observersOf(config, ledger, store) };
}
