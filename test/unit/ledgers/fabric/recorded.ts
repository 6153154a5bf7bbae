import { readFileSync, readdirSync } from 'node:fs';
import { FabricBlockDecoder } from '../../../../src/ledgers/fabric/decoding/blockDecoder.js';
import { BlockOpener } from '../../../../src/ledgers/fabric/decoding/opened.js';
import { ConfigReader } from '../../../../src/ledgers/fabric/config/governing.js';
import { Identities } from '../../../../src/ledgers/fabric/identities/identity.js';
import { MspReader } from '../../../../src/ledgers/fabric/identities/membership.js';
import { rawBlock } from '../../../../src/ledgers/fabric/wire/rawBlock.js';
import type { DecoderSeed } from '../../../../src/ledgers/ledger.js';
import type { DecodedBlock, RawBlock } from '../../../../src/model/block.js';
import { fabricLedgerId } from '../../../../src/model/ids.js';

const CHANNEL = new URL('../../../fixtures/fabric/bft-trade/', import.meta.url);

/** The blocks of a channel recorded from real nodes, as a peer delivered them. */
export const recordedBytes: readonly Uint8Array[] = readdirSync(new URL('blocks/', CHANNEL))
  .sort()
  .map((name) => readFileSync(new URL(`blocks/${name}`, CHANNEL)));

export const recordedBlocks: readonly RawBlock[] = recordedBytes.map((bytes) => rawBlock(bytes));

/** What Fabric's own tool makes of a recorded block. */
export const expectedOf = (number: number): unknown => readJson(`expected/${String(number).padStart(6, '0')}.json`);

export const recordedFacts = (): Facts => readJson('facts.json') as Facts;

export const FROM_START: DecoderSeed = { config: null, previous: null };

export function makeDecoder(
  seed: DecoderSeed = FROM_START,
  startBlock = 0,
): { decoder: FabricBlockDecoder; opener: BlockOpener } {
  const identities = new Identities();
  const opener = new BlockOpener(identities);
  const configs = new ConfigReader(identities, new MspReader());
  const ledger = fabricLedgerId(recordedBlocks[0]?.hash ?? '');
  return { opener, decoder: new FabricBlockDecoder({ ledger, startBlock, opener, identities, configs }, seed) };
}

export function decodeRecorded(blocks: readonly RawBlock[] = recordedBlocks): DecodedBlock[] {
  const { decoder } = makeDecoder();
  return blocks.map((block) => decoder.decode(block));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, CHANNEL), 'utf8'));
}

/** facts.json, as far as it is asked. */
export interface Facts {
  readonly channel: string;
  readonly height: number;
  readonly transactionCount: number;
  readonly validationCodes: Readonly<Record<string, number>>;
  readonly consenters: readonly {
    readonly id: number;
    readonly host: string;
    readonly port: number;
    readonly mspId: string;
    readonly subject: string;
    readonly certificateSha256: string;
  }[];
  readonly quorum: number;
  readonly configBlocks: readonly number[];
  readonly blocks: readonly BlockFacts[];
}
export interface BlockFacts {
  readonly number: number;
  readonly headerHash: string;
  readonly headerHashInNextBlock: string | null;
  readonly previousHash: string;
  readonly dataHash: string;
  readonly dataHashComputed: string;
  readonly isConfig: boolean;
  readonly lastConfigBlock: number;
  readonly transactionsFilter: string;
  readonly commitHash: string | null;
  readonly ordererSignatures: readonly {
    readonly consenterId: number;
    readonly mspId: string;
    readonly subject: string;
    readonly valid: boolean;
  }[];
  readonly config?: ConfigFacts;
  readonly transactions: readonly TransactionFacts[];
}
export interface ConfigFacts {
  readonly sequence: number;
  readonly applicationOrgs: readonly string[];
  readonly anchorPeers: Readonly<Record<string, readonly string[]>>;
  readonly ordererOrgs: readonly string[];
  readonly consensusType: string;
  readonly batchSize: Readonly<Record<string, number>>;
  readonly batchTimeout: string;
  readonly submittedBy?: { readonly mspId: string; readonly subject: string };
  readonly updateSignatures?: readonly { readonly mspId: string; readonly subject: string; readonly valid: boolean }[];
}
export interface TransactionFacts {
  readonly index: number;
  readonly type: string;
  readonly txId: string;
  readonly validationCode: number;
  readonly validationCodeName: string;
  readonly timestamp: string;
  readonly creator: { readonly mspId: string | null; readonly subject: string | null };
  readonly creatorSigned: boolean;
  readonly chaincode?: string;
  readonly function?: string;
  readonly args?: readonly string[];
  readonly response?: { readonly status: number; readonly payload: string };
  readonly endorsements?: readonly { readonly mspId: string; readonly subject: string; readonly valid: boolean }[];
  readonly event?: { readonly name: string; readonly payload: string } | null;
  readonly readWriteSet?: readonly NamespaceFacts[];
}
export interface NamespaceFacts {
  readonly namespace: string;
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly rangeQueries: number;
  readonly metadataWrites: number;
  readonly collections: readonly {
    readonly name: string;
    readonly hashedReads: number;
    readonly hashedWrites: number;
    readonly hashedDeletes: number;
    readonly purges: number;
  }[];
}
