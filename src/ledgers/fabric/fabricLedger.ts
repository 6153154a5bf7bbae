import { ParleyError } from '../../errors/index.js';
import type { BlockRef, RawBlock } from '../../model/block.js';
import type { LedgerId } from '../../model/ids.js';
import type { NodeHealth } from '../../model/networkNode.js';
import type {
  BlockDecoder,
  DecoderSeed,
  EndorsedTransaction,
  EndpointReport,
  EvaluateRequest,
  FabricCaller,
  FabricCreator,
  FabricLedger,
  FabricTransactionFacts,
  LedgerHead,
  LedgerItem,
  ToSign,
} from '../ledger.js';
import { ConfigReader } from './config/governing.js';
import { FabricBlockDecoder } from './decoding/blockDecoder.js';
import { BlockOpener } from './decoding/opened.js';
import { Identities } from './identities/identity.js';
import { MspReader } from './identities/membership.js';
import { refOf, type ChannelReader } from './live/channelReader.js';
import { confirm } from './live/confirm.js';
import { endorse, type WriteParts } from './live/endorse.js';
import { evaluate, type EvaluateParts } from './live/evaluate.js';
import { orAborted } from './live/wait.js';
import { Following, type FollowParts } from './live/following.js';
import { order } from './live/order.js';
import { inspect, signatureBy } from './live/inspect.js';
import type { PeerSet } from './live/peerSet.js';
import { propose } from './live/proposal.js';
import { readRange } from './live/reading.js';
import type { ClientSigner } from './live/signer.js';
import { untilSettled } from './live/unsettled.js';
import type { FabricTimings } from './options.js';
import { Survey } from './survey/survey.js';
import { openBlock } from './wire/block.js';

export interface ChannelParts {
  readonly id: LedgerId;
  readonly name: string;
  readonly channel: string;
  readonly startBlock: number;
  readonly signer: ClientSigner;
  readonly peers: PeerSet;
  readonly reader: ChannelReader;
  readonly timings: FabricTimings;
}

/** Whoever asks for the head wants it soon: a peer that hangs must leave time for another one. */
const HEAD_PATIENCE_MS = 1_500;

/** A Fabric channel, read as one organisation from several peers. See the port for what each member promises. */
export class FabricChannel implements FabricLedger {
  readonly kind = 'fabric';
  /** A block that a peer has committed is never taken back. */
  readonly reorgBound = 0;
  readonly id: LedgerId;
  readonly name: string;
  readonly channel: string;
  readonly mspId: string;
  readonly startBlock: number;
  private readonly identities = new Identities();
  private readonly opener = new BlockOpener(this.identities);
  private readonly configs = new ConfigReader(this.identities, new MspReader());
  private readonly closing = new AbortController();
  private readonly survey: Survey;

  constructor(private readonly parts: ChannelParts) {
    this.id = parts.id;
    this.name = parts.name;
    this.channel = parts.channel;
    this.mspId = parts.signer.mspId;
    this.startBlock = parts.startBlock;
    this.survey = new Survey({ ...parts, configs: this.configs });
  }

  get removal(): ParleyError | null {
    return this.survey.removal;
  }

  head(signal?: AbortSignal): Promise<LedgerHead> {
    const { reader, peers } = this.parts;
    return peers.askSoon(this.orClosed(signal), HEAD_PATIENCE_MS, async (peer, both) => {
      await reader.check(peer, this.id, both);
      return reader.head(peer, both);
    });
  }

  block(number: number, signal?: AbortSignal): Promise<RawBlock | null> {
    const { reader } = this.parts;
    return this.ask(signal, (peer, both) => reader.block(peer, number, both));
  }

  read(from: number, to: number, signal: AbortSignal): AsyncIterable<RawBlock> {
    return readRange(this.following(), from, to, this.orClosed(signal));
  }

  follow(from: number, signal: AbortSignal): AsyncIterable<LedgerItem> {
    return new Following(this.following(), from, this.orClosed(signal)).items();
  }

  confirm(block: BlockRef, signal: AbortSignal): Promise<void> {
    return confirm(this.following(), block, this.orClosed(signal));
  }

  decoder(seed: DecoderSeed): BlockDecoder {
    const { id: ledger, startBlock, opener, identities, configs } = this;
    return new FabricBlockDecoder({ ledger, startBlock, opener, identities, configs }, seed);
  }

