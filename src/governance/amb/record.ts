import { createHash } from 'node:crypto';
import type { Invitation, Member, Network, Node, Proposal, VoteSummary } from '@aws-sdk/client-managedblockchain';
import { ParleyError } from '../../errors/index.js';
import type { RawBlock } from '../../model/block.js';

// A network of Amazon's has no blocks. Each poll that found something else than the one before makes a record, which takes a block's place:
// numbered from 0, holding what Amazon said, naming the record before by its hash. All that Parley tells of the network is derived from
// its records, in their order.

/** A shape of the AWS SDK as JSON keeps it: moments as RFC 3339. */
export type Kept<T> = T extends Date
  ? string
  : T extends readonly (infer One)[]
    ? readonly Kept<One>[]
    : T extends object
      ? { readonly [Key in keyof T]: Kept<T[Key]> }
      : T;

/** What a poll found, as Amazon said it. */
export interface AmbRecord {
  readonly observedAtMs: number;
  /** The network and its members and nodes stand here whole, changed or not: what else is told is read against them. */
  readonly network: Kept<Network>;
  readonly members: readonly Kept<Member>[];
  readonly nodes: readonly Kept<Node>[];
  /** Those that are new or otherwise than before. */
  readonly proposals: readonly AmbProposalRecord[];
  readonly invitations: readonly Kept<Invitation>[];
  /** Ids of what was listed before and is no more. */
  readonly gone: { readonly proposals: readonly string[]; readonly invitations: readonly string[] };
}
export interface AmbProposalRecord {
  readonly proposal: Kept<Proposal>;
  readonly votes: readonly Kept<VoteSummary>[];
}

/** What says nothing of members' decisions: logging, keys, tags, and what the SDK adds. */
const LEFT_OUT = new Set(['LogPublishingConfiguration', 'KmsKeyArn', 'Tags', '$metadata']);

/** JSON in one form: keys sorted, nothing absent. The same facts always give the same text. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (key, held: unknown) => {
    if (LEFT_OUT.has(key)) return undefined;
    if (held === null || typeof held !== 'object' || Array.isArray(held)) return held;
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** What Amazon answered, as JSON keeps it. */
export const kept = <T>(answer: T): Kept<T> => JSON.parse(canonicalText(answer)) as Kept<T>;

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const FORMAT = 1;

/** The record as bytes and hash, where blocks have theirs. */
export function packRecord(record: AmbRecord, number: number, parentHash: string | null): RawBlock {
  const bytes = Buffer.from(canonicalText({ ...record, format: FORMAT, number, parentHash }));
  return { number, hash: sha256(bytes), parentHash, bytes };
}

/** Errors: `STORE_CORRUPT` where the bytes are no record, or not the one that their hash names. */
export function unpackRecord({ bytes, number, hash }: Pick<RawBlock, 'bytes' | 'number' | 'hash'>): AmbRecord {
  const read = sha256(bytes) === hash ? parsed(bytes) : null;
  if (read?.format === FORMAT && read.number === number) return read;
  throw new ParleyError('STORE_CORRUPT', 'A record of Amazon Managed Blockchain cannot be read', {
    got: `${number} ${hash}`,
    expected: `format ${FORMAT}, with that number and hash`,
  });
}

function parsed(bytes: Uint8Array): (AmbRecord & { readonly format: number; readonly number: number }) | null {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as ReturnType<typeof parsed>;
  } catch {
    return null; // Told by whoever asked.
  }
}
