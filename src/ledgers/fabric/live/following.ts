import type { RawBlock } from '../../../model/block.js';
import type { LedgerId } from '../../../model/ids.js';
import { ParleyError } from '../../../errors/index.js';
import { pause } from '../../../lib/pause.js';
import type { LedgerHead, LedgerItem } from '../../ledger.js';
import type { FabricTimings } from '../options.js';
import { headOf, type ChannelReader } from './channelReader.js';
import { IdleProbe, removed } from './idleProbe.js';
import type { Peer } from './peer.js';
import { asPeerProblem, PeerProblem } from './peerProblem.js';
import type { PeerSet } from './peerSet.js';
import { readAhead } from './readAhead.js';
import { IDLE, orIdle } from './wait.js';

export interface FollowParts {
  readonly id: LedgerId;
  readonly name: string;
  readonly mspId: string;
  readonly reader: ChannelReader;
  readonly peers: PeerSet;
  readonly timings: FabricTimings;
  readonly prepare: (block: RawBlock) => Promise<void>;
}

/** Follows a channel from one peer after another, for as long as it is wanted. */
export class Following {
  private next: number;
  private attempts = 0;

  constructor(
    private readonly parts: FollowParts,
    from: number,
    private readonly signal: AbortSignal,
  ) {
    this.next = from;
  }

  async *items(): AsyncGenerator<LedgerItem> {
    while (!this.signal.aborted) {
      try {
        yield* this.session();
      } catch (error) {
        if (this.signal.aborted) return;
        if (error instanceof ParleyError && !error.retryable) throw error;
        await this.backOff();
      }
    }
  }

  /** Follows the first peer that serves until it no longer does. */
  private async *session(): AsyncGenerator<LedgerItem> {
    const { reader, peers, id } = this.parts;
    const { peer, head } = await peers.ask(this.signal, async (candidate) => {
      await reader.check(candidate, id, this.signal);
      const found = await reader.head(candidate, this.signal);
      // A peer refuses to wait for a block beyond its next one.
      if (found.number + 1 < this.next) throw behind(found, this.next);
      return { peer: candidate, head: found };
    });
    yield { kind: 'head', head };
    try {
      yield* this.follow(peer, head);
    } catch (error) {
      if (error instanceof ParleyError || this.signal.aborted) throw error;
      const problem = asPeerProblem(error);
      peers.avoid(peer);
      // It has just answered: a member whose stream is refused has stopped being one.
      if (problem.kind === 'forbidden') throw removed(this.parts.name, this.parts.mspId, this.next - 1);
      throw problem;
    }
  }

  private async *follow(peer: Peer, first: LedgerHead): AsyncGenerator<LedgerItem> {
    const { reader, timings, prepare } = this.parts;
    const probe = new IdleProbe(
      { ...this.parts, ledger: this.parts.name, probesToAgree: timings.idleProbesToAgree },
      peer,
    );
    const left = new AbortController();
    const signal = AbortSignal.any([this.signal, left.signal]);
    const blocks = readAhead((inner) => reader.onwards(peer, this.next, inner), prepare, signal);
    let highest = first.number;
    try {
      for (;;) {
        const pending = blocks.next();
        let arrived = await orIdle(pending, timings.idleProbeMs);
        while (arrived === IDLE) {
          const head = await probe.probe(this.next, this.signal);
          highest = Math.max(highest, head.number);
          yield { kind: 'head', head };
          arrived = await orIdle(pending, timings.idleProbeMs);
        }
        if (arrived.done === true) throw new PeerProblem('unavailable', 'The peer ended the stream');
        probe.reset();
        if (arrived.value.number > highest) yield { kind: 'head', head: headOf(arrived.value) };
        highest = Math.max(highest, arrived.value.number);
        yield this.block(arrived.value);
      }
    } finally {
      // First the stream: a generator that still waits for it would not return.
      left.abort();
      await blocks.return(undefined);
    }
  }

  private block(block: RawBlock): LedgerItem {
    this.next = block.number + 1;
    this.attempts = 0;
    return { kind: 'block', block };
  }

  private async backOff(): Promise<void> {
    const { minBackoffMs, maxBackoffMs } = this.parts.timings;
    const ms = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(this.attempts++, 16));
    await pause(ms, this.signal);
  }
}

const behind = (head: LedgerHead, next: number): PeerProblem =>
  new PeerProblem('unavailable', `The peer stands at block ${head.number}, before block ${next} is to come`);
