import type { MemberConfig, SignerConfig } from '../config/index.js';
import type { SignerFinding } from './checkSigner.js';
import { openSigner } from './openSigners.js';

/**
 * Whether what a signer signs as is its member's: else what it does is shown as somebody else's. Null where it is, or where the member is
 * not configured. Errors: as `openSigners`.
 */
export function checkOwner(config: SignerConfig, members: readonly MemberConfig[]): SignerFinding | null {
  const member = members.find(({ id }) => id === config.member);
  if (member === undefined) return null;
  const { identity } = openSigner(config);
  const [native, key, own] =
    identity.kind === 'fabric'
      ? ([identity.mspId, 'mspIds', member.mspIds] as const)
      : ([identity.address, 'accounts', member.accounts.map(({ address }) => address)] as const);
  if (own.some((one) => one.toLowerCase() === native.toLowerCase())) return null;
  const has = own.length === 0 ? 'none' : own.join(', ');
  return {
    kind: 'warning',
    text: `signs for ${member.id} as ${native}, which is not among its \`${key}\` (${has})`,
    fix: `Put it into \`${key}\` of ${member.id}, or name the member in \`signers\` that it is of.`,
  };
}
