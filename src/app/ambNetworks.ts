import type { Config } from '../config/index.js';
import type { LedgerId } from '../model/ids.js';

/** One network of Amazon Managed Blockchain, as a worker reads it: plain data. */
export interface AmbNetworkConfig {
  readonly kind: 'amb';
  /** Its id, where ledgers of the configuration have names. */
  readonly name: LedgerId;
  /** Amazon's id. */
  readonly network: string;
  readonly region: string;
  readonly endpoint: string | null;
  readonly pollSeconds: number;
}

/** The networks that the configuration names, each once. */
export function ambNetworks({ amb }: Pick<Config, 'amb'>): readonly AmbNetworkConfig[] {
  const all = amb.flatMap(({ networks, region, endpoint, pollSeconds }) =>
    networks.map(
      (network) => ({ kind: 'amb', name: `amb:${network}`, network, region, endpoint, pollSeconds }) as const,
    ),
  );
  return all.filter(({ name }, at) => all.findIndex((other) => other.name === name) === at);
}

/** A poll may take a while, and one may fail: what is older than this is told to be stale. */
export const staleAfterMs = ({ pollSeconds }: Pick<AmbNetworkConfig, 'pollSeconds'>): number =>
  (3 * pollSeconds + 30) * 1_000;
