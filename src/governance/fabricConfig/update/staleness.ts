import type { ConfigInForce } from '../inForce.js';
import { elementsOf, type Element } from './elements.js';
import { openUpdate } from './openUpdate.js';

/** An element that is at another version than an update was made for. `current`: null where it is gone. */
export interface StaleElement {
  readonly path: string;
  readonly kind: Element['kind'];
  /** The version that the update needs there; null where it needs the element not to be. */
  readonly needed: number | null;
  readonly current: number | null;
}

/**
 * What of the configuration in force is not as the update needs it; empty where it still applies. One such element makes the orderer
 * refuse the update, and every signature on it worthless.
 */
export function staleElements(config: ConfigInForce, update: Uint8Array): StaleElement[] {
  const { readSet, delta } = openUpdate(update);
  const current = elementsOf(config.group);
  const versionOf = (key: string): number | null => current.get(key)?.message.getVersion() ?? null;
  const needed = new Map<string, number | null>([...readSet].map(([key, { message }]) => [key, message.getVersion()]));
  for (const [key, { message }] of delta) {
    const version = message.getVersion();
    if (!needed.has(key)) needed.set(key, version === 0 ? null : version - 1);
  }
  const elements = new Map([...readSet, ...delta]);
  return [...needed]
    .filter(([key, version]) => versionOf(key) !== version)
    .flatMap(([key, version]) => {
      const element = elements.get(key);
      const { path, kind } = element ?? { path: key, kind: 'GROUP' as const };
      return [{ path, kind, needed: version, current: versionOf(key) }];
    });
}

/** Whether the orderer would refuse the update as made for another configuration. */
export const isStale = (config: ConfigInForce, update: Uint8Array): boolean => staleElements(config, update).length > 0;
