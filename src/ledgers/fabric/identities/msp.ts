import type { X509Certificate } from 'node:crypto';
import type { msp } from '@hyperledger/fabric-protos';
import { organizationalUnits, readCertificate } from './certificate.js';
import type { Identity } from './identity.js';
import { readRevocationList, serialOf, type RevocationList } from './revocation.js';
import type { HashFamily } from './signature.js';

/** A chain has a leaf, intermediates and a root; deeper ones than this are no MSP's. */
const MAX_CHAIN = 10;

/** Why an MSP does not take an identity: no certificate, an authority's, of no authority of the MSP, revoked, of no one node role. */
export type MspRefusal =
  'NO_CERTIFICATE' | 'AUTHORITY' | 'FOREIGN' | 'REVOKED' | 'NO_ROLE' | 'EXPIRED' | 'NOT_YET_VALID';

/** From when to when an identity is valid under an MSP; empty, with the reason, where it never is. */
interface Validity {
  readonly fromMs: number;
  readonly toMs: number;
  readonly refusal: MspRefusal | null;
}
const never = (refusal: MspRefusal): Validity => ({ fromMs: Infinity, toMs: -Infinity, refusal });

/** The roles that a certificate's organisational unit tells under NodeOUs. */
export type NodeRole = 'CLIENT' | 'PEER' | 'ADMIN' | 'ORDERER';

interface OrganizationalUnit {
  readonly name: string;
  /** The certificate authority that must have issued the certificate; null where any of the MSP's may. */
  readonly issuer: X509Certificate | null;
}

/**
 * One organisation's membership service provider as a channel's config gives it. Judges identities as Fabric does: a chain to its
 * roots over its intermediates, no authority as an identity, no revoked certificate, the organisational units it asks for, and
 * exactly one node role where it has NodeOUs. Other than Fabric, which leaves expiry to the nodes that accept a call, it also asks
 * for validity at the time in question.
 */
export class Msp {
  readonly hashFamily: HashFamily;
  private readonly roots: readonly X509Certificate[];
  private readonly intermediates: readonly X509Certificate[];
  /** Authorities that have others below them: Fabric lets only the lowest ones issue identities. */
  private readonly inner: ReadonlySet<X509Certificate>;
  private readonly lists: readonly RevocationList[];
  private readonly units: readonly OrganizationalUnit[];
  private readonly roles: ReadonlyMap<NodeRole, OrganizationalUnit> | null;
  private readonly admins: readonly X509Certificate[];
  private readonly judged = new WeakMap<Identity, Validity>();

  constructor(config: msp.FabricMSPConfig) {
    this.hashFamily = config.getCryptoConfig()?.getSignatureHashFamily() === 'SHA3' ? 'SHA3' : 'SHA2';
    this.roots = certificates(config.getRootCertsList_asU8());
    this.intermediates = certificates(config.getIntermediateCertsList_asU8());
    this.inner = new Set(this.intermediates.flatMap((ca) => this.issuerOf(ca) ?? []));
    this.lists = config.getRevocationListList_asU8().flatMap((bytes) => readRevocationList(bytes) ?? []);
    this.units = config.getOrganizationalUnitIdentifiersList().map(readUnit);
    this.roles = readRoles(config.getFabricNodeOus());
    this.admins = certificates(config.getAdminsList_asU8());
  }

  /** Whether the identity is this organisation's and valid at that time. */
  holds(identity: Identity, atMs: number): boolean {
    const { fromMs, toMs } = this.validity(identity);
    return atMs >= fromMs && atMs <= toMs;
  }

  /** Whether the identity is this organisation's, whenever it is valid. */
  admits(identity: Identity): boolean {
    return this.validity(identity).refusal === null;
  }

  /** Why the identity is not this organisation's, or not valid at that time; null where it is both. */
  refusal(identity: Identity, atMs: number): MspRefusal | null {
    const { fromMs, toMs, refusal } = this.validity(identity);
    if (refusal !== null) return refusal;
    if (atMs > toMs) return 'EXPIRED';
    return atMs < fromMs ? 'NOT_YET_VALID' : null;
  }

