import type { LedgerConfig } from '../config/index.js';
import { ConsortiumObserver } from '../governance/consortium/index.js';
import { LifecycleObserver } from '../governance/fabricLifecycle/index.js';
import type { Observer } from '../governance/mechanism.js';

/** What looks for proposals and votes in the blocks of one ledger. */
export function observersOf(config: LedgerConfig): readonly Observer[] {
  if (config.kind === 'ethereum') return [];
  const { consortium } = config;
  return [
    new LifecycleObserver(),
    ...(consortium?.governs === true ? [new ConsortiumObserver(consortium.chaincode)] : []),
  ];
}
