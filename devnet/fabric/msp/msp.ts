import type { X509Certificate } from 'node:crypto';
import type { msp } from '@hyperledger/fabric-protos';
import type { NodeRole, ValidIdentity } from '../ports.js';
import { chainOf, parseCertificate } from './certificate.js';
import { verifyLowS } from './ecdsa.js';
import { NodeOus } from './nodeOus.js';
import { Revocations } from './revocation.js';

/** One member of an MSP as far as its certificate says; `fault` is Fabric's text where it is not valid. */
export interface Identity extends ValidIdentity {
  readonly fault: string | null;
  readonly admin: boolean;
  /** The certificate of the authority that issued it; null where it is not valid. */
  readonly issuer: X509Certificate | null;
}

/** How many parsed identities an MSP keeps. */
const CACHED_IDENTITIES = 2000;

/** A membership service provider: the authorities of one organisation and what they say of a certificate. */
export class Msp {
  readonly id: string;
  private readonly roots: readonly X509Certificate[];
  private readonly intermediates: readonly X509Certificate[];
  private readonly admins: readonly X509Certificate[];
  private readonly nodeOus: NodeOus | null;
  private readonly revocations: Revocations;
  private readonly cache = new Map<string, Identity>();

  /** @throws {Error} where the configuration holds no root or something that is not a certificate */
  constructor(readonly config: msp.FabricMSPConfig) {
    this.id = config.getName();
    this.roots = config.getRootCertsList_asU8().map(parseCertificate);
    this.intermediates = config.getIntermediateCertsList_asU8().map(parseCertificate);
    this.admins = config.getAdminsList_asU8().map(parseCertificate);
    this.nodeOus = NodeOus.of(config.getFabricNodeOus());
    this.revocations = new Revocations(config.getRevocationListList_asU8());
    if (this.roots.length === 0) throw new Error('expected at least one CA certificate');
  }

  /**
   * @throws {Error} where the bytes are no certificate, or one that no authority of this MSP issued; one that is not valid for
   * another reason comes back with its fault
   */
  identity(pem: Uint8Array): Identity {
    const key = Buffer.from(pem).toString('latin1');
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const identity = this.examine(parseCertificate(pem));
    if (this.cache.size >= CACHED_IDENTITIES) this.cache.clear();
    this.cache.set(key, identity);
    return identity;
  }

  private examine(certificate: X509Certificate): Identity {
    const chain = chainOf(certificate, this.roots, this.intermediates);
    if (chain?.[0] === undefined) {
      throw new Error('the supplied identity is not valid: x509: certificate signed by unknown authority');
    }
    const base = { mspId: this.id, certificate, admin: this.admins.some((admin) => admin.raw.equals(certificate.raw)) };
    try {
      const issuer = this.issuerOf(certificate, chain[0]);
      const role: NodeRole | null = this.nodeOus?.roleOf(this.id, certificate, issuer) ?? null;
      return { ...base, role, issuer, fault: null };
    } catch (error) {
      // An invalid identity is a fact about it, not a failure: a policy counts it as no signature.
      return { ...base, role: null, issuer: null, fault: error instanceof Error ? error.message : String(error) };
    }
  }

  private issuerOf(certificate: X509Certificate, issuer: X509Certificate): X509Certificate {
    if (certificate.ca) {
      throw new Error(
        `could not obtain certification chain: An X509 certificate with Basic Constraint: Certificate Authority equals true cannot be used as an identity`,
      );
    }
    if (this.revocations.has(certificate)) {
      throw new Error('could not validate identity against certification chain: The certificate has been revoked');
    }
    return issuer;
  }
}

/** True where the identity's key made the signature over the data. */
export function verifyBy(identity: ValidIdentity, data: Uint8Array, signature: Uint8Array): boolean {
  return verifyLowS(identity.certificate.publicKey, data, signature);
}

/** True where the identity's certificate is past its day. */
export function isExpired(identity: ValidIdentity, now: Date): boolean {
  return now > new Date(identity.certificate.validTo);
}
