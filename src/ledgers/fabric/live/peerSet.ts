import { ParleyError, type ErrorCode } from '../../../errors/index.js';
import type { NodeHealth } from '../../../model/networkNode.js';
import type { FabricTimings } from '../options.js';
import type { Peer } from './peer.js';
import { asPeerProblem, FIXES, isConnectionLost, PeerProblem } from './peerProblem.js';

type Timings = Pick<FabricTimings, 'minBackoffMs' | 'maxBackoffMs'>;

/** What the ledger is called, in parley.yaml and by its peers. */
interface Names {
  readonly ledger: string;
  readonly channel: string;
}

/** Who is not known to be unwell is as good as anybody. */
const UNWELL: Readonly<Record<NodeHealth, number>> = { HEALTHY: 0, UNKNOWN: 0, LAGGING: 1, UNREACHABLE: 2 };

/** The peers of one ledger: which to ask first, and what it means when none of them serves. */
export class PeerSet {
  private health: ReadonlyMap<string, NodeHealth> = new Map();

  constructor(
    private readonly names: Names,
    readonly peers: readonly Peer[],
    private readonly timings: Timings,
  ) {}

  /**
   * By preference: those that work in their own order, those last seen unwell after the others, then those that failed, the longest
   * ago first.
   */
  inOrder(): Peer[] {
    const now = Date.now();
    const unwell = ({ address }: Peer): number => UNWELL[this.health.get(address.address) ?? 'UNKNOWN'];
    return [...this.peers].sort((a, b) => a.coolsDownMs(now) - b.coolsDownMs(now) || unwell(a) - unwell(b));
  }

  /** How the peers were last seen, by address. */
  heed(health: ReadonlyMap<string, NodeHealth>): void {
    this.health = health;
  }

  /** A peer that answers questions and yet does not deliver: others are preferred for as long as may be. */
  avoid(peer: Peer): void {
    peer.avoid(this.timings.maxBackoffMs);
  }

  /**
   * As `ask`, for a question that is answered at once where all is well: each peer that another stands behind is waited for so long
   * only, and then counts as one that does not answer.
   */
  askSoon<T>(
    signal: AbortSignal,
    patienceMs: number,
    question: (peer: Peer, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    let left = this.peers.length;
    return this.ask(signal, async (peer) => {
      if (--left === 0) return question(peer, signal);
      const patience = AbortSignal.timeout(patienceMs);
      try {
        return await question(peer, AbortSignal.any([signal, patience]));
      } catch (error) {
        if (patience.aborted) throw new PeerProblem('unavailable', `No answer in ${patienceMs} ms`);
        throw error;
      }
    });
  }

  /** The answer of the first peer that gives one. Throws the aborting reason, or what all of them together mean. */
  async ask<T>(signal: AbortSignal, question: (peer: Peer) => Promise<T>): Promise<T> {
    const problems: [Peer, PeerProblem][] = [];
    for (const peer of this.inOrder()) {
      signal.throwIfAborted();
      try {
        const answer = await question(peer);
        peer.works();
        return answer;
      } catch (error) {
        // Who did not answer while there was time has failed, or it would be asked first, and in vain, for ever.
        if (timeIsUp(signal)) peer.failed(this.timings.minBackoffMs, this.timings.maxBackoffMs);
        if (isConnectionLost(error) || (error instanceof Error && isConnectionLost(error.cause))) peer.reconnect();
        signal.throwIfAborted();
        if (error instanceof ParleyError) throw error; // An answer, though not the one hoped for.
        const problem = asPeerProblem(error);
        peer.failed(this.timings.minBackoffMs, this.timings.maxBackoffMs);
        problems.push([peer, problem]);
      }
    }
    throw this.verdict(problems);
  }

  /** What it means that no peer serves, with what each of them says. */
  private verdict(problems: readonly (readonly [Peer, PeerProblem])[]): ParleyError {
    const all = (kind: PeerProblem['kind']): boolean => problems.every(([, problem]) => problem.kind === kind);
    const [code, what, fix] = meaning(all, this.names);
    return new ParleyError(code, what, {
      source: this.names.ledger,
      details: problems.map(([peer, problem]) => ({
        peer: peer.name,
        mspId: peer.address.mspId,
        says: problem.message,
      })),
      got: problems.map(([peer, problem]) => `${peer.name}: ${problem.message}`).join('; '),
      ...(fix === null ? {} : { fix }),
    });
  }
}

const timeIsUp = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && reason instanceof DOMException && reason.name === 'TimeoutError';

type Meaning = readonly [code: ErrorCode, what: string, fix: string | null];

function meaning(all: (kind: PeerProblem['kind']) => boolean, { ledger, channel }: Names): Meaning {
  if (all('forbidden'))
    return [
      'LEDGER_REFUSED',
      `Every peer refuses to deliver channel ${channel} to this identity`,
      'Check that the organisation is a member of the channel and that the certificate is valid and not revoked.',
    ];
  if (all('expired'))
    return ['LEDGER_REFUSED', `The certificate with which ${ledger} is read has expired`, FIXES.expired];
  if (all('notFound'))
    return [
      'LEDGER_REFUSED',
      `No peer knows channel ${channel}`,
      'Check `channel` in parley.yaml, and that the peers of the connection profile have joined it.',
    ];
  if (all('lacking')) return ['LEDGER_UNAVAILABLE', `No peer of ${ledger} has the blocks asked for`, FIXES.lacking];
  if (all('mismatch')) return ['LEDGER_MISMATCH', `Every peer serves another channel than ${ledger}`, null];
  if (all('contradiction')) return ['LEDGER_CONTRADICTION', `No peer of ${ledger} gives usable blocks`, null];
  return ['LEDGER_UNAVAILABLE', `No peer of ${ledger} answers`, FIXES.unavailable];
}
