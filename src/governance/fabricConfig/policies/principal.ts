import { msp } from '@hyperledger/fabric-protos';
import {
  organizationalUnits,
  type Identity,
  type Membership,
  type NodeRole,
} from '../../../ledgers/fabric/configuration.js';

const Kind = msp.MSPPrincipal.Classification;
const { MEMBER, ADMIN, CLIENT, PEER, ORDERER } = msp.MSPRole.MSPRoleType;
const NODE_ROLES: ReadonlyMap<number, NodeRole> = new Map([
  [ADMIN, 'ADMIN'],
  [CLIENT, 'CLIENT'],
  [PEER, 'PEER'],
  [ORDERER, 'ORDERER'],
]);

/** Whether an identity, valid under the membership, is whom a signature policy asks for. Anonymous and combined principals are nobody. */
export function isPrincipal(identity: Identity, principal: msp.MSPPrincipal, membership: Membership): boolean {
  const bytes = principal.getPrincipal_asU8();
  switch (principal.getPrincipalClassification()) {
    case Kind.ROLE:
      return hasRole(identity, msp.MSPRole.deserializeBinary(bytes), membership);
    case Kind.ORGANIZATION_UNIT:
      return hasUnit(identity, msp.OrganizationUnit.deserializeBinary(bytes));
    case Kind.IDENTITY:
      return isIdentity(identity, msp.SerializedIdentity.deserializeBinary(bytes));
    default:
      return false;
  }
}

function hasRole(identity: Identity, role: msp.MSPRole, membership: Membership): boolean {
  if (identity.facts.mspId !== role.getMspIdentifier()) return false;
  if (role.getRole() === MEMBER) return true;
  const nodeRole = NODE_ROLES.get(role.getRole());
  return nodeRole !== undefined && membership.hasRole(identity, nodeRole);
}

function hasUnit({ facts, certificate }: Identity, unit: msp.OrganizationUnit): boolean {
  if (certificate === null || facts.mspId !== unit.getMspIdentifier()) return false;
  return organizationalUnits(certificate).includes(unit.getOrganizationalUnitIdentifier());
}

/** The PEM may be written differently; the certificate is what counts. */
function isIdentity({ facts, certificate }: Identity, told: msp.SerializedIdentity): boolean {
  const pem = Buffer.from(told.getIdBytes_asU8()).toString('utf8');
  const der = (text: string): string => text.replaceAll(/-----[^-]+-----|\s/g, '');
  return certificate !== null && facts.mspId === told.getMspid() && der(certificate.toString()) === der(pem);
}
