import type { DecodedBlock, DecodedTransaction, RawBlock } from '../../model/block.js';
import type { EvidenceRef, ProposalState, VoteState } from '../../model/governance.js';
import type { VoteVersion } from './recomputed.js';

/** A vote as the blocks tell it, with what shows that it is its voter's. */
export interface ProvenVote extends VoteVersion {
  /** Its transaction, as the ledger names it; null where none holds the vote. */
  readonly transaction: string | null;
  /** Of the certificate, or the address, that signed; null where none is told. */
  readonly signer: string | null;
  /** Whether its signature holds under the identities in force; `reason` where not. */
  readonly holds: boolean;
  readonly reason: string | null;
}

/**
 * Checks a signature of a configuration update (a serialised `common.ConfigSignature`) anew. `config`: the raw block that set the
 * configuration in force. Null where it holds, else why not.
 */
export type SignatureCheck = (
  config: RawBlock,
  update: Uint8Array,
  signature: Uint8Array,
  atMs: number,
) => string | null;

/** What shows a vote. `proposal`: as its block left it. `inForce`: what set the configuration before the block. */
export function witnessed(
  vote: VoteVersion,
  block: DecodedBlock,
  proposal: ProposalState | null,
  inForce: RawBlock | null,
  check: SignatureCheck,
): ProvenVote {
  const { evidence, verified } = vote.state;
  const transaction = transactionOf(block, evidence);
  const hash = transaction?.hash ?? null;
  if (proposal?.native.kind === 'FABRIC_CONFIG') {
    const atMs = vote.state.castAtMs ?? block.timestampMs ?? 0;
    const reason = configProblem(vote.state, proposal.native, inForce, check, atMs);
    const signer = evidence?.kind === 'CONFIG_SIGNATURE' ? evidence.subject : signerOf(transaction);
    return { ...vote, transaction: hash, signer, holds: reason === null, reason };
  }
  const reason = verified ? null : 'no signature in the block shows it';
  return { ...vote, transaction: hash, signer: signerOf(transaction), holds: verified, reason };
}

function transactionOf(block: DecodedBlock, evidence: EvidenceRef | null): DecodedTransaction | null {
  if (evidence?.kind === 'TRANSACTION' && evidence.block.hash === block.hash)
    return block.transactions[evidence.index] ?? null;
  if (evidence?.kind === 'LOG' && evidence.block.hash === block.hash)
    return block.transactions[evidence.transactionIndex] ?? null;
  return null;
}

function signerOf(transaction: DecodedTransaction | null): string | null {
  if (transaction === null) return null;
  const { detail, parties } = transaction;
  if (detail.kind === 'fabric') return detail.creator?.subject ?? null;
  return parties.find(({ role }) => role === 'SENDER')?.nativeId ?? null;
}

function configProblem(
  { voter }: VoteState,
  { configUpdate, signatures }: Extract<ProposalState['native'], { kind: 'FABRIC_CONFIG' }>,
  inForce: RawBlock | null,
  check: SignatureCheck,
  atMs: number,
): string | null {
  const own = signatures.filter(({ mspId }) => mspId === voter);
  if (inForce === null) return 'no configuration was in force';
  if (own.length === 0) return 'the blocks hold no signature of it';
  const update = Buffer.from(configUpdate, 'base64');
  const problems = own.map(({ bytes }) => check(inForce, update, Buffer.from(bytes, 'base64'), atMs));
  return problems.includes(null) ? null : (problems[0] ?? null);
}
