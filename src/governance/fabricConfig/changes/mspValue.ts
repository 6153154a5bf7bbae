import { msp } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import type { OrganizationDefinition } from './action.js';
import { authoritiesIn, checkLeading, identitiesIn, inForcePems, leadingTo, type Pem } from './certificates.js';

/** The units that Fabric's own tools put into certificates. */
const UNITS = { client: 'client', peer: 'peer', admin: 'admin', orderer: 'orderer' };

/** What an MSP trusts. */
interface Authorities {
  readonly roots: readonly Pem[];
  readonly intermediates: readonly Pem[];
}

/**
 * The MSP value of an organisation as configtxgen writes it. Of an MSP in force it keeps what a definition does not say: revocation lists
 * and, where they still lead to a root, what the definition leaves null. Throws `INPUT_INVALID`.
 */
export function mspValue(
  definition: OrganizationDefinition,
  inForce: msp.FabricMSPConfig | null,
  atMs: number,
): Uint8Array {
  const roots = needed(authoritiesIn(definition.rootCertificates, 'Root certificate', atMs), 'root certificate');
  const tlsRoots = needed(
    authoritiesIn(definition.tlsRootCertificates, 'TLS root certificate', atMs),
    'TLS root certificate',
  );
  const authorities = { roots, intermediates: intermediatesOf(definition, inForce, roots, atMs) };
  const config = inForce === null ? new msp.FabricMSPConfig() : inForce.cloneMessage();
  config.setName(definition.mspId);
  config.setRootCertsList(roots.map(bytesOf));
  config.setIntermediateCertsList(authorities.intermediates.map(bytesOf));
  config.setAdminsList(adminsOf(definition, inForce, authorities, atMs).map(bytesOf));
  config.setTlsRootCertsList(tlsRoots.map(bytesOf));
  const tls = leadingTo(inForcePems(inForce?.getTlsIntermediateCertsList_asU8() ?? []), tlsRoots);
  config.setTlsIntermediateCertsList(tls.map(bytesOf));
  config.setFabricNodeOus(definition.nodeOUs ? nodeOUs(inForce?.getFabricNodeOus(), authorities) : undefined);
  checkUnits(config, authorities);
  if (inForce === null) config.setCryptoConfig(cryptoConfig());
  const wrapped = new msp.MSPConfig();
  wrapped.setType(0);
  wrapped.setConfig(config.serializeBinary());
  return wrapped.serializeBinary();
}

const bytesOf = ({ bytes }: Pem): Uint8Array => bytes;

function needed(list: readonly Pem[], what: string): readonly Pem[] {
  if (list.length > 0) return list;
  throw inputProblem(`The organisation has no ${what}`, {
    got: 'none',
    expected: 'at least one',
    fix: 'Give those of the organisation’s certificate authorities.',
  });
}

function intermediatesOf(
  { intermediateCertificates }: OrganizationDefinition,
  inForce: msp.FabricMSPConfig | null,
  roots: readonly Pem[],
  atMs: number,
): readonly Pem[] {
  const what = 'Intermediate certificate';
  if (intermediateCertificates === null)
    return leadingTo(inForcePems(inForce?.getIntermediateCertsList_asU8() ?? []), roots);
  const list = authoritiesIn(intermediateCertificates, what, atMs);
  checkLeading(list, roots, what);
  return list;
}

function adminsOf(
  { mspId, admins, nodeOUs: units }: OrganizationDefinition,
  inForce: msp.FabricMSPConfig | null,
  { roots, intermediates }: Authorities,
  atMs: number,
): readonly Pem[] {
  const what = 'Admin certificate';
  const all = [...roots, ...intermediates];
  const list =
    admins === null
      ? leadingTo(inForcePems(inForce?.getAdminsList_asU8() ?? []), all)
      : identitiesIn(admins, what, atMs);
  checkLeading(list, all, what);
  if (list.length > 0 || units) return list;
  throw inputProblem(`Nobody would administer ${mspId}`, {
    got: 'neither NodeOUs nor admins',
    expected: 'NodeOUs, or the certificates of the admins',
    fix: 'Set nodeOUs, where its certificates carry units, or name the admins.',
  });
}

/** With one authority each unit names it, as cryptogen writes it; with several any of them may have issued a certificate. */
function nodeOUs(inForce: msp.FabricNodeOUs | undefined, { roots, intermediates }: Authorities): msp.FabricNodeOUs {
  const [only, ...more] = [...roots, ...intermediates];
  const issuer = only === undefined || more.length > 0 ? new Uint8Array() : only.bytes;
  const unit = (name: string, known: msp.FabricOUIdentifier | undefined): msp.FabricOUIdentifier => {
    const identifier = new msp.FabricOUIdentifier();
    identifier.setCertificate(issuer);
    identifier.setOrganizationalUnitIdentifier(known?.getOrganizationalUnitIdentifier() ?? name);
    return identifier;
  };
  const units = new msp.FabricNodeOUs();
  units.setEnable(true);
  units.setClientOuIdentifier(unit(UNITS.client, inForce?.getClientOuIdentifier()));
  units.setPeerOuIdentifier(unit(UNITS.peer, inForce?.getPeerOuIdentifier()));
  units.setAdminOuIdentifier(unit(UNITS.admin, inForce?.getAdminOuIdentifier()));
  units.setOrdererOuIdentifier(unit(UNITS.orderer, inForce?.getOrdererOuIdentifier()));
  return units;
}

/** Fabric refuses an MSP whose organisational units name an authority that it does not have. */
function checkUnits(config: msp.FabricMSPConfig, { roots, intermediates }: Authorities): void {
  const known = [...roots, ...intermediates].map(({ certificate }) => certificate.fingerprint256);
  for (const unit of config.getOrganizationalUnitIdentifiersList()) {
    const [issuer] = inForcePems([unit.getCertificate_asU8()]);
    if (issuer === undefined || known.includes(issuer.certificate.fingerprint256)) continue;
    throw inputProblem('An organisational unit that the MSP asks for names an authority that would be gone', {
      got: unit.getOrganizationalUnitIdentifier(),
      expected: 'its authority among the certificates',
      fix: 'Keep that certificate, or change the units with it by a configUpdate.',
    });
  }
}

function cryptoConfig(): msp.FabricCryptoConfig {
  const crypto = new msp.FabricCryptoConfig();
  crypto.setSignatureHashFamily('SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  return crypto;
}
