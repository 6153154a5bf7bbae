import { AmbLedger, AmbObserver } from '../governance/amb/index.js';
import type { Store } from '../store/store.js';
import type { AmbNetworkConfig } from './ambNetworks.js';
import type { OpenRead } from './openRead.js';

/** A network of Amazon's: its records go on where the store has them. */
export function openAmb(config: AmbNetworkConfig, store: Pick<Store, 'seed' | 'rawBlocks'>): OpenRead {
  const ledger = new AmbLedger({
    ...config,
    history: async function* () {
      const { tip } = await store.seed(config.name);
      if (tip !== null) yield* store.rawBlocks(config.name, 0, tip.number);
    },
  });
  return { ledger, observers: () => [new AmbObserver(config.network)] };
}
