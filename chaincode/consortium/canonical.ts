import { canonicalJson } from '../common/state.js';
import type { OrganizationDefinition } from './invitation.js';

// What an invited party signs. The first line names the purpose, so that no signature made for anything else, nor one of these for
// another purpose, can be taken for it: Fabric's own signed messages are protobuf, Ethereum's begin with 0x19 or are RLP.

export const ACCEPTANCE_DOMAIN = 'parley-consortium/accept-invitation/v1';
export const REJECTION_DOMAIN = 'parley-consortium/reject-invitation/v1';

/**
 * The bytes that accept an invitation: the domain, a line feed, and the JSON object {definition, invitationId, networkId} by RFC 8785
 * (names sorted by UTF-16 code units, no white space), in UTF-8. The definition stands with all its nine names: lists that were
 * absent are empty, `nodeOUs` that was absent is true; texts stand exactly as they were given.
 */
export function acceptanceBytes(networkId: string, invitationId: string, definition: OrganizationDefinition): Buffer {
  return Buffer.from(`${ACCEPTANCE_DOMAIN}\n${canonicalJson({ definition, invitationId, networkId })}`, 'utf8');
}

/** The bytes that reject an invitation: the domain, a line feed, and {invitationId, networkId} as above. */
export function rejectionBytes(networkId: string, invitationId: string): Buffer {
  return Buffer.from(`${REJECTION_DOMAIN}\n${canonicalJson({ invitationId, networkId })}`, 'utf8');
}
