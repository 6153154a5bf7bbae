import type { Config, LedgerConfig } from '../../config/index.js';
import { ParleyError } from '../../errors/index.js';
import { MECHANISMS, type ProposalKey } from '../../model/governance.js';
import { parseId, type LedgerId } from '../../model/ids.js';
import { grantScope } from '../../model/scope.js';
import type { Store } from '../../store/store.js';

/** A proposal with the ledger of the configuration that records it. */
export interface Place {
  readonly key: ProposalKey;
  readonly config: LedgerConfig;
}

const ON_LEDGERS = MECHANISMS.filter((mechanism) => mechanism !== 'AMB');

/** Finds a proposal by its id, or by its native id where only one has it. Errors: `ID_INVALID`. */
export async function findProposal(config: Config, store: Store, text: string): Promise<Place> {
  const ref = parseId(text);
  if (ref !== null && ref.type !== 'Proposal' && ref.type !== 'Vote')
    throw invalid(text, `an id of type ${ref.type}`, 'the id of a proposal');
  const ledgers = await configured(config, store);
  if (ref !== null) return placed(ledgers, ref.proposal, text);
  const keys = [...ledgers.keys()].flatMap((ledger) =>
    ON_LEDGERS.map((mechanism): ProposalKey => ({ ledger, mechanism, nativeId: text })),
  );
  const rows = await store.proposalsByKey(grantScope([...ledgers.keys()]), keys);
  const [found, ...more] = keys.filter((_, i) => rows[i] != null);
  if (found === undefined) throw invalid(text, 'no proposal', 'the id of a proposal, or its native id');
  if (more.length > 0) throw invalid(text, `${more.length + 1} proposals`, 'the whole id, as the graph gives it');
  return placed(ledgers, found, text);
}

/** Ledgers of the configuration that were indexed, by their ids. */
async function configured(config: Config, store: Store): Promise<ReadonlyMap<LedgerId, LedgerConfig>> {
  const declared = await store.declared();
  return new Map(
    declared.flatMap(({ id, kind, name }) => {
      const own = config.ledgers.find((one) => one.name === name && one.kind === kind);
      return own === undefined ? [] : [[id, own] as const];
    }),
  );
}

function placed(ledgers: ReadonlyMap<LedgerId, LedgerConfig>, key: ProposalKey, text: string): Place {
  if (key.mechanism === 'AMB')
    throw invalid(text, 'a proposal at Amazon Managed Blockchain', 'one whose votes stand in blocks: AMB gives none');
  const config = ledgers.get(key.ledger);
  if (config === undefined)
    throw invalid(text, key.ledger, `a ledger that is indexed: ${[...ledgers.keys()].join(', ')}`);
  return { key, config };
}

const invalid = (asked: string, got: string, expected: string): ParleyError =>
  new ParleyError('ID_INVALID', `“${asked}” names no proposal that can be verified`, { got, expected });
