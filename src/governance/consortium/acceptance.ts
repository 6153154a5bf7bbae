import { keccak_256 } from '@noble/hashes/sha3.js';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ParleyError } from '../../errors/index.js';
import type { JsonValue } from '../mechanism.js';

// What an invited party signs, byte for byte as the consortium chaincode checks it (chaincode/consortium/canonical.ts).

export const ACCEPTANCE = 'parley-consortium/accept-invitation/v1';
export const REJECTION = 'parley-consortium/reject-invitation/v1';

const texts = z.array(z.string()).default([]);
const input = z.object({
  name: z.string().optional(),
  organization: z
    .object({
      mspId: z.string(),
      rootCertificates: texts,
      intermediateCertificates: texts,
      admins: texts,
      tlsRootCertificates: texts,
      nodeOUs: z.boolean().default(true),
      anchorPeers: z.array(z.object({ host: z.string(), port: z.int() })).default([]),
    })
    .optional(),
  accounts: z.array(z.object({ chain: z.string(), address: z.string() })).default([]),
});

/** An organisation's definition with all its nine names, as JSON. Errors: `INPUT_INVALID`. */
export function definitionOf(given: JsonValue, fallbackName: string | null): JsonValue {
  const { name, organization, accounts } = input.parse(given);
  if (organization === undefined)
    throw new ParleyError('INPUT_INVALID', 'An acceptance says who the invited organisation is', {
      expected: '`organization`',
    });
  return { ...organization, name: name ?? fallbackName ?? organization.mspId, accounts };
}

export const acceptanceBytes = (networkId: string, invitationId: string, definition: JsonValue): Uint8Array =>
  Buffer.from(`${ACCEPTANCE}\n${canonical({ definition, invitationId, networkId })}`, 'utf8');
export const rejectionBytes = (networkId: string, invitationId: string): Uint8Array =>
  Buffer.from(`${REJECTION}\n${canonical({ invitationId, networkId })}`, 'utf8');

/** RFC 8785 for what has no numbers but small integers: names sorted by UTF-16 code units, no white space. */
export const canonical = (value: JsonValue): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** EIP-191, version 0x45 (`personal_sign`): what a wallet signs of a message. */
export const eip191Digest = (bytes: Uint8Array): Uint8Array =>
  keccak_256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`, 'utf8'), bytes]));
