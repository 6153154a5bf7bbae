import DataLoader from 'dataloader';

export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly friends: readonly string[];
}
export interface BlockRow {
  readonly id: string;
  readonly ledger: string;
  readonly number: number;
  readonly by: string;
}

/** A small world: three members, a red and a blue ledger with blocks that name them. `red/9` and `member/ghost` are named and unknown. */
export const members: readonly MemberRow[] = [
  { id: 'member/ann', name: 'Ann', friends: ['member/bob'] },
  { id: 'member/bob', name: 'Bob', friends: ['member/ann', 'member/cyd'] },
  { id: 'member/cyd', name: 'Cyd', friends: [] },
];
export const blocks: readonly BlockRow[] = [
  ...[1, 2, 3].map((n) => ({ id: `red/${n}`, ledger: 'red', number: n, by: members[n % 3]?.id ?? '' })),
  ...[1, 2].map((n) => ({ id: `blue/${n}`, ledger: 'blue', number: n, by: 'member/ghost' })),
];

/** What the resolvers of one request share, and what the test counts. */
export class WorldContext {
  readonly batches: string[] = [];
  readonly references: string[] = [];
  readonly members = new DataLoader<string, MemberRow | null>((ids) => this.#load('members', ids, members));
  readonly blocks = new DataLoader<string, BlockRow | null>((ids) => this.#load('blocks', ids, blocks));

  async #load<Row extends { readonly id: string }>(
    name: string,
    ids: readonly string[],
    rows: readonly Row[],
  ): Promise<(Row | null)[]> {
    this.batches.push(`${name}:${[...ids].sort().join(',')}`);
    await Promise.resolve();
    return ids.map((id) => rows.find((row) => row.id === id) ?? null);
  }
}
