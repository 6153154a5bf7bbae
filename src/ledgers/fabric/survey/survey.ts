import type { ParleyError } from '../../../errors/index.js';
import { inParallel } from '../../../lib/inParallel.js';
import type { RawBlock } from '../../../model/block.js';
import type { ChannelConfig } from '../../../model/fabric.js';
import type { LedgerId } from '../../../model/ids.js';
import type { EndpointReport } from '../../ledger.js';
import type { ConfigReader } from '../config/governing.js';
import { ChannelReader } from '../live/channelReader.js';
import { Peer } from '../live/peer.js';
import { isServiceError, PeerProblem } from '../live/peerProblem.js';
import type { PeerSet } from '../live/peerSet.js';
import type { ClientSigner } from '../live/signer.js';
import type { FabricTimings } from '../options.js';
import { openBlock } from '../wire/block.js';
import { discoverPeers, type DiscoveredPeer } from './discovery.js';
import { knownNodes, type KnownNode } from './knownNodes.js';
import { probe, type Sounding, type Target } from './probe.js';
import { RemovalWatch } from './removal.js';

/** Nodes probed at once. */
const CONCURRENT = 16;
/** How often gossip is asked who is there, and how long reading what nodes know may take. */
const DISCOVER_EVERY_MS = 30_000;
const LEARN_MS = 3_000;

export interface SurveyParts {
  readonly id: LedgerId;
  readonly name: string;
  readonly channel: string;
  readonly signer: ClientSigner;
  readonly peers: PeerSet;
  readonly reader: ChannelReader;
  readonly configs: ConfigReader;
  readonly timings: FabricTimings;
}

/**
 * Probes every node of a channel: the profile's peers, and what the channel's configuration and the discovery service name. What a
 * network knows of itself is learnt from the profile's highest peer, anew where the configuration changed.
 */
export class Survey {
  private config: { readonly block: number; readonly config: ChannelConfig } | null = null;
  private discovered: readonly DiscoveredPeer[] = [];
  private discoveredAtMs = -Infinity;
  private others = new Map<string, Target>();
  private unprobed: readonly EndpointReport[] = [];
  private running: Promise<readonly EndpointReport[]> | null = null;
  private readonly removals: RemovalWatch;
  private readonly ordererReader: ChannelReader;

  constructor(private readonly parts: SurveyParts) {
    const { name, channel, signer, timings } = parts;
    this.removals = new RemovalWatch(name, signer.mspId, timings.idleProbesToAgree);
    this.ordererReader = new ChannelReader(channel, signer, timings.answerTimeoutMs, 'orderer');
  }

  get removal(): ParleyError | null {
    return this.removals.removal;
  }

  /** One report of each node. Who asks while a round is under way gets what it finds. `closing` ends the round itself. */
  round(closing: AbortSignal): Promise<readonly EndpointReport[]> {
    this.running ??= this.probeAll(closing).finally(() => (this.running = null));
    return this.running;
  }

  close(): void {
    for (const { node } of this.others.values()) node.close();
    this.others = new Map();
  }

  private async probeAll(signal: AbortSignal): Promise<readonly EndpointReport[]> {
    const own = await this.probeEach(this.profileTargets(), signal);
    await this.learn(own, signal);
    const others = await this.probeEach([...this.others.values()], signal);
    const reports = [...own, ...others].map(({ report }) => report);
    this.removals.note(reports, this.config?.config ?? null);
    return [...reports, ...this.unprobed];
  }

  private probeEach(targets: readonly Target[], signal: AbortSignal): Promise<Sounding[]> {
    return inParallel(targets, CONCURRENT, (target) => probe(target, this.parts.id, signal));
  }

  private profileTargets(): Target[] {
    const { peers, reader } = this.parts;
    const anchors = this.config?.config.organizations ?? [];
    const operatorOf = (address: string): string | null =>
      anchors.find((org) => org.anchorPeers.some(({ host, port }) => `${host}:${port}` === address))?.mspId ?? null;
    return peers.peers.map((node) => ({
      ...({ role: 'PEER', isFound: false, node, reader } as const),
      operator: node.address.mspId ?? operatorOf(node.address.address),
    }));
  }

