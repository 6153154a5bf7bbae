import { MECHANISMS } from '../../model/governance.js';
import { enumType } from '../enums.js';

export const MechanismEnum = enumType('Mechanism', MECHANISMS);
export const StatusSourceEnum = enumType('StatusSource', ['OBSERVED', 'DERIVED']);
export const InvitationStatusEnum = enumType('InvitationStatus', [
  'PENDING',
  'ACCEPTING',
  'ACCEPTED',
  'REJECTED',
  'EXPIRED',
]);
export const ProposalOrderFieldEnum = enumType('ProposalOrderField', ['CREATED', 'CLOSES']);
export const ProposalChangeKindEnum = enumType('ProposalChangeKind', [
  'OPENED',
  'STATUS_CHANGED',
  'VOTE_CAST',
  'EXECUTED',
]);
