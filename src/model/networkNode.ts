import { formatId } from './ids.js';

export type NodeRole = 'PEER' | 'ORDERER' | 'CHAIN_NODE';
export type NodeHealth = 'HEALTHY' | 'LAGGING' | 'UNREACHABLE' | 'UNKNOWN';

/** What tells a node from all others. */
export interface NodeName {
  readonly role: NodeRole;
  readonly endpoint: string;
  /** Native id of the party that runs it; null where unknown. */
  readonly operator: string | null;
}

/** Blocks behind the best head known, beyond which a node is said to lag: more than a block in flight between nodes. */
export const LAGGING_BLOCKS = 5;

const ROLE_IN_ID = { PEER: 'peer', ORDERER: 'orderer', CHAIN_NODE: 'chain' } as const;
const WORST_FIRST: readonly NodeHealth[] = ['UNREACHABLE', 'LAGGING', 'HEALTHY'];

/** `host:port` where the endpoint has both, so that `grpcs://peer:7051` and `peer:7051` are one node. */
export const nodeAddress = (endpoint: string): string => endpoint.replace(/^grpcs?:\/\//, '').replace(/\/$/, '');

/** The node's global id. The operator is part of it: organisations that do not know of each other may use one name. */
export function nodeId({ role, endpoint, operator }: NodeName): string {
  const parts = [ROLE_IN_ID[role], ...(operator === null ? [] : [operator]), nodeAddress(endpoint)];
  return formatId({ type: 'NetworkNode', key: parts.join('/') });
}

/** What one probe of an endpoint found. */
export interface Probed {
  readonly height: number | null;
  readonly problem: string | null;
  readonly standing?: 'REFUSES' | 'UNPROBED';
}

/** What one probe alone says of a node's health, `behind` blocks behind the head that others told. */
export function probedHealth(
  { height, problem, standing }: Probed,
  behind: number,
  bound = LAGGING_BLOCKS,
): NodeHealth {
  if (standing === 'UNPROBED') return 'UNKNOWN';
  if (standing === 'REFUSES') return 'HEALTHY';
  if (problem !== null || height === null) return 'UNREACHABLE';
  return behind > bound ? 'LAGGING' : 'HEALTHY';
}

/** The worst that is known; `UNKNOWN` where nothing is. */
export const worstHealth = (all: readonly NodeHealth[]): NodeHealth =>
  WORST_FIRST.find((health) => all.includes(health)) ?? 'UNKNOWN';
