import { msp } from '@hyperledger/fabric-protos';
import type { NodeRole } from '../ports.js';
import { organizationalUnits, parseCertificate } from './certificate.js';
import type { Identity } from './msp.js';

const Classification = msp.MSPPrincipal.Classification;
const Role = msp.MSPRole.MSPRoleType;

const NODE_ROLES: ReadonlyMap<number, NodeRole> = new Map([
  [Role.CLIENT, 'client'],
  [Role.PEER, 'peer'],
  [Role.ORDERER, 'orderer'],
]);

/** How deep combined principals may be nested. */
const MAX_DEPTH = 16;

/** True where an identity is whom a principal names (`msp_principal.proto`). */
export function satisfiesPrincipal(identity: Identity, principal: msp.MSPPrincipal, depth = 0): boolean {
  const bytes = principal.getPrincipal_asU8();
  switch (principal.getPrincipalClassification()) {
    case Classification.ROLE:
      return satisfiesRole(identity, msp.MSPRole.deserializeBinary(bytes));
    case Classification.ORGANIZATION_UNIT:
      return satisfiesUnit(identity, msp.OrganizationUnit.deserializeBinary(bytes));
    case Classification.IDENTITY:
      return isIdentity(identity, msp.SerializedIdentity.deserializeBinary(bytes));
    case Classification.ANONYMITY:
      return isNominal(msp.MSPIdentityAnonymity.deserializeBinary(bytes));
    case Classification.COMBINED:
      return satisfiesAll(identity, msp.CombinedPrincipal.deserializeBinary(bytes), depth);
    default:
      return false;
  }
}

function satisfiesRole(identity: Identity, role: msp.MSPRole): boolean {
  if (role.getMspIdentifier() !== identity.mspId) return false;
  if (role.getRole() === Role.ADMIN && identity.admin) return true;
  if (identity.fault !== null) return false;
  if (role.getRole() === Role.MEMBER) return true;
  if (role.getRole() === Role.ADMIN) return identity.role === 'admin';
  return identity.role !== null && identity.role === NODE_ROLES.get(role.getRole());
}

function satisfiesUnit(identity: Identity, unit: msp.OrganizationUnit): boolean {
  if (identity.fault !== null || unit.getMspIdentifier() !== identity.mspId) return false;
  return organizationalUnits(identity.certificate).includes(unit.getOrganizationalUnitIdentifier());
}

function isIdentity(identity: Identity, other: msp.SerializedIdentity): boolean {
  if (other.getMspid() !== identity.mspId) return false;
  return parseCertificate(other.getIdBytes_asU8()).raw.equals(identity.certificate.raw);
}

function isNominal(principal: msp.MSPIdentityAnonymity): boolean {
  return principal.getAnonymityType() === msp.MSPIdentityAnonymity.MSPIdentityAnonymityType.NOMINAL;
}

function satisfiesAll(identity: Identity, combined: msp.CombinedPrincipal, depth: number): boolean {
  const principals = combined.getPrincipalsList();
  if (principals.length === 0 || depth >= MAX_DEPTH) return false;
  return principals.every((principal) => satisfiesPrincipal(identity, principal, depth + 1));
}

/** The MSP that a principal names; null where it names none. */
export function mspOf(principal: msp.MSPPrincipal): string | null {
  const bytes = principal.getPrincipal_asU8();
  switch (principal.getPrincipalClassification()) {
    case Classification.ROLE:
      return msp.MSPRole.deserializeBinary(bytes).getMspIdentifier();
    case Classification.ORGANIZATION_UNIT:
      return msp.OrganizationUnit.deserializeBinary(bytes).getMspIdentifier();
    case Classification.IDENTITY:
      return msp.SerializedIdentity.deserializeBinary(bytes).getMspid();
    default:
      return null;
  }
}
