import { createHash } from 'node:crypto';
import type { NodeHealthState } from '../context.js';
import type { NodeHealth } from '../networkNodes.js';

const HEALTHS = ['HEALTHY', 'LAGGING', 'UNREACHABLE', 'UNKNOWN'] as const satisfies readonly NodeHealth[];
/** Tells the nodes of one network apart; a clash would cost one resumed client one change. */
const NAME_BYTES = 5;
/** What a cursor holds. Nodes beyond these are told again when a client resumes. */
const MAX_NODES = 1400;

/** The health of nodes that a client was told last, by a short name of each. */
export type ToldHealth = ReadonlyMap<string, NodeHealth>;

export const nameOf = (node: string): string =>
  createHash('sha256').update(node).digest().subarray(0, NAME_BYTES).toString('hex');

export const toldOf = (states: readonly NodeHealthState[]): ToldHealth =>
  new Map(states.map(({ node, health }) => [nameOf(node), health]));

export function packHealth(told: ToldHealth): Buffer {
  const kept = [...told].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MAX_NODES);
  return Buffer.concat(
    kept.map(([name, health]) => Buffer.concat([Buffer.from(name, 'hex'), Buffer.from([HEALTHS.indexOf(health)])])),
  );
}

export function unpackHealth(bytes: Buffer): ToldHealth {
  const told = new Map<string, NodeHealth>();
  for (let at = 0; at + NAME_BYTES < bytes.length; at += NAME_BYTES + 1) {
    const health = HEALTHS[bytes.readUInt8(at + NAME_BYTES)] ?? 'UNKNOWN';
    told.set(bytes.subarray(at, at + NAME_BYTES).toString('hex'), health);
  }
  return told;
}
