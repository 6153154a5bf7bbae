import { common, msp } from '@hyperledger/fabric-protos';

/** The roles of Fabric's policy language. */
export const POLICY_ROLES = ['member', 'admin', 'client', 'peer', 'orderer'] as const;
export type PolicyRole = (typeof POLICY_ROLES)[number];

const CODES = {
  member: msp.MSPRole.MSPRoleType.MEMBER,
  admin: msp.MSPRole.MSPRoleType.ADMIN,
  client: msp.MSPRole.MSPRoleType.CLIENT,
  peer: msp.MSPRole.MSPRoleType.PEER,
  orderer: msp.MSPRole.MSPRoleType.ORDERER,
} as const;

/** `'MSP.role'` as a message. */
export function rolePrincipal(mspId: string, role: PolicyRole): msp.MSPPrincipal {
  const told = new msp.MSPRole();
  told.setMspIdentifier(mspId);
  told.setRole(CODES[role]);
  const principal = new msp.MSPPrincipal();
  principal.setPrincipalClassification(msp.MSPPrincipal.Classification.ROLE);
  principal.setPrincipal(told.serializeBinary());
  return principal;
}

export function signedBy(index: number): common.SignaturePolicy {
  const rule = new common.SignaturePolicy();
  rule.setSignedBy(index);
  return rule;
}

export function nOutOf(required: number, rules: readonly common.SignaturePolicy[]): common.SignaturePolicy {
  const outOf = new common.SignaturePolicy.NOutOf();
  outOf.setN(required);
  outOf.setRulesList([...rules]);
  const rule = new common.SignaturePolicy();
  rule.setNOutOf(outOf);
  return rule;
}

export function signaturePolicy(
  rule: common.SignaturePolicy,
  identities: readonly msp.MSPPrincipal[],
): common.SignaturePolicyEnvelope {
  const policy = new common.SignaturePolicyEnvelope();
  policy.setVersion(0);
  policy.setRule(rule);
  policy.setIdentitiesList([...identities]);
  return policy;
}
