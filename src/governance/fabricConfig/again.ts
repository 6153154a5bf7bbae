import { ParleyError } from '../../errors/index.js';
import type { FabricLedger } from '../../ledgers/ledger.js';
import type { ProposalState } from '../../model/governance.js';
import type { JsonValue } from '../mechanism.js';
import { openConfigBlock, type ConfigInForce } from './inForce.js';
import { listed } from './problem.js';
import { updateOf } from './proposal.js';
import { reprepare } from './update/rebase.js';
import { staleElements, type StaleElement } from './update/staleness.js';

/** An error's details stay small; larger updates are proposed by what they do. */
const MAX_OFFERED_BYTES = 64 * 1024;
const MAX_NAMED = 50;

/**
 * Why an update is refused that was made for another configuration than the one in force (`GOVERNANCE_REFUSED`): what changed since, and
 * in `details.propose` the input that proposes the same for the configuration in force.
 */
export async function staleRefusal(
  proposal: ProposalState,
  config: ConfigInForce,
  ledger: Pick<FabricLedger, 'id' | 'seed'>,
): Promise<ParleyError> {
  const stale = staleElements(config, updateOf(proposal)).slice(0, MAX_NAMED);
  const replacedBy = proposal.native.kind === 'FABRIC_CONFIG' ? (proposal.native.replacedBy ?? null) : null;
  const { update, why } = replacedBy === null ? await madeAgain(proposal, config, ledger) : { update: null, why: null };
  const { title, body } = proposal;
  const input = update === null ? null : { channel: ledger.id, title, body, change: { configUpdate: hex(update) } };
  return new ParleyError(
    'GOVERNANCE_REFUSED',
    'The configuration has changed since the update was made: no orderer takes it any more',
    {
      got: `${proposal.nativeId}, made for ${listed(stale.map(({ path, needed }) => `${path} at ${versionOf(needed)}`))}`,
      expected: listed(stale.map(({ path, current }) => `${path} at ${versionOf(current)}`)),
      fix: fixOf(replacedBy, input, why),
      details: {
        stale: stale.map(({ path, kind, needed, current }) => ({ path, kind, signed: needed, inForce: current })),
        propose: input === null ? null : { fabricConfig: input },
        replacedBy,
      },
    },
  );
}

const versionOf = (version: StaleElement['needed']): string => (version === null ? 'none' : `version ${version}`);
const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

function fixOf(replacedBy: string | null, input: JsonValue, why: string | null): string {
  if (replacedBy !== null) return `Sign the update that was proposed in its place: ${replacedBy}.`;
  if (input !== null)
    return 'Propose it again with the input in `details.propose`, and collect its signatures anew: those on the old bytes do not carry over.';
  return why ?? 'Propose the change again; signatures on the old bytes do not carry over.';
}

interface Made {
  readonly update: Uint8Array | null;
  readonly why: string | null;
}

/** The same change for the configuration in force; null with the reason where there is no such update. */
async function madeAgain(
  proposal: ProposalState,
  config: ConfigInForce,
  ledger: Pick<FabricLedger, 'seed'>,
): Promise<Made> {
  const [first] = proposal.history;
  if (first?.cause?.kind !== 'TRANSACTION') return { update: null, why: null };
  const base = (await ledger.seed(first.cause.block.number)).config;
  if (base === null) return { update: null, why: null };
  try {
    const update = reprepare(openConfigBlock(base.bytes), config, updateOf(proposal));
    return { update: update.length > MAX_OFFERED_BYTES ? null : update, why: null };
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'INPUT_INVALID')
      return { update: null, why: `${error.what}: ${error.fix}` };
    throw error;
  }
}