  /** The block before `from` names, signed by its orderers, the block that set the configuration in force. */
  async seed(from: number, signal?: AbortSignal): Promise<DecoderSeed> {
    if (from === 0) return { config: null, previous: null };
    const previous = await this.mustHave(from - 1, signal);
    const { lastConfigBlock } = openBlock(previous.bytes).metadata;
    const config = lastConfigBlock === previous.number ? previous : await this.mustHave(lastConfigBlock, signal);
    return { config, previous: refOf(previous) satisfies BlockRef };
  }

  endpoints(signal?: AbortSignal): Promise<readonly EndpointReport[]> {
    return orAborted(this.survey.round(this.closing.signal), this.orClosed(signal));
  }

  heed(health: ReadonlyMap<string, NodeHealth>): void {
    this.parts.peers.heed(health);
  }

  evaluate(request: EvaluateRequest, signal?: AbortSignal, caller?: FabricCaller): Promise<Uint8Array> {
    const { peers } = this.parts;
    return evaluate(
      { ...this.writing(), peers, signer: caller === undefined ? this.parts.signer : signerOf(caller) },
      request,
      this.orClosed(signal),
    );
  }

  propose(request: EvaluateRequest, creator: FabricCreator): Promise<ToSign> {
    return Promise.resolve(propose(this.channel, request, creator));
  }

  endorse(
    proposal: Uint8Array,
    signature: Uint8Array,
    { endorsingOrganizations }: Pick<EvaluateRequest, 'endorsingOrganizations'>,
    signal?: AbortSignal,
  ): Promise<EndorsedTransaction> {
    const both = this.orClosed(signal);
    return untilSettled(both, () =>
      this.ask(both, (peer) =>
        orAborted(endorse(this.writing(), peer, proposal, signature, endorsingOrganizations), both),
      ),
    );
  }

  signature(bytes: Uint8Array, signature: Uint8Array, creator: FabricCreator): Uint8Array {
    return signatureBy(creator, bytes, signature);
  }

  inspect(transaction: Uint8Array): FabricTransactionFacts {
    return inspect(transaction, this.channel, this.opener);
  }

  async order(transaction: Uint8Array, signature: Uint8Array, signal?: AbortSignal): Promise<void> {
    const both = this.orClosed(signal);
    // What a peer was asked is its verdict, also where the asking was given up meanwhile: never thrown past `ask`, which would forget it.
    const failure = await this.ask(both, async (peer) => {
      try {
        await order(this.writing(), peer, transaction, signature, both);
        return null;
      } catch (error) {
        if (error instanceof ParleyError) return error;
        throw error;
      }
    });
    if (failure !== null) throw failure;
  }

  async close(): Promise<void> {
    this.closing.abort(new ParleyError('LEDGER_UNAVAILABLE', `Ledger ${this.name} is closed`, { source: this.name }));
    this.survey.close();
    for (const peer of this.parts.peers.peers) peer.close();
    await this.opener.close();
  }

  private writing(): WriteParts {
    const { name, channel, timings } = this.parts;
    return { ledger: name, channel, timeoutMs: timings.evaluateTimeoutMs };
  }

  private following(): FollowParts {
    const { id, mspId, opener, parts } = this;
    const prepare = (block: RawBlock): Promise<void> => opener.openAhead(block, parts.reader.frameOf(block));
    return { ...parts, id, mspId, prepare };
  }

  private ask<T>(
    signal: AbortSignal | undefined,
    question: (peer: PeerSet['peers'][number], signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const both = this.orClosed(signal);
    return this.parts.peers.ask(both, async (peer) => {
      await this.parts.reader.check(peer, this.id, both);
      return question(peer, both);
    });
  }

  private async mustHave(number: number, signal?: AbortSignal): Promise<RawBlock> {
    const block = await this.block(number, signal);
    if (block !== null) return block;
    throw new ParleyError('LEDGER_UNAVAILABLE', `No peer of ${this.name} has block ${number}`, {
      source: this.name,
      fix: 'Start at a block that the peers have, or connect a peer that did not join from a later snapshot.',
    });
  }

  private orClosed(signal?: AbortSignal): AbortSignal {
    return signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
  }
}

const signerOf = ({ creator, sign }: FabricCaller): EvaluateParts['signer'] => ({
  mspId: creator.mspId,
  certificatePem: creator.certificate,
  sign,
});
