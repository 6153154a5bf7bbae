import type { peer } from '@hyperledger/fabric-protos';
import type { Layout } from '../../policy/layouts.js';
import type { NodeError } from '../grpc.js';
import type { PeerNode } from '../node.js';
import { attempt, nodeError } from './endorsement.js';

export interface Endorsed {
  /** The same bytes from every endorser. */
  readonly payload: Uint8Array;
  readonly endorsements: readonly peer.Endorsement[];
}

/** Collects endorsements layout by layout until one layout is whole. Every peer is asked at most once. */
export class EndorsementPlan {
  readonly errors: NodeError[] = [];
  readonly #endorsements = new Map<string, peer.Endorsement>();
  readonly #asked = new Set<string>();
  #payload: Uint8Array | null = null;

  constructor(
    private readonly layouts: readonly Layout[],
    private readonly peers: readonly PeerNode[],
    private readonly local: PeerNode,
  ) {}

  /** Notes an endorsement that was collected before the plan was made, or by it. */
  note(node: PeerNode, response: peer.ProposalResponse): void {
    this.#asked.add(node.mspId);
    const payload = response.getPayload_asU8();
    const endorsement = response.getEndorsement();
    this.#payload ??= payload;
    if (Buffer.compare(this.#payload, payload) !== 0) {
      this.errors.push(nodeError(node, 'ProposalResponsePayloads do not match'));
    } else if (endorsement !== undefined) {
      this.#endorsements.set(node.mspId, endorsement);
    }
  }

  /** Null where no layout could be met; `errors` says why. */
  async collect(proposal: peer.SignedProposal): Promise<Endorsed | null> {
    for (const layout of this.layouts) {
      const missing = layout.filter((mspId) => !this.#endorsements.has(mspId));
      if (missing.some((mspId) => this.#asked.has(mspId))) continue;
      await Promise.all(missing.map((mspId) => this.#ask(mspId, proposal)));
      const endorsed = this.#complete(layout);
      if (endorsed !== null) return endorsed;
    }
    return null;
  }

  #complete(layout: Layout): Endorsed | null {
    const endorsements = layout.flatMap((mspId) => this.#endorsements.get(mspId) ?? []);
    if (endorsements.length < layout.length || this.#payload === null) return null;
    return { payload: this.#payload, endorsements };
  }

  async #ask(mspId: string, proposal: peer.SignedProposal): Promise<void> {
    this.#asked.add(mspId);
    const node = this.peers.find((candidate) => candidate.mspId === mspId);
    if (node === undefined) return;
    const result = await attempt(node, proposal, this.local);
    if (result.type === 'endorsed') this.note(node, result.response);
    else this.errors.push(nodeError(node, result.message));
  }
}
