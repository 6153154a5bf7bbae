import { msp } from '@hyperledger/fabric-protos';
import { distinguishedName } from '../../../lib/distinguishedName.js';
import { readCertificate } from '../identities/certificate.js';

/** Whom a signature policy asks for. */
export interface Principal {
  readonly mspId: string | null;
  /** `PEER`, `ADMIN` … as Fabric names its roles; another kind of principal in words. */
  readonly role: string;
  /** As Fabric's policy language writes it: `'Org1MSP.peer'`. */
  readonly text: string;
}

const ROLES = new Map(Object.entries(msp.MSPRole.MSPRoleType).map(([name, code]) => [code as number, name]));
const Kind = msp.MSPPrincipal.Classification;

export function readPrincipal(principal: msp.MSPPrincipal | undefined): Principal {
  if (principal === undefined) return { mspId: null, role: 'UNKNOWN', text: `'?'` };
  const bytes = principal.getPrincipal_asU8();
  switch (principal.getPrincipalClassification()) {
    case Kind.ROLE:
      return rolePrincipal(msp.MSPRole.deserializeBinary(bytes));
    case Kind.ORGANIZATION_UNIT:
      return unitPrincipal(msp.OrganizationUnit.deserializeBinary(bytes));
    case Kind.IDENTITY:
      return identityPrincipal(msp.SerializedIdentity.deserializeBinary(bytes));
    default:
      return { mspId: null, role: 'UNKNOWN', text: `'?'` };
  }
}

function rolePrincipal(role: msp.MSPRole): Principal {
  const mspId = role.getMspIdentifier();
  const name = ROLES.get(role.getRole()) ?? 'UNKNOWN';
  return { mspId, role: name, text: `'${mspId}.${name.toLowerCase()}'` };
}

function unitPrincipal(unit: msp.OrganizationUnit): Principal {
  const mspId = unit.getMspIdentifier();
  const role = `OU=${unit.getOrganizationalUnitIdentifier()}`;
  return { mspId, role, text: `'${mspId}.${role}'` };
}

function identityPrincipal(identity: msp.SerializedIdentity): Principal {
  const mspId = identity.getMspid();
  const certificate = readCertificate(identity.getIdBytes_asU8());
  const role = certificate === null ? 'IDENTITY' : distinguishedName(certificate.subject);
  return { mspId, role, text: `'${mspId}/${role}'` };
}
