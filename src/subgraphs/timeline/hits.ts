export type SearchType =
  'NETWORK' | 'MEMBER' | 'LEDGER' | 'BLOCK' | 'TRANSACTION' | 'ACCOUNT' | 'CHAINCODE' | 'PROPOSAL';

/** Lower ranks come first: an id, a name or hash that is the text, one that begins with it, one that has it inside. */
export const RANK = { id: 0, exact: 1, prefix: 2, inside: 3 } as const;

export interface Hit {
  readonly type: SearchType;
  readonly id: string;
  readonly rank: number;
  readonly make: () => object;
}

/** How well a text fits names: the best rank of any; null where it fits none. */
export function rankOf(text: string, names: readonly string[]): number | null {
  const wanted = text.toLowerCase();
  const ranks = names.map((name) => {
    const given = name.toLowerCase();
    if (given === wanted) return RANK.exact;
    if (given.startsWith(wanted)) return RANK.prefix;
    return given.includes(wanted) ? RANK.inside : null;
  });
  const fitting = ranks.filter((rank) => rank !== null);
  return fitting.length === 0 ? null : Math.min(...fitting);
}

/** Best first, each thing once; hits of one rank stay in the order found. */
export function ranked(hits: readonly Hit[]): readonly Hit[] {
  const best = new Map<string, Hit>();
  for (const hit of hits.toSorted((a, b) => a.rank - b.rank)) if (!best.has(hit.id)) best.set(hit.id, hit);
  return [...best.values()];
}
