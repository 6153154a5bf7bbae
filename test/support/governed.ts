import { Governing } from '../../src/ingest/governing.js';
import type { Observer } from '../../src/governance/mechanism.js';
import type { DecodedBlock } from '../../src/model/block.js';
import type { ProposalState, VoteState } from '../../src/model/governance.js';
import type { LedgerId } from '../../src/model/ids.js';
import { grantScope } from '../../src/model/scope.js';
import type { ProposalRow, VoteRow } from '../../src/store/store.js';
import { workbench } from './indexing.js';

export interface Governed {
  readonly proposals: readonly ProposalRow[];
  readonly states: readonly ProposalState[];
  /** `<native id of the proposal> <voter>`, the oldest first. */
  readonly votes: readonly (VoteState & { readonly at: number })[];
  /** `<block> <native id> <status>` for every version. */
  readonly versions: readonly string[];
  /** `<block> <native id> <change> <status after it>`. */
  readonly standings: readonly string[];
}

/** What an index holds of proposals and votes once these blocks are in it, some at a time. */
export async function governed(
  ledger: LedgerId,
  blocks: readonly DecodedBlock[],
  observers: readonly Observer[],
  aTime = 3,
): Promise<Governed> {
  const bench = await workbench();
  try {
    const { store } = bench;
    await store.declare({
      id: ledger,
      kind: ledger.startsWith('fabric:') ? 'fabric' : 'ethereum',
      name: 'x',
      startBlock: 0,
    });
    const governing = new Governing(ledger, observers, store);
    for (let at = 0; at < blocks.length; at += aTime)
      await governing.whole(blocks.slice(at, at + aTime), (derived) => store.append(derived, null));
    const scope = grantScope([ledger]);
    const order = { field: 'CREATED', direction: 'ASC' } as const;
    const page = { limit: 1_000, towards: 'forward', after: null, before: null, order } as const;
    const { rows } = await store.proposals(scope, { nowMs: 0 }, page);
    const versions = await store.proposalVersions(scope, ledger, {}, null, 10_000);
    const changes = await store.membershipChanges(scope, ledger, {}, null, 10_000);
    const votes = await store.voteVersions(scope, ledger, {}, null, 10_000);
    return {
      proposals: rows.map((row) => ({ ...row, state: row.state })),
      states: rows.map(({ state }) => state),
      votes: votes.rows.map(({ state, block }: VoteRow) => ({ ...state, at: block.number })),
      versions: versions.rows.map(
        ({ block, state }) => `${block.number} ${state.nativeId.slice(0, 20)} ${state.status}`,
      ),
      standings: changes.rows.map(
        ({ block, change, standing }) => `${block.number} ${standing.nativeId} ${change} ${standing.status}`,
      ),
    };
  } finally {
    await bench.close();
  }
}
