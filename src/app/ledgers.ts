import type { LedgerConfig } from '../config/index.js';
import { createEthereumLedger } from '../ledgers/ethereum/index.js';
import { createFabricLedger } from '../ledgers/fabric/index.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerDeclaration } from '../store/store.js';

/** Opens one ledger of the configuration. `declared`: ids known from before, so that a ledger that is down has one. */
export async function openLedger(config: LedgerConfig, declared: readonly LedgerDeclaration[]): Promise<AnyLedger> {
  if (config.kind === 'ethereum') return createEthereumLedger({ ...config, proveInThread: 'when busy' });
  const known = declared.find(({ kind, name }) => kind === 'fabric' && name === config.name);
  return createFabricLedger({ ...config, knownId: known?.id ?? null });
}
