import type { LedgerConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { ConsortiumObserver } from '../governance/consortium/index.js';
import { ConfigObserver } from '../governance/fabricConfig/index.js';
import { LifecycleObserver } from '../governance/fabricLifecycle/index.js';
import { GovernorObserver } from '../governance/governor/index.js';
import type { Observer } from '../governance/mechanism.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { Store } from '../store/store.js';

/** What looks for proposals and votes in the blocks of one ledger. */
export function observersOf(
  config: LedgerConfig,
  ledger: AnyLedger,
  store: Pick<Store, 'declared'>,
): readonly Observer[] {
  if (config.kind === 'ethereum') {
    const { governors, voters } = config;
    if (governors.length === 0 || ledger.kind !== 'ethereum') return [];
    return [new GovernorObserver({ chain: ledger, governors, voters })];
  }
  const { consortium } = config;
  return [
    new LifecycleObserver(),
    new ConfigObserver({
      ...{ chaincode: consortium?.chaincode ?? null, network: consortium?.network ?? null },
      home: () => homeOf(config, ledger.id, store),
    }),
    ...(consortium?.governs === true ? [new ConsortiumObserver(consortium.chaincode)] : []),
  ];
}

/** The channel that keeps the consortium. Errors: `LEDGER_UNAVAILABLE`, retryable, until it was read for the first time. */
async function homeOf(
  { consortium }: Extract<LedgerConfig, { readonly kind: 'fabric' }>,
  own: LedgerId,
  store: Pick<Store, 'declared'>,
): Promise<LedgerId> {
  if (consortium === null || consortium.governs) return own;
  const home = (await store.declared()).find(({ name }) => name === consortium.home);
  if (home !== undefined) return home.id;
  throw new ParleyError('LEDGER_UNAVAILABLE', 'The channel that keeps the consortium has not been read yet', {
    source: consortium.home,
  });
}