  /** Reads the configuration in force and asks gossip, where that is due. What cannot be learnt now is learnt in a later round. */
  private async learn(own: readonly Sounding[], closing: AbortSignal): Promise<void> {
    const answering = own.filter(({ report }) => report.height !== null);
    const best = answering.reduce<Sounding | null>(
      (a, b) => (a !== null && (a.report.height ?? -1) >= (b.report.height ?? -1) ? a : b),
      null,
    );
    if (best === null) return;
    const signal = AbortSignal.any([closing, AbortSignal.timeout(LEARN_MS)]);
    await Promise.all([this.learnConfig(best, signal), this.learnPeers(best, signal)]);
    closing.throwIfAborted();
    this.retarget();
  }

  private async learnConfig({ target, lastConfigBlock }: Sounding, signal: AbortSignal): Promise<void> {
    if (lastConfigBlock === null || lastConfigBlock <= (this.config?.block ?? -1)) return;
    try {
      const block = await target.reader.block(target.node, lastConfigBlock, signal);
      const config = block === null ? null : this.configOf(block);
      if (config === null) return; // A peer that joined from a later snapshot.
      this.config = { block: lastConfigBlock, config };
      this.discoveredAtMs = -Infinity;
    } catch (error) {
      // The next round reads it again; what was known goes on being probed.
      if (!isNodes(error, signal)) throw error;
    }
  }

  private configOf({ bytes }: RawBlock): ChannelConfig | null {
    const { envelopes, metadata, timestampMs } = openBlock(bytes);
    const body = envelopes[0]?.body;
    if (body?.kind !== 'config') return null;
    return this.parts.configs.read(body.envelope, metadata.raftConsenterIds, timestampMs).config;
  }

  private async learnPeers({ target }: Sounding, signal: AbortSignal): Promise<void> {
    if (Date.now() - this.discoveredAtMs < DISCOVER_EVERY_MS) return;
    this.discoveredAtMs = Date.now();
    try {
      const found = await discoverPeers(target.node, this.parts.channel, this.parts.signer, signal);
      this.discovered = this.remembered(found);
    } catch (error) {
      // A peer may have no discovery service: the profile and the configuration tell what there is.
      if (!isNodes(error, signal)) throw error;
    }
  }

  /** Gossip forgets a peer that is down, which is when its health is of interest: it is kept while its organisation is a member. */
  private remembered(found: readonly DiscoveredPeer[]): readonly DiscoveredPeer[] {
    const members = new Set(this.config?.config.organizations.map(({ mspId }) => mspId));
    const all = [...found, ...this.discovered.filter(({ mspId }) => members.has(mspId))];
    return [...new Map(all.map((peer) => [peer.endpoint, peer])).values()];
  }

  private retarget(): void {
    const profile = this.parts.peers.peers.map(({ address }) => address);
    const nodes = knownNodes(this.config?.config ?? null, this.discovered, profile);
    const targets = new Map(nodes.filter(isTrusted).map((node) => [keyOf(node), node]));
    for (const [key, { node }] of this.others) if (!targets.has(key)) node.close();
    this.others = new Map([...targets].map(([key, node]) => [key, this.others.get(key) ?? this.target(node)]));
    this.unprobed = nodes.filter((node) => !isTrusted(node)).map(unprobed);
  }

  private target({ role, address, mspId, tlsRootsPem }: KnownNode): Target {
    const node = new Peer({ name: address, address, mspId, tlsRootsPem, tlsName: null });
    return {
      role,
      operator: mspId,
      isFound: true,
      node,
      reader: role === 'PEER' ? this.parts.reader : this.ordererReader,
    };
  }
}

/** Whether it is the node that failed, or its time was up: anything else is not passed over. */
const isNodes = (error: unknown, signal: AbortSignal): boolean =>
  error instanceof PeerProblem || isServiceError(error) || signal.aborted;

const isTrusted = ({ tlsRootsPem }: KnownNode): boolean => tlsRootsPem !== '';
const keyOf = (node: KnownNode): string => JSON.stringify(node);

const unprobed = ({ role, address, mspId }: KnownNode): EndpointReport => ({
  ...{ endpoint: address, role, operator: mspId, version: null, height: null },
  problem: `It is not asked: Parley knows no TLS authority of ${mspId ?? 'whoever runs it'}. Fix: give it with its \`tlsCACerts\` in the connection profile, or have its organisation put its TLS authority into the channel’s MSP.`,
  standing: 'UNPROBED',
  found: true,
});
