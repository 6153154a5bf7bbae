import { ParleyError } from '../../../errors/index.js';
import type { BlockRef, DecodedBlock, DecodedTransaction, RawBlock } from '../../../model/block.js';
import type { ChannelConfigRecord, FabricBlockDetail, LifecycleRecord } from '../../../model/fabric.js';
import type { LedgerId } from '../../../model/ids.js';
import { NO_MEMBERSHIP, type ConfigReader, type GoverningConfig } from '../config/governing.js';
import { configRecord, openingRecord } from '../config/record.js';
import type { Identities } from '../identities/identity.js';
import { lifecycleRecord } from '../lifecycle/records.js';
import type { OpenBlock } from '../wire/block.js';
import { hex } from '../wire/bytes.js';
import type { BlockDecoder, DecoderSeed } from '../../ledger.js';
import type { OpenedBlock, BlockOpener } from './opened.js';
import { judgeOrderers } from './orderers.js';
import { decodeTransaction } from './transaction.js';

/** What decoders of one ledger share: readers that remember what they have read. */
export interface DecoderParts {
  readonly ledger: LedgerId;
  /** The first block that is indexed. */
  readonly startBlock: number;
  readonly opener: BlockOpener;
  readonly identities: Identities;
  readonly configs: ConfigReader;
}

/** Decodes a channel's blocks in order, carrying the configuration in force and the last header hash from block to block. */
export class FabricBlockDecoder implements BlockDecoder {
  private previous: BlockRef | null;
  private config: GoverningConfig | null;

  constructor(
    private readonly parts: DecoderParts,
    seed: DecoderSeed,
  ) {
    this.previous = seed.previous;
    this.config = seed.config === null ? null : this.seeded(this.open(seed.config));
  }

  /** Throws `LEDGER_CONTRADICTION` where the bytes are no block; whatever else is wrong is kept and marked. */
  decode(raw: RawBlock): DecodedBlock {
    const opened = this.open(raw);
    const { block } = opened;
    const before = this.config;
    const detail = this.detail(opened, before);
    const { config: after, problem } = this.configOf(opened);
    // A genesis block is judged by the configuration that it sets: there is none before it.
    const governing = before ?? after;
    const transactions = this.transactions(opened, governing, problem);
    const governs = after !== null && mayGovern(detail, before);
    const config = this.told(opened, before, governs ? after : null);
    this.previous = { number: block.number, hash: block.hash };
    if (governs) this.config = after;
    return {
      ledger: this.parts.ledger,
      number: block.number,
      hash: block.hash,
      parentHash: block.parentHash,
      timestampMs: block.timestampMs,
      bytes: raw.bytes,
      detail,
      transactions,
      config,
      lifecycle: lifecycle(opened, transactions, governing),
      tokenTransfers: [],
    };
  }

  /** What a seed says is in force was judged when it was indexed, or cannot be: only its data can be held against its header. */
  private seeded(opened: OpenedBlock): GoverningConfig | null {
    return opened.block.dataHashVerified ? this.configOf(opened).config : null;
  }

  prepare(raw: RawBlock): Promise<void> {
    return this.parts.opener.openAhead(raw);
  }

  private open(raw: RawBlock): OpenedBlock {
    try {
      return this.parts.opener.open(raw);
    } catch (cause) {
      throw new ParleyError('LEDGER_CONTRADICTION', `The bytes of block ${raw.number} are no Fabric block`, {
        source: this.parts.ledger,
        expected: 'a serialised common.Block',
        cause,
      });
    }
  }

  private detail({ block }: OpenedBlock, config: GoverningConfig | null): FabricBlockDetail {
    const orderers = judgeOrderers(block, config, this.parts.identities);
    const { commitHash, lastConfigBlock } = block.metadata;
    return {
      kind: 'fabric',
      dataHash: block.dataHash,
      dataHashVerified: block.dataHashVerified,
      linkVerified: this.isLinked(block.number, block.parentHash),
      lastConfigBlock,
      commitHash: commitHash.length === 0 ? null : hex(commitHash),
      signatures: orderers.signatures,
      signaturesVerified: orderers.verified,
    };
  }

  private isLinked(number: number, parentHash: string | null): boolean {
    if (number === 0) return parentHash === null;
    return this.previous !== null && this.previous.number === number - 1 && this.previous.hash === parentHash;
  }

  private transactions(
    opened: OpenedBlock,
    config: GoverningConfig | null,
    configProblem: string | null,
  ): DecodedTransaction[] {
    const { metadata } = opened.block;
    const atMs = timeOf(opened.block, config);
    const membership = config?.membership ?? NO_MEMBERSHIP;
    return opened.envelopes.map((envelope, index) =>
      decodeTransaction(envelope, index, {
        membership,
        atMs,
        validationCode: metadata.transactionsFilter[index] ?? null,
        configProblem,
      }),
    );
  }

  /** The configuration that a block sets; null where it sets none, or, with the reason, one that cannot be read. */
  private configOf({ block }: OpenedBlock): { config: GoverningConfig | null; problem: string | null } {
    const [envelope] = block.envelopes;
    const isValid = (block.metadata.transactionsFilter[0] ?? 0) === 0;
    if (envelope?.body.kind !== 'config' || !isValid) return { config: null, problem: null };
    try {
      const config = this.parts.configs.read(
        envelope.body.envelope,
        block.metadata.raftConsenterIds,
        block.timestampMs,
      );
      return { config, problem: null };
    } catch (error) {
      return { config: null, problem: `The configuration cannot be decoded: ${String(error)}` };
    }
  }

  /** What is told of the configuration with a block: what it sets, and with the first block of an index what was in force before. */
  private told(
    opened: OpenedBlock,
    before: GoverningConfig | null,
    after: GoverningConfig | null,
  ): ChannelConfigRecord | null {
    const own = after === null ? null : this.record(opened, before, after);
    const opens = before !== null && opened.block.number === this.parts.startBlock;
    return opens ? openingRecord(before.config, own) : own;
  }

  private record(
    { block }: OpenedBlock,
    before: GoverningConfig | null,
    after: GoverningConfig,
  ): ChannelConfigRecord | null {
    const body = block.envelopes[0]?.body;
    if (body?.kind !== 'config') return null;
    const { identities } = this.parts;
    return configRecord({ before, after, envelope: body.envelope, identities, atMs: timeOf(block, before ?? after) });
  }
}

/**
 * The time at which certificates must be valid: the block's, or, where nothing in it can be relied on, that of the configuration in
 * force.
 */
function timeOf(block: OpenBlock, config: GoverningConfig | null): number {
  return (block.dataHashVerified ? block.timestampMs : null) ?? config?.sinceMs ?? NaN;
}

/**
 * A configuration that its orderers did not sign never came into force: its transaction is kept in a block that is marked, and
 * changes nothing. The first one has none before it.
 */
function mayGovern(detail: FabricBlockDetail, before: GoverningConfig | null): boolean {
  return detail.dataHashVerified && (before === null || detail.signaturesVerified);
}

function lifecycle(
  { envelopes }: OpenedBlock,
  transactions: readonly DecodedTransaction[],
  config: GoverningConfig | null,
): LifecycleRecord[] {
  return envelopes.flatMap(({ envelope, creator }, transactionIndex) => {
    const [action] = envelope.body.kind === 'transaction' ? envelope.body.actions : [];
    if (action === undefined || transactions[transactionIndex]?.outcome !== 'SUCCEEDED') return [];
    const creatorMspId = creator?.identity.facts.mspId ?? null;
    return lifecycleRecord(action, { transactionIndex, creatorMspId, config: config?.root ?? null }) ?? [];
  });
}
