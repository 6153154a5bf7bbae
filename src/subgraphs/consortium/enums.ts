import { enumType } from '../enums.js';

export const MemberStatusEnum = enumType('MemberStatus', ['INVITED', 'ACTIVE', 'SUSPENDED', 'REMOVED']);
export const MembershipRoleEnum = enumType('MembershipRole', ['MEMBER', 'ORDERER', 'VALIDATOR', 'GOVERNOR']);
export const MembershipStatusEnum = enumType('MembershipStatus', [
  'INVITED',
  'JOINING',
  'ACTIVE',
  'SUSPENDED',
  'REMOVED',
]);
export const MembershipChangeKindEnum = enumType('MembershipChangeKind', [
  'INVITED',
  'JOINED',
  'ROLE_CHANGED',
  'SUSPENDED',
  'REMOVED',
  'IDENTITY_CHANGED',
]);
export const NodeRoleEnum = enumType('NodeRole', ['PEER', 'ORDERER', 'CHAIN_NODE', 'CERTIFICATE_AUTHORITY']);
export const NodeHealthEnum = enumType('NodeHealth', ['HEALTHY', 'LAGGING', 'UNREACHABLE', 'UNKNOWN']);
export const PrincipalKindEnum = enumType('PrincipalKind', ['ANONYMOUS', 'API_KEY', 'OIDC', 'X509', 'ETHEREUM']);
