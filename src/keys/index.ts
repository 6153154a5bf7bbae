export { checkOwner } from './checkOwner.js';
export { checkSigner, type SignerFinding } from './checkSigner.js';
export { openSigner, openSigners } from './openSigners.js';
export type { SignatureScheme, Signer, SigningIdentity } from './signer.js';
