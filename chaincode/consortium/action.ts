import { quote, requireId } from '../common/checks.js';
import { parseFields, type Fields } from '../common/json.js';
import { votingPolicy, type VotingPolicy } from './votingPolicy.js';

/** What a proposal does once it is approved. */
export type Action =
  | { readonly kind: 'INVITE_MEMBER'; readonly name: string; readonly principal: string }
  | { readonly kind: 'REMOVE_MEMBER'; readonly mspId: string }
  | ({ readonly kind: 'CHANGE_VOTING_POLICY' } & VotingPolicy)
  | { readonly kind: 'TEXT'; readonly text: string };

const MAX_TEXT_CHARACTERS = 10_000;
/** Any of its characters may take six in JSON. */
const MAX_ACTION_CHARACTERS = 65_000;
const FINGERPRINT_PATTERN = /^[0-9a-f]{64}$/;
const ADDRESS_PATTERN = /^0x[0-9a-f]{40}$/;

/** Reads an action from JSON and checks it; names that it does not know are refused. */
export function parseAction(json: string): Action {
  const fields = parseFields('action', json, MAX_ACTION_CHARACTERS);
  const kind = fields.text('kind', 1, 50);
  switch (kind) {
    case 'INVITE_MEMBER':
      fields.only('kind', 'name', 'principal');
      return {
        kind,
        name: fields.text('name', 1, 100),
        principal: principalOf('action.principal', fields.text('principal', 1, 200)),
      };
    case 'REMOVE_MEMBER': {
      const mspId = fields.only('kind', 'mspId').text('mspId', 1, 64);
      requireId('action.mspId', mspId);
      return { kind, mspId };
    }
    case 'CHANGE_VOTING_POLICY':
      fields.only('kind', 'threshold', 'comparator', 'durationHours');
      return { kind, ...policyOf(fields) };
    case 'TEXT':
      return { kind, text: fields.only('kind', 'text').text('text', 1, MAX_TEXT_CHARACTERS) };
    default:
      throw new Error(
        `action.kind is ${quote(kind)}, expected one of INVITE_MEMBER, REMOVE_MEMBER, CHANGE_VOTING_POLICY, TEXT`,
      );
  }
}

/** Reads `threshold`, `comparator` and `durationHours`. */
export function policyOf(fields: Fields): VotingPolicy {
  return votingPolicy(
    fields.integer('threshold', 0, 100),
    fields.text('comparator', 1, 50),
    fields.integer('durationHours', 1, 168),
  );
}

/** A fingerprint with or without colons, or an address, in any case: kept in lower case without colons. */
export function principalOf(name: string, given: string): string {
  const principal = given.toLowerCase().replaceAll(':', '');
  if (!FINGERPRINT_PATTERN.test(principal) && !ADDRESS_PATTERN.test(principal)) {
    throw new Error(
      `${name} is ${quote(given)}, expected the SHA-256 fingerprint of a root certificate in hex or an Ethereum address`,
    );
  }
  return principal;
}
