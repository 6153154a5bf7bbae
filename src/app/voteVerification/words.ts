import type { ProposalVerdict, ProvenVote } from '../../ingest/index.js';
import type { ProposalKey } from '../../model/governance.js';
import { plainText } from '../../model/signing.js';

/** Lines of votes that are printed; all are checked. */
const MAX_VOTES = 200;

/** What was checked, for a person. `proof`: how much a chain's blocks prove; null on a channel. */
export function wordsOf(
  { proposal, votes, blocks, first, last, configuration }: ProposalVerdict,
  key: ProposalKey,
  from: string,
  proof: string | null,
): readonly string[] {
  const state = proposal?.state;
  const shown = votes.slice(0, MAX_VOTES);
  return [
    `${key.mechanism} ${plainText(key.nativeId)} on ${key.ledger}${state === undefined ? '' : `: “${plainText(state.title)}”`}`,
    `Read ${blocks.toLocaleString('en')} raw blocks from ${from}: ${named(first)} to ${named(last)}`,
    proof === null
      ? `Checked: the chain of header hashes, each block’s data hash, its orderers’ signatures under the configuration in force${configuration === null ? '' : ` (now that of block ${configuration.number})`}`
      : `Checked: the chain of parent hashes, and by each block’s own hash ${PROVEN[proof] ?? 'nothing more'}`,
    proof === null
      ? 'What this rests on is the hash of the first block: compare it with another member’s.'
      : 'What this rests on are the hashes of the first block and of the last: compare them with another member’s.',
    ...shown.map(voteLine),
    ...(votes.length > shown.length ? [`… and ${votes.length - shown.length} more votes, checked alike`] : []),
    ...(state === undefined ? ['No block makes this proposal.'] : stateLines(state)),
  ];
}

const PROVEN: Readonly<Record<string, string>> = {
  roots: 'its header, transactions, receipts and logs',
  header: 'its header',
};

const named = (block: ProposalVerdict['first']): string => (block === null ? 'none' : `${block.number} ${block.hash}`);

function voteLine({ state, block, transaction, signer, holds, reason }: ProvenVote): string {
  const { voter, choice, weight } = state;
  return [
    `${holds ? '✓' : '!'} ${plainText(voter)} ${choice}${weight === '1' ? '' : ` with weight ${weight}`}`,
    `block ${block.number}${transaction === null ? '' : `, transaction ${transaction}`}`,
    signer === null ? 'no signer told' : plainText(signer),
    holds ? 'signature valid under the identities in force' : `not proven: ${reason ?? 'no signature'}`,
  ].join(' · ');
}

function stateLines({
  status,
  statusSource,
  tally,
  history,
  execution,
}: NonNullable<ProposalVerdict['proposal']>['state']) {
  const counts = tally.choices.map(({ choice, count, weight }) => `${choice} ${count} (weight ${weight})`);
  const before = history
    .slice(0, -1)
    .map((entry) => entry.status)
    .join(' → ');
  return [
    `Tally: ${counts.join(', ')}; outstanding ${tally.outstanding} of ${tally.eligible}; ${tally.satisfied ? 'satisfied' : 'not satisfied'}`,
    `Status: ${status} (${statusSource.toLowerCase()})${before === '' ? '' : `, after ${before}`}`,
    execution?.evidence == null ? 'No block carries it out.' : `Carried out: ${evidenceText(execution.evidence)}`,
  ];
}

function evidenceText(
  evidence: NonNullable<NonNullable<ProposalVerdict['proposal']>['state']['execution']>['evidence'],
): string {
  if (evidence === null || !('block' in evidence)) return 'as the ledger says';
  return `block ${evidence.block.number}${evidence.kind === 'TRANSACTION' ? `, transaction ${evidence.hash}` : ''}`;
}
