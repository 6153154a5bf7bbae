import { ParleyError } from '../../../errors/index.js';
import type { LedgerHead } from '../../ledger.js';
import type { ChannelReader } from './channelReader.js';
import type { Peer } from './peer.js';
import { asPeerProblem, PeerProblem } from './peerProblem.js';
import type { PeerSet } from './peerSet.js';

export interface ProbeParts {
  readonly ledger: string;
  readonly mspId: string;
  readonly reader: ChannelReader;
  readonly peers: PeerSet;
  /** As many probes in a row must agree before silence means anything. */
  readonly probesToAgree: number;
}

/**
 * Looks into a stream's silence. A quiet channel and a lost one look the same from one peer: an organisation that was removed never
 * receives the block that removes it, and its own peer goes on answering at the height before, while peers of the organisations
 * that stay refuse it. So others are asked too, and have to say the same several times while nothing arrives.
 */
export class IdleProbe {
  private refusals = 0;
  private behind = 0;

  constructor(
    private readonly parts: ProbeParts,
    private readonly peer: Peer,
  ) {}

  /** Something arrived: whatever was suspected was wrong. */
  reset(): void {
    this.refusals = 0;
    this.behind = 0;
  }

  /**
   * The peer's head, where its silence is in order. Throws `PeerProblem` where another peer should be followed instead, and
   * `LEDGER_REFUSED` where the organisation is no longer a member.
   */
  async probe(nextBlock: number, signal: AbortSignal): Promise<LedgerHead> {
    const head = await this.parts.reader.head(this.peer, signal);
    if (head.number >= nextBlock)
      this.suspectLag(`has block ${head.number}, and delivers nothing after ${nextBlock - 1}`);
    const others = await this.askOthers(signal);
    const ahead = others.find((answer) => typeof answer === 'number' && answer > head.number);
    if (ahead !== undefined) this.suspectLag(`stands at ${head.number} while another peer stands at ${String(ahead)}`);
    else if (head.number < nextBlock) this.behind = 0;
    this.suspectRemoval(others, head);
    return head;
  }

  private suspectLag(how: string): void {
    if (++this.behind >= this.parts.probesToAgree) throw new PeerProblem('unavailable', `The peer ${how}`);
  }

  private suspectRemoval(others: readonly (number | PeerProblem)[], head: LedgerHead): void {
    const told = others.filter((answer) => typeof answer === 'number' || answer.kind !== 'unavailable');
    const refused = told.filter((answer) => typeof answer !== 'number' && answer.kind === 'forbidden');
    if (refused.length === 0 || refused.length < told.length) this.refusals = 0;
    else if (++this.refusals >= this.parts.probesToAgree)
      throw removed(this.parts.ledger, this.parts.mspId, head.number);
  }

  /** The heights, or problems, of the peers of other organisations. */
  private askOthers(signal: AbortSignal): Promise<(number | PeerProblem)[]> {
    const others = this.parts.peers.peers.filter(
      (peer) => peer !== this.peer && peer.address.mspId !== this.parts.mspId,
    );
    return Promise.all(
      others.map(async (peer) => {
        try {
          return (await this.parts.reader.head(peer, signal)).number;
        } catch (error) {
          return asPeerProblem(error);
        }
      }),
    );
  }
}

/** Endpoints that an error names. */
const MAX_NAMED = 5;

/** What is said where peers that used to serve refuse: the view of this organisation ends here. */
export function removed(
  ledger: string,
  mspId: string,
  lastBlock: number,
  refusing: readonly string[] = [],
): ParleyError {
  const from = refusing.length === 0 ? '' : ` from ${refusing.slice(0, MAX_NAMED).join(', ')}`;
  return new ParleyError(
    'LEDGER_REFUSED',
    `Peers of ${ledger} no longer deliver to ${mspId} after block ${lastBlock}`,
    {
      source: ledger,
      got: `status 403 FORBIDDEN${from} where blocks were delivered before`,
      expected: `${mspId} to be a member of the channel`,
      fix: 'The organisation was removed from the channel, or its certificate was revoked or has expired. Read the channel as a member that stays, or remove the ledger from parley.yaml.',
    },
  );
}
