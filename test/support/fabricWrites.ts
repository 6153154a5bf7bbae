import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { ParleyError } from '../../src/errors/index.js';
import type { EvaluateRequest, FabricCreator } from '../../src/ledgers/ledger.js';

const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Somebody with a key of their own, apart from Parley: signs as a client of Fabric has to (P-256, DER, low S). */
export interface OutsideSigner {
  readonly creator: FabricCreator;
  readonly privateKeyPem: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export function outsideSigner(
  mspId: string,
  keys: { readonly certificatePem: string; readonly privateKeyPem: string },
): OutsideSigner {
  const key = createPrivateKey(keys.privateKeyPem);
  return {
    creator: { mspId, certificate: keys.certificatePem },
    privateKeyPem: keys.privateKeyPem,
    sign: (bytes) => lowS(bytes, key),
  };
}

/** A signature whose S happens to be low: signing again gives another one. */
function lowS(bytes: Uint8Array, key: KeyObject): Uint8Array {
  for (let tries = 0; tries < 100; tries += 1) {
    const raw = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
    if (isLow(raw)) return derOf(raw);
  }
  throw new Error('No low S in a hundred signatures');
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
export const isLow = (raw: Uint8Array): boolean => numberOf(raw.subarray(32)) <= HALF_ORDER;

/** The same signature with the other S; r‖s. */
export function withOtherS(raw: Uint8Array): Uint8Array {
  const other = (ORDER - numberOf(raw.subarray(32))).toString(16).padStart(64, '0');
  return Buffer.concat([raw.subarray(0, 32), Buffer.from(other, 'hex')]);
}

/** r‖s as DER (X.690). */
export function derOf(raw: Uint8Array): Uint8Array {
  const integer = (part: Uint8Array): Buffer => {
    let start = 0;
    while (start < part.length - 1 && part[start] === 0) start += 1;
    const bytes = Buffer.from(part.subarray(start));
    const content = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(0x02, content.length), content]);
  };
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

export function call(name: string, args: readonly string[] = [], more: Partial<EvaluateRequest> = {}): EvaluateRequest {
  return {
    ...{ chaincode: 'assets', contract: null, function: name, transient: {}, endorsingOrganizations: [] },
    arguments: args.map((argument) => Buffer.from(argument)),
    ...more,
  };
}

export async function failureOf(answer: Promise<unknown>): Promise<ParleyError> {
  const failure: unknown = await answer.then(
    () => null,
    (error: unknown) => error,
  );
  if (failure instanceof ParleyError) return failure;
  throw new Error(`No ParleyError: ${String(failure)}`);
}
