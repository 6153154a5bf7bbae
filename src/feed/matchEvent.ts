import type { EventCriteria, EventRow } from '../store/store.js';
import { allOf, oneOf, sameBlock, valueMatch, type Match } from './matchBlock.js';

export function eventMatch(criteria: EventCriteria): Match<EventRow> {
  return allOf<EventRow>([
    sameBlock(criteria, (row) => row.block.number),
    valueMatch(oneOf(criteria.addresses), (row) => row.address),
    valueMatch(oneOf(criteria.names), (row) => row.name),
    valueMatch(oneOf(criteria.chaincodes), (row) => row.chaincode),
    ...topicsMatch(criteria.topics ?? []),
  ]);
}

/** One condition a place; a place with none restricts nothing, and no event has a fifth topic. */
function topicsMatch(topics: readonly (readonly string[] | null)[]): (Match<EventRow> | null)[] {
  return topics.map((anyOf, at) =>
    anyOf == null || anyOf.length === 0 ? null : valueMatch(oneOf(anyOf), (row) => row.topics[at] ?? null),
  );
}
