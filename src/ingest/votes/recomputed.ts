import type { BlockRef, DecodedBlock, RawBlock } from '../../model/block.js';
import type {
  BlockGovernance,
  ConsortiumState,
  InvitationState,
  Mechanism,
  ProposalState,
  ProposalStatus,
  VoteState,
} from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type { Scope } from '../../model/scope.js';
import type { ConfigRow, GovernanceKnown, TipSeed } from '../../store/store.js';

export interface ProposalVersion {
  readonly state: ProposalState;
  readonly statusBefore: ProposalStatus | null;
  readonly block: BlockRef;
}
export interface VoteVersion {
  readonly state: VoteState;
  readonly block: BlockRef;
  readonly ordinal: number;
}

const OPEN: readonly ProposalStatus[] = ['PENDING', 'ACTIVE', 'APPROVED', 'QUEUED', 'EXECUTING', 'EXECUTION_FAILED'];
const MAX_OPEN = 10_000;

/** What blocks said of proposals and votes, kept in memory alone: what the store answers to observers, without the store. */
export class Recomputed implements GovernanceKnown {
  private readonly byName = new Map<string, ProposalVersion>();
  private readonly cast = new Map<string, VoteVersion[]>();
  private readonly invitations = new Map<string, InvitationState>();
  private consortium: ConsortiumState | null = null;
  private config: { readonly raw: RawBlock; readonly row: ConfigRow } | null = null;

  take(blocks: readonly DecodedBlock[]): void {
    for (const block of blocks) this.takeOne(block);
  }

  proposal(mechanism: Mechanism, nativeId: string): ProposalVersion | null {
    return this.byName.get(`${mechanism}/${nativeId}`) ?? null;
  }

  /** All of them, the oldest first. */
  votes(mechanism: Mechanism, proposal: string): readonly VoteVersion[] {
    return this.cast.get(`${mechanism}/${proposal}`) ?? [];
  }

  /** The raw block that set the configuration in force. */
  inForce(): RawBlock | null {
    return this.config?.raw ?? null;
  }

  proposalsKnown(_: LedgerId, mechanism: Mechanism, ids: readonly string[]): Promise<readonly ProposalState[]> {
    return Promise.resolve(ids.flatMap((id) => this.proposal(mechanism, id)?.state ?? []));
  }

  proposalsOpen(_: LedgerId, mechanism: Mechanism): Promise<readonly ProposalState[]> {
    const open = [...this.byName.values()]
      .map(({ state }) => state)
      .filter((state) => state.mechanism === mechanism && OPEN.includes(state.status));
    return Promise.resolve(open.sort((a, b) => a.createdMs - b.createdMs).slice(0, MAX_OPEN));
  }

  votesKnown(_: LedgerId, mechanism: Mechanism, proposal: string): Promise<readonly VoteState[]> {
    const newest = new Map(this.votes(mechanism, proposal).map(({ state }) => [state.voter, state]));
    return Promise.resolve([...newest.values()]);
  }

  invitationKnown(_: LedgerId, nativeId: string): Promise<InvitationState | null> {
    return Promise.resolve(this.invitations.get(nativeId) ?? null);
  }

  consortiumKnown(): Promise<ConsortiumState | null> {
    return Promise.resolve(this.consortium);
  }

  seed(): Promise<TipSeed> {
    return Promise.resolve({ tip: null, config: this.inForce() });
  }

  configs(_: Scope, ledgers: readonly LedgerId[]): Promise<readonly (ConfigRow | null)[]> {
    return Promise.resolve(ledgers.map(() => this.config?.row ?? null));
  }

  private takeOne(block: DecodedBlock): void {
    const { number, hash, ledger, timestampMs, governance } = block;
    if (governance !== undefined) this.takeGovernance(governance, { number, hash });
    if (block.config === null) return;
    this.config = { raw: block, row: { ...block.config, ledger, block: { number, hash }, timestampMs } };
  }

  private takeGovernance({ proposals, votes, invitations, consortium }: BlockGovernance, block: BlockRef): void {
    for (const version of proposals) {
      const { mechanism, nativeId } = version.state;
      this.byName.set(`${mechanism}/${nativeId}`, { ...version, block });
    }
    for (const [ordinal, state] of votes.entries()) {
      const name = `${state.mechanism}/${state.proposal}`;
      this.cast.set(name, [...(this.cast.get(name) ?? []), { state, block, ordinal }]);
    }
    for (const state of invitations) this.invitations.set(state.nativeId, state);
    this.consortium = consortium ?? this.consortium;
  }
}
