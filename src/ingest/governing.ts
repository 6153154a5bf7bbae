import type { Known, Observer } from '../governance/mechanism.js';
import type { DecodedBlock, RawBlock } from '../model/block.js';
import type {
  BlockGovernance,
  ConsortiumState,
  GovernanceChanges,
  InvitationState,
  Mechanism,
  ProposalState,
  ProposalStatus,
  VoteState,
} from '../model/governance.js';
import type { ChannelConfig } from '../model/fabric.js';
import type { LedgerId } from '../model/ids.js';
import { grantScope } from '../model/scope.js';
import type { GovernanceKnown, StoreReads, StoreWrites } from '../store/store.js';

/** Makes the observers of one ledger; none where nothing is decided on it. */
export type ObserversOf = (ledger: LedgerId) => readonly Observer[];

const OPEN: readonly ProposalStatus[] = ['PENDING', 'ACTIVE', 'APPROVED', 'QUEUED', 'EXECUTING', 'EXECUTION_FAILED'];

/**
 * What blocks say of proposals and votes, found in their order by the mechanisms of one ledger. Remembers what its blocks changed until
 * the store has it. Invariant: it is given every block, in the order of the chain.
 */
export class Governing {
  private memory = new Memory();

  constructor(
    private readonly ledger: LedgerId,
    private readonly observers: readonly Observer[],
    private readonly store: GovernanceKnown & Pick<StoreWrites, 'seed'> & Pick<StoreReads, 'configs'>,
  ) {}

  /** Has blocks written with what they change. */
  async whole(
    blocks: readonly DecodedBlock[],
    write: (blocks: readonly DecodedBlock[]) => Promise<void>,
  ): Promise<void> {
    try {
      await write(await this.derive(blocks));
      this.memory = new Memory(this.memory.open);
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Blocks were taken back: the store is asked for everything again. */
  forget(): void {
    this.memory = new Memory();
  }

  private async derive(blocks: readonly DecodedBlock[]): Promise<readonly DecodedBlock[]> {
    if (this.observers.length === 0) return blocks;
    const derived: DecodedBlock[] = [];
    for (const block of blocks) {
      derived.push(await this.deriveOne(block));
      if (block.config !== null) [this.memory.config, this.memory.channel] = [block, block.config.config];
    }
    return derived;
  }

  private async deriveOne(block: DecodedBlock): Promise<DecodedBlock> {
    const all: BlockGovernance[] = [];
    for (const observer of this.observers) {
      const changes = await observer.observe(block, this.known(observer.mechanism));
      if (isNothing(changes)) continue;
      all.push(await this.versions(observer.mechanism, changes));
      this.memory.take(observer.mechanism, changes);
    }
    return all.length === 0 ? block : { ...block, governance: merged(all) };
  }

  private async versions(mechanism: Mechanism, changes: GovernanceChanges): Promise<BlockGovernance> {
    const known = this.known(mechanism);
    const proposals = await Promise.all(
      changes.proposals.map(async (state) => ({
        state,
        statusBefore: (await known.proposal(state.nativeId))?.status ?? null,
      })),
    );
    return { ...changes, proposals };
  }

  private known(mechanism: Mechanism): Known {
    const { memory, store, ledger } = this;
    return {
      proposal: async (nativeId) =>
        memory.proposals.get(`${mechanism}/${nativeId}`) ??
        (await store.proposalsKnown(ledger, mechanism, [nativeId]))[0] ??
        null,
      open: async () => {
        let open = memory.open.get(mechanism);
        if (open === undefined) {
          const stored = await store.proposalsOpen(ledger, mechanism);
          open = new Map(stored.map((state) => [state.nativeId, state]));
          memory.open.set(mechanism, open);
          for (const state of memory.proposals.values()) if (state.mechanism === mechanism) keepOpen(open, state);
        }
        return [...open.values()];
      },
      votes: async (proposal) => {
        const stored = await store.votesKnown(ledger, mechanism, proposal);
        const newest = new Map(stored.map((vote) => [vote.voter, vote]));
        for (const vote of memory.votes.get(`${mechanism}/${proposal}`) ?? []) newest.set(vote.voter, vote);
        return [...newest.values()];
      },
      invitation: async (nativeId) =>
        memory.invitations.get(nativeId) ?? (await store.invitationKnown(ledger, nativeId)),
      consortium: async () => memory.consortium ?? (await store.consortiumKnown(ledger)),
      config: async () => memory.config ?? (await store.seed(ledger)).config,
      channel: async () => memory.channel ?? (await store.configs(grantScope([ledger]), [ledger]))[0]?.config ?? null,
    };
  }
}

function keepOpen(open: Map<string, ProposalState>, state: ProposalState): void {
  if (OPEN.includes(state.status)) open.set(state.nativeId, state);
  else open.delete(state.nativeId);
}

class Memory {
  readonly proposals = new Map<string, ProposalState>();
  readonly votes = new Map<string, VoteState[]>();
  readonly invitations = new Map<string, InvitationState>();
  consortium: ConsortiumState | null = null;
  config: RawBlock | null = null;
  channel: ChannelConfig | null = null;

  constructor(readonly open = new Map<Mechanism, Map<string, ProposalState>>()) {}

  take(mechanism: Mechanism, changes: GovernanceChanges): void {
    const open = this.open.get(mechanism);
    for (const state of changes.proposals) {
      this.proposals.set(`${mechanism}/${state.nativeId}`, state);
      if (open !== undefined) keepOpen(open, state);
    }
    for (const vote of changes.votes) {
      const name = `${mechanism}/${vote.proposal}`;
      this.votes.set(name, [...(this.votes.get(name) ?? []), vote]);
    }
    for (const invitation of changes.invitations) this.invitations.set(invitation.nativeId, invitation);
    this.consortium = changes.consortium ?? this.consortium;
  }
}

const isNothing = ({ proposals, votes, invitations, consortium, memberships = [] }: GovernanceChanges): boolean =>
  proposals.length + votes.length + invitations.length + memberships.length === 0 && consortium === null;

const merged = (all: readonly BlockGovernance[]): BlockGovernance => ({
  proposals: all.flatMap(({ proposals }) => proposals),
  votes: all.flatMap(({ votes }) => votes),
  invitations: all.flatMap(({ invitations }) => invitations),
  memberships: all.flatMap(({ memberships = [] }) => memberships),
  consortium: all.findLast(({ consortium }) => consortium !== null)?.consortium ?? null,
});
