import { registerEnumType } from 'type-graphql';
import { PROPOSAL_STATUSES } from '../model/governance.js';

/** An enum of the graph whose values are their own names. */
export function enumType<const Name extends string>(name: string, values: readonly Name[], description?: string) {
  const members = Object.fromEntries(values.map((value) => [value, value])) as { readonly [N in Name]: N };
  registerEnumType(members, { name, description });
  return members;
}

export const ConfirmationEnum = enumType(
  'Confirmation',
  ['PENDING', 'CONFIRMED', 'FINAL', 'RETRACTED'],
  'How sure it is that this stays: PENDING is not in a block yet; RETRACTED was, until a reorg took it back.',
);
export const ChangeKindEnum = enumType(
  'ChangeKind',
  ['APPENDED', 'RETRACTED', 'FINALIZED'],
  'APPENDED: seen for the first time. RETRACTED: a reorg took it back. FINALIZED: it can no longer be taken back.',
);
export const OutcomeEnum = enumType('Outcome', ['SUCCEEDED', 'FAILED']);
export const SignatureSchemeEnum = enumType(
  'SignatureScheme',
  ['ECDSA_P256_SHA256', 'ECDSA_P384_SHA256', 'ED25519', 'EIP712', 'EIP191', 'EVM_TRANSACTION'],
  'How bytes are signed. Fabric hashes with SHA-256 whatever the curve.',
);
export const OrderDirectionEnum = enumType('OrderDirection', ['ASC', 'DESC']);
export const ConfigChangeKindEnum = enumType('ConfigChangeKind', ['ADDED', 'CHANGED', 'REMOVED']);
export const ProposalStatusEnum = enumType('ProposalStatus', PROPOSAL_STATUSES);
export const VoteChoiceEnum = enumType('VoteChoice', ['YES', 'NO', 'ABSTAIN']);
export const ThresholdComparatorEnum = enumType('ThresholdComparator', ['GREATER_THAN', 'GREATER_THAN_OR_EQUAL_TO']);
