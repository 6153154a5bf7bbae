import { getBytes, hexlify, N as CURVE_ORDER, recoverAddress, toBeHex, TypedDataEncoder } from 'ethers';
import { ParleyError } from '../../errors/index.js';

type Fields = readonly { readonly name: string; readonly type: string }[];

/** EIP-712 typed data, https://eips.ethereum.org/EIPS/eip-712: plain JSON, whole numbers in decimal. */
export interface TypedData {
  readonly types: Readonly<Record<string, Fields>>;
  readonly primaryType: string;
  readonly domain: Readonly<Record<string, string>>;
  readonly message: Readonly<Record<string, string>>;
}

export interface Ballot {
  /** Decimal. */
  readonly proposalId: string;
  readonly support: number;
  /** EIP-55. */
  readonly voter: string;
  readonly nonce: bigint;
  readonly reason: string | null;
}

const DOMAIN_FIELDS: Fields = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
];

/** What `eip712Domain()` answers (ERC-5267): the fields whose bits are set. */
export function domainOf(values: readonly unknown[]): TypedData['domain'] {
  const [fields, ...given] = values;
  const bits = Number(fields);
  return Object.fromEntries(
    DOMAIN_FIELDS.flatMap(({ name }, bit) => ((bits >> bit) & 1 ? [[name, String(given[bit])]] : [])),
  );
}

/** The ballot that `castVoteBySig` takes, or with a reason `castVoteWithReasonAndParamsBySig`, as OpenZeppelin Contracts 5 defines them. */
export function ballotOf(
  domain: TypedData['domain'],
  { proposalId, support, voter, nonce, reason }: Ballot,
): TypedData {
  const plain: Fields = [
    { name: 'proposalId', type: 'uint256' },
    { name: 'support', type: 'uint8' },
    { name: 'voter', type: 'address' },
    { name: 'nonce', type: 'uint256' },
  ];
  const more: Fields = [
    { name: 'reason', type: 'string' },
    { name: 'params', type: 'bytes' },
  ];
  const primaryType = reason === null ? 'Ballot' : 'ExtendedBallot';
  const EIP712Domain = DOMAIN_FIELDS.filter(({ name }) => name in domain);
  return {
    types: { EIP712Domain, [primaryType]: reason === null ? plain : [...plain, ...more] },
    ...{ primaryType, domain },
    message: {
      ...{ proposalId, support: String(support), voter, nonce: String(nonce) },
      ...(reason === null ? {} : { reason, params: '0x' }),
    },
  };
}

/** One text for one ballot: keys sorted, no space (RFC 8785). */
export const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

/** What is signed. */
export function digestOf({ domain, types, message }: TypedData): Uint8Array {
  const own = Object.entries(types).filter(([name]) => name !== 'EIP712Domain');
  const mutable = Object.fromEntries(own.map(([name, fields]) => [name, [...fields]]));
  return getBytes(TypedDataEncoder.hash(domain, mutable, message));
}

/** r‖s‖v with low s and v 27 or 28, as OpenZeppelin's ECDSA takes it. Errors: `SIGNATURE_INVALID`. */
export function walletSignature(bytes: Uint8Array): string {
  const v = bytes[64];
  const s = BigInt(`0x0${hexlify(bytes.subarray(32, 64)).slice(2)}`);
  if (bytes.length !== 65 || v === undefined || ![0, 1, 27, 28].includes(v) || s >= CURVE_ORDER)
    throw new ParleyError('SIGNATURE_INVALID', 'That is no signature of a wallet', {
      got: `${bytes.length} bytes`,
      expected: '65 bytes: r, s, and 0, 1, 27 or 28',
    });
  const isHigh = s > CURVE_ORDER / 2n;
  const parity = (v % 27) ^ Number(isHigh);
  const low = isHigh ? toBeHex(CURVE_ORDER - s, 32) : hexlify(bytes.subarray(32, 64));
  return `${hexlify(bytes.subarray(0, 32))}${low.slice(2)}${(27 + parity).toString(16)}`;
}

/** The signature as the governor takes it. Errors: `SIGNATURE_INVALID` where it is not the voter's over exactly this ballot. */
export function verifiedSignature(digest: Uint8Array, given: Uint8Array, voter: string): string {
  const signature = walletSignature(given);
  const signer = recovered(digest, signature);
  if (signer === voter) return signature;
  throw new ParleyError('SIGNATURE_INVALID', 'The ballot is not signed by its voter', {
    got: signer ?? 'a signature of nobody',
    expected: voter,
    fix: 'Sign the digest, or the typed data that the bytes are, with the wallet that votes.',
  });
}

function recovered(digest: Uint8Array, signature: string): string | null {
  try {
    return recoverAddress(digest, signature);
  } catch {
    // r is no point of the curve.
    return null;
  }
}
