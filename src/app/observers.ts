import type { LedgerConfig } from '../config/index.js';
import { ConsortiumObserver } from '../governance/consortium/index.js';
import { LifecycleObserver } from '../governance/fabricLifecycle/index.js';
import { GovernorObserver } from '../governance/governor/index.js';
import type { Observer } from '../governance/mechanism.js';
import type { AnyLedger } from '../ledgers/ledger.js';

/** What looks for proposals and votes in the blocks of one ledger. */
export function observersOf(config: LedgerConfig, ledger: AnyLedger): readonly Observer[] {
  if (config.kind === 'ethereum') {
    const { governors, voters } = config;
    if (governors.length === 0 || ledger.kind !== 'ethereum') return [];
    return [new GovernorObserver({ chain: ledger, governors, voters })];
  }
  const { consortium } = config;
  return [
    new LifecycleObserver(),
    ...(consortium?.governs === true ? [new ConsortiumObserver(consortium.chaincode)] : []),
  ];
}
