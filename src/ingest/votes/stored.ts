import type { Ledger } from '../../ledgers/ledger.js';
import type { ProposalKey } from '../../model/governance.js';
import { grantScope } from '../../model/scope.js';
import type { DerivedRow, Store, VotePlace, VoteRow } from '../../store/store.js';
import { differing, differingRows } from './compare.js';
import type { ProposalVersion, VoteVersion } from './recomputed.js';

interface Compared {
  readonly ledger: Pick<Ledger, 'id'>;
  readonly store: Store;
  readonly key: ProposalKey;
  readonly onDifference: (text: string) => void;
}
/** What the blocks say. */
export interface Said {
  readonly proposal: ProposalVersion | null;
  readonly votes: readonly VoteVersion[];
  /** Rows by the number of the block that makes them. */
  readonly rows: ReadonlyMap<number, readonly DerivedRow[]>;
  /** The last block that was read; what the store has of later ones is not compared. */
  readonly last: number;
}

const PAGE = 500;

/** What the store tells of a proposal and its votes, in its answers and in its rows, against what the blocks say. */
export async function compareStored(compared: Compared, said: Said): Promise<void> {
  await compareProposal(compared, said);
  await compareVotes(compared, said);
  await compareRows(compared, said);
}

async function compareProposal({ ledger, store, key, onDifference }: Compared, said: Said): Promise<void> {
  const [row] = await store.proposalsByKey(grantScope([ledger.id]), [key]);
  const { proposal } = said;
  if (row != null && row.block.number > said.last) return;
  if (row == null && proposal !== null) onDifference('proposal: the store has none, the blocks do');
  if (row != null && proposal === null) onDifference('proposal: the store has one that no block made');
  if (row == null || proposal === null) return;
  const told = { block: row.block, statusBefore: row.statusBefore };
  const wanted = { block: proposal.block, statusBefore: proposal.statusBefore };
  differing('proposal', row.state, proposal.state).forEach(onDifference);
  differing('proposal', told, wanted).forEach(onDifference);
}

async function compareVotes(compared: Compared, { votes, last }: Said): Promise<void> {
  const { onDifference } = compared;
  const name = (number: number, ordinal: number): string => `${number}.${ordinal}`;
  const wanted = new Map(votes.map((vote) => [name(vote.block.number, vote.ordinal), vote]));
  const newest = new Map(votes.map((vote) => [vote.state.voter, vote]));
  for await (const row of storedVotes(compared)) {
    const key = name(row.block.number, row.ordinal);
    const vote = wanted.get(key);
    wanted.delete(key);
    if (vote === undefined) {
      const where = `vote of ${row.state.voter} in block ${row.block.number}`;
      if (row.block.number <= last) onDifference(`${where}: the store has it, no block does`);
      continue;
    }
    const counts = newest.get(vote.state.voter) === vote;
    const told = { ...row.state, block: row.block.hash, superseded: row.supersededBy !== null };
    const meant = { ...vote.state, block: vote.block.hash, superseded: !counts };
    differing(`vote of ${vote.state.voter} in block ${vote.block.number}`, told, meant).forEach(onDifference);
  }
  for (const { state, block } of wanted.values())
    onDifference(`vote of ${state.voter} in block ${block.number}: the blocks have it, the store does not`);
}

async function* storedVotes({ ledger, store, key }: Compared): AsyncGenerator<VoteRow> {
  let after: VotePlace | null = null;
  for (;;) {
    const [page] = await store.votesOfProposals(grantScope([ledger.id]), [key], { limit: PAGE, after });
    const rows: readonly VoteRow[] = page?.rows ?? [];
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined || page?.hasMore !== true) return;
    after = { ledger: ledger.id, number: end.block.number, ordinal: end.ordinal };
  }
}

async function compareRows({ ledger, store, onDifference }: Compared, { rows, proposal }: Said): Promise<void> {
  for (const [number, expected] of rows) {
    const held = await store.storedGovernance(ledger.id, number, number);
    const isRead = ({ table, block }: DerivedRow): boolean => table === 'vote' || block === proposal?.block.number;
    differingRows(held, expected, isRead).forEach(onDifference);
  }
}
