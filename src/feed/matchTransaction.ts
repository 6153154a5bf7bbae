import type { LedgerId } from '../model/ids.js';
import { keyText, type TransactionCriteria, type TransactionRow } from '../store/store.js';
import { allOf, oneOf, sameBlock, valueMatch, type Match } from './matchBlock.js';

export function transactionMatch(criteria: TransactionCriteria): Match<TransactionRow> {
  const { outcome } = criteria;
  return allOf<TransactionRow>([
    sameBlock(criteria, (row) => row.block.number),
    outcome == null ? null : (row) => row.outcome === outcome,
    valueMatch(oneOf(criteria.functions), (row) => row.function),
    valueMatch(oneOf(criteria.chaincodes), (row) => row.chaincode),
    takesPart(criteria),
  ]);
}

/** Parties and addresses both given: both must hold of one id, as in the store. */
function takesPart({ parties, addresses }: TransactionCriteria): Match<TransactionRow> | null {
  const address = oneOf(addresses);
  if (parties == null) {
    return address === null ? null : (row) => row.parties.some(({ nativeId }) => address(nativeId));
  }
  const wanted = new Map<LedgerId, Set<string>>();
  for (const { ledger, nativeId } of parties) {
    wanted.set(ledger, (wanted.get(ledger) ?? new Set()).add(keyText(nativeId)));
  }
  return (row) => {
    const ids = wanted.get(row.ledger);
    if (ids === undefined) return false;
    return row.parties.some(({ nativeId }) => ids.has(keyText(nativeId)) && (address?.(nativeId) ?? true));
  };
}
