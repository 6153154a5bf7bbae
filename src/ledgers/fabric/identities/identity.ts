import type { KeyObject, X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { distinguishedName } from '../../../lib/distinguishedName.js';
import type { FabricIdentity } from '../../../model/fabric.js';
import { latin1, utf8, view } from '../wire/bytes.js';
import { readCertificate } from './certificate.js';

/** A serialised identity, read once. Whether it is valid depends on a configuration and a time, and is asked of an MSP. */
export interface Identity {
  /** What is told of it; its MSP id is empty where the bytes are no identity. */
  readonly facts: FabricIdentity;
  readonly certificate: X509Certificate | null;
  readonly publicKey: KeyObject | null;
}

/** Few certificates sign nearly everything, so reading each once is what makes decoding fast. Bounded. */
const MAX_IDENTITIES = 20_000;
/** Of a certificate in PEM these are the last characters of its signature. */
const PART_FROM_END = 76;
const PART_TO_END = 28;

export class Identities {
  private readonly known = new Map<string, Identity>();
  /** Those of `msp.SerializedIdentity` bytes, by a part that tells nearly all apart: whole texts would cost more than all else. */
  private readonly bySignature = new Map<string, { readonly bytes: Buffer; readonly identity: Identity }>();

  constructor(private readonly max = MAX_IDENTITIES) {}

  /** The identity of `msp.SerializedIdentity` bytes. */
  read(serialized: Uint8Array): Identity {
    const bytes = view(serialized);
    const part = bytes.toString('latin1', bytes.length - PART_FROM_END, bytes.length - PART_TO_END);
    const found = this.bySignature.get(part);
    if (found?.bytes.equals(bytes) === true) return found.identity;
    const identity = this.remember(latin1(bytes), () => openIdentity(bytes));
    if (this.bySignature.size >= this.max) this.bySignature.clear();
    this.bySignature.set(part, { bytes: Buffer.from(bytes), identity });
    return identity;
  }

  /** The identity of a consenter, which the config gives as MSP id and certificate. */
  consenter(mspId: string, certificate: Uint8Array): Identity {
    return this.remember(`${mspId}\n${latin1(certificate)}`, () => makeIdentity(mspId, certificate));
  }

  private remember(key: string, make: () => Identity): Identity {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const made = make();
    if (this.known.size >= this.max) this.forgetOldest();
    this.known.set(key, made);
    return made;
  }

  private forgetOldest(): void {
    for (const key of this.known.keys()) {
      if (this.known.size < this.max) return;
      this.known.delete(key);
    }
  }
}

function openIdentity(serialized: Uint8Array): Identity {
  try {
    const opened = msp.SerializedIdentity.deserializeBinary(serialized);
    return makeIdentity(opened.getMspid(), opened.getIdBytes_asU8());
  } catch {
    // No identity: nothing that it claims to have signed verifies.
    return { facts: { mspId: '', subject: null, pem: null }, certificate: null, publicKey: null };
  }
}

function makeIdentity(mspId: string, idBytes: Uint8Array): Identity {
  const certificate = readCertificate(idBytes);
  return {
    facts: {
      mspId,
      subject: certificate === null ? null : distinguishedName(certificate.subject),
      pem: certificate === null ? null : utf8(idBytes),
    },
    certificate,
    publicKey: certificate === null ? null : readKey(certificate),
  };
}

function readKey(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null; // A key of an unknown kind verifies nothing.
  }
}
