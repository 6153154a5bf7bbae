import type { Known, Observer } from '../../governance/mechanism.js';
import type { DecodedBlock } from '../../model/block.js';
import type { ChannelConfig } from '../../model/fabric.js';
import { NO_GOVERNANCE, type ConsortiumState, type StandingChange } from '../../model/governance.js';

/**
 * Who is on the way into a channel, found again from all blocks up to each: of what a consortium says, this alone stands among a block's
 * own rows. Invariant: it is given every block, in the order of the chain.
 */
export class Comings {
  private readonly observers: readonly Observer[];
  private consortium: ConsortiumState | null = null;
  private channel: ChannelConfig | null = null;
  private readonly known: Known = {
    proposal: () => Promise.resolve(null),
    open: () => Promise.resolve([]),
    votes: () => Promise.resolve([]),
    invitation: () => Promise.resolve(null),
    consortium: () => Promise.resolve(this.consortium),
    config: () => Promise.resolve(null),
    channel: () => Promise.resolve(this.channel),
  };

  constructor(observers: readonly Observer[]) {
    this.observers = observers.filter(({ mechanism }) => mechanism === 'CONSORTIUM');
  }

  /** The block with them. */
  async take(block: DecodedBlock): Promise<DecodedBlock> {
    const memberships: StandingChange[] = [];
    for (const observer of this.observers) {
      const said = await observer.observe(block, this.known);
      memberships.push(...(said.memberships ?? []));
      this.consortium = said.consortium ?? this.consortium;
    }
    this.channel = block.config?.config ?? this.channel;
    return memberships.length === 0
      ? block
      : { ...block, governance: { ...NO_GOVERNANCE, proposals: [], memberships } };
  }
}