  /** Whether an identity that is this organisation's has the node role: by its unit, or as an admin by name. */
  hasRole({ certificate }: Identity, role: NodeRole): boolean {
    if (certificate === null) return false;
    if (role === 'ADMIN' && this.admins.some((admin) => admin.raw.equals(certificate.raw))) return true;
    const unit = this.roles?.get(role);
    return unit !== undefined && organizationalUnits(certificate).includes(unit.name);
  }

  private validity(identity: Identity): Validity {
    let validity = this.judged.get(identity);
    if (validity === undefined) this.judged.set(identity, (validity = this.judge(identity)));
    return validity;
  }

  private judge({ certificate }: Identity): Validity {
    if (certificate === null) return never('NO_CERTIFICATE');
    if (certificate.ca) return never('AUTHORITY');
    const chain = this.chainOf(certificate);
    const [, issuer] = chain;
    if (issuer === undefined || this.inner.has(issuer)) return never('FOREIGN');
    if (chain.some((link, i) => this.isRevoked(link, chain[i + 1]))) return never('REVOKED');
    if (!this.hasUnits(certificate, issuer)) return never('NO_ROLE');
    return {
      fromMs: Math.max(...chain.map((link) => link.validFromDate.getTime())),
      toMs: Math.min(...chain.map((link) => link.validToDate.getTime())),
      refusal: null,
    };
  }

  /** From the leaf to a root; empty where it does not lead to one. */
  private chainOf(leaf: X509Certificate): X509Certificate[] {
    const chain = [leaf];
    while (chain.length <= MAX_CHAIN) {
      const issuer = this.issuerOf(chain.at(-1) ?? leaf);
      if (issuer === null) return [];
      chain.push(issuer);
      if (this.roots.includes(issuer)) return chain;
    }
    return [];
  }

  private issuerOf(certificate: X509Certificate): X509Certificate | null {
    const found = [...this.intermediates, ...this.roots].find(
      (ca) => ca !== certificate && ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey),
    );
    return found ?? null;
  }

  private isRevoked(certificate: X509Certificate, issuer: X509Certificate | undefined): boolean {
    if (issuer === undefined) return false;
    const serial = serialOf(certificate);
    return this.lists.some((list) => list.serials.includes(serial) && list.signedBy(issuer));
  }

  private hasUnits(certificate: X509Certificate, issuer: X509Certificate): boolean {
    const names = organizationalUnits(certificate);
    const has = (unit: OrganizationalUnit): boolean =>
      names.includes(unit.name) && (unit.issuer === null || unit.issuer.raw.equals(issuer.raw));
    if (this.units.length > 0 && !this.units.some(has)) return false;
    return this.roles === null || [...this.roles.values()].filter(has).length === 1;
  }
}

const certificates = (list: readonly Uint8Array[]): X509Certificate[] =>
  list.flatMap((bytes) => readCertificate(bytes) ?? []);

function readUnit(unit: msp.FabricOUIdentifier): OrganizationalUnit {
  const issuer = unit.getCertificate_asU8();
  return {
    name: unit.getOrganizationalUnitIdentifier(),
    issuer: issuer.length === 0 ? null : readCertificate(issuer),
  };
}

/** The units of the four node roles; null where the MSP has no NodeOUs. */
function readRoles(nodeOUs: msp.FabricNodeOUs | undefined): Map<NodeRole, OrganizationalUnit> | null {
  if (nodeOUs?.getEnable() !== true) return null;
  const units: [NodeRole, msp.FabricOUIdentifier | undefined][] = [
    ['CLIENT', nodeOUs.getClientOuIdentifier()],
    ['PEER', nodeOUs.getPeerOuIdentifier()],
    ['ADMIN', nodeOUs.getAdminOuIdentifier()],
    ['ORDERER', nodeOUs.getOrdererOuIdentifier()],
  ];
  return new Map(units.flatMap(([role, unit]) => (unit === undefined ? [] : [[role, readUnit(unit)] as const])));
}
