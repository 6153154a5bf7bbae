import { X509Certificate } from 'node:crypto';
import type { msp } from '@hyperledger/fabric-protos';
import type { NodeRole } from '../ports.js';
import { organizationalUnits } from './certificate.js';

/** An organisational unit that gives its certificates a role, and, where set, the authority that must have issued them. */
interface RoleUnit {
  readonly role: NodeRole;
  readonly unit: string;
  readonly issuer: X509Certificate | null;
}

/** The NodeOUs of an MSP: which organisational unit makes a client, an admin, a peer and an orderer. */
export class NodeOus {
  private constructor(private readonly units: readonly RoleUnit[]) {}

  /** Null where the MSP does not enforce them. */
  static of(config: msp.FabricNodeOUs | undefined): NodeOus | null {
    if (config === undefined || !config.getEnable()) return null;
    const identifiers = [
      ['client', config.getClientOuIdentifier()],
      ['admin', config.getAdminOuIdentifier()],
      ['peer', config.getPeerOuIdentifier()],
      ['orderer', config.getOrdererOuIdentifier()],
    ] as const;
    return new NodeOus(identifiers.flatMap(([role, identifier]) => (identifier ? [roleUnit(role, identifier)] : [])));
  }

  /**
   * The one role of a certificate.
   * @throws {Error} in Fabric's words where it has none, several, or one that another authority may give
   */
  roleOf(mspId: string, certificate: X509Certificate, issuer: X509Certificate): NodeRole {
    const names = organizationalUnits(certificate);
    const matching = names.flatMap((name) => this.units.filter((unit) => unit.unit === name));
    const ous = `OUs: [${names.join(' ')}], MSP: [${mspId}]`;
    const foreign = matching.find((unit) => unit.issuer !== null && !unit.issuer.raw.equals(issuer.raw));
    if (foreign) throw new Error(`certifiersIdentifier does not match: [${names.join(' ')}], MSP: [${mspId}]`);
    const [found, ...others] = matching;
    if (found === undefined) {
      throw new Error(`the identity does not have an OU that resolves to client, peer, orderer, or admin role. ${ous}`);
    }
    if (others.length > 0) {
      throw new Error(
        `the identity must have a client, a peer, an orderer, or an admin OU role to be valid, not a combination of them. ${ous}`,
      );
    }
    return found.role;
  }
}

function roleUnit(role: NodeRole, identifier: msp.FabricOUIdentifier): RoleUnit {
  const pem = identifier.getCertificate_asU8();
  return {
    role,
    unit: identifier.getOrganizationalUnitIdentifier(),
    issuer: pem.length === 0 ? null : new X509Certificate(pem),
  };
}
