import { common, msp } from '@hyperledger/fabric-protos';

export type PolicyRole = 'member' | 'admin' | 'client' | 'peer' | 'orderer';

const ROLES = {
  member: msp.MSPRole.MSPRoleType.MEMBER,
  admin: msp.MSPRole.MSPRoleType.ADMIN,
  client: msp.MSPRole.MSPRoleType.CLIENT,
  peer: msp.MSPRole.MSPRoleType.PEER,
  orderer: msp.MSPRole.MSPRoleType.ORDERER,
} as const;

export function isPolicyRole(name: string): name is PolicyRole {
  return name in ROLES;
}

/** The principal `MSP.role`. */
export function rolePrincipal(mspId: string, role: PolicyRole): msp.MSPPrincipal {
  const mspRole = new msp.MSPRole();
  mspRole.setMspIdentifier(mspId);
  mspRole.setRole(ROLES[role]);
  return principal(msp.MSPPrincipal.Classification.ROLE, mspRole.serializeBinary());
}

/** The principal that one certificate is. */
export function identityPrincipal(serializedIdentity: Uint8Array): msp.MSPPrincipal {
  return principal(msp.MSPPrincipal.Classification.IDENTITY, serializedIdentity);
}

function principal(kind: 0 | 1 | 2 | 3 | 4, bytes: Uint8Array): msp.MSPPrincipal {
  const made = new msp.MSPPrincipal();
  made.setPrincipalClassification(kind);
  made.setPrincipal(bytes);
  return made;
}

export function signedBy(index: number): common.SignaturePolicy {
  const rule = new common.SignaturePolicy();
  rule.setSignedBy(index);
  return rule;
}

export function nOutOf(n: number, rules: readonly common.SignaturePolicy[]): common.SignaturePolicy {
  const gate = new common.SignaturePolicy.NOutOf();
  gate.setN(n);
  gate.setRulesList([...rules]);
  const rule = new common.SignaturePolicy();
  rule.setNOutOf(gate);
  return rule;
}

export function signaturePolicy(
  rule: common.SignaturePolicy,
  identities: readonly msp.MSPPrincipal[],
): common.SignaturePolicyEnvelope {
  const envelope = new common.SignaturePolicyEnvelope();
  envelope.setVersion(0);
  envelope.setRule(rule);
  envelope.setIdentitiesList([...identities]);
  return envelope;
}

/** Met by one member of the MSP in any of the roles. */
export function anyRoleOf(mspId: string, roles: readonly PolicyRole[]): common.SignaturePolicyEnvelope {
  return signaturePolicy(
    nOutOf(
      1,
      roles.map((_, index) => signedBy(index)),
    ),
    roles.map((role) => rolePrincipal(mspId, role)),
  );
}
