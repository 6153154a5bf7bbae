// What the Fabric mechanisms of governance read a channel's configuration, its identities and its policies by: nothing of the network.
export { configChanges, type ElementChange } from './config/changes.js';
export { durationMs } from './config/duration.js';
export { membershipOf } from './config/governing.js';
export { policyRule, policyTreeAt } from './config/policies.js';
export { readPrincipal } from './config/principal.js';
export { policyExpression } from './config/signaturePolicy.js';
export { configNode, groupAt, type ConfigNode } from './config/tree.js';
export { valueView } from './config/values.js';
export { certificateFacts, organizationalUnits, readCertificate } from './identities/certificate.js';
export { Identities, type Identity } from './identities/identity.js';
export { MspReader, openMspConfig, type Membership } from './identities/membership.js';
export type { MspRefusal, NodeRole } from './identities/msp.js';
export { isSignatureEncoding, normalizedSignature } from './identities/signature.js';
export { chaincodeDefinition } from './lifecycle/definition.js';
export { parsePolicyExpression } from './policy/expression.js';
export { parsePolicyRule } from './policy/rule.js';
