import { common, msp, peer } from '@hyperledger/fabric-protos';
import type { OrganizationMaterial } from '../ports.js';
import { emptyGroup, setMsp, setRolePolicy, setValue } from './elements.js';

type Authorities = Pick<OrganizationMaterial, 'mspId' | 'rootCertificatePem' | 'tlsRootCertificatePem'>;

/** An organisation of the application group: its MSP with NodeOUs, its four policies, and its anchor peer where it has a peer. */
export function applicationOrganizationGroup(organization: OrganizationMaterial): common.ConfigGroup {
  const { mspId, peerEndpoint } = organization;
  const group = emptyGroup();
  setMsp(group, mspConfig(organization));
  setRolePolicy(group, 'Readers', mspId, ['admin', 'peer', 'client']);
  setRolePolicy(group, 'Writers', mspId, ['admin', 'client']);
  setRolePolicy(group, 'Admins', mspId, ['admin']);
  setRolePolicy(group, 'Endorsement', mspId, ['peer']);
  if (peerEndpoint !== null) setValue(group, 'AnchorPeers', anchorPeers(peerEndpoint));
  return group;
}

/** An organisation of the orderer group, with its orderer's endpoint. */
export function ordererOrganizationGroup(organization: Authorities, endpoint: string): common.ConfigGroup {
  const { mspId } = organization;
  const group = emptyGroup();
  setMsp(group, mspConfig(organization));
  setRolePolicy(group, 'Readers', mspId, ['member']);
  setRolePolicy(group, 'Writers', mspId, ['member']);
  setRolePolicy(group, 'Admins', mspId, ['admin']);
  const addresses = new common.OrdererAddresses();
  addresses.setAddressesList([endpoint]);
  setValue(group, 'Endpoints', addresses);
  return group;
}

/** `FabricMSPConfig` of one root authority, one TLS root authority, and NodeOUs issued by the root. */
export function mspConfig(organization: Authorities): msp.MSPConfig {
  const root = Buffer.from(organization.rootCertificatePem);
  const config = new msp.FabricMSPConfig();
  config.setName(organization.mspId);
  config.setRootCertsList([root]);
  config.setTlsRootCertsList([Buffer.from(organization.tlsRootCertificatePem)]);
  const crypto = new msp.FabricCryptoConfig();
  crypto.setSignatureHashFamily('SHA2');
  crypto.setIdentityIdentifierHashFunction('SHA256');
  config.setCryptoConfig(crypto);
  config.setFabricNodeOus(nodeOus(root));
  const wrapped = new msp.MSPConfig();
  wrapped.setType(0);
  wrapped.setConfig(config.serializeBinary());
  return wrapped;
}

function nodeOus(root: Uint8Array): msp.FabricNodeOUs {
  const unit = (name: string): msp.FabricOUIdentifier => {
    const identifier = new msp.FabricOUIdentifier();
    identifier.setCertificate(root);
    identifier.setOrganizationalUnitIdentifier(name);
    return identifier;
  };
  const ous = new msp.FabricNodeOUs();
  ous.setEnable(true);
  ous.setClientOuIdentifier(unit('client'));
  ous.setAdminOuIdentifier(unit('admin'));
  ous.setPeerOuIdentifier(unit('peer'));
  ous.setOrdererOuIdentifier(unit('orderer'));
  return ous;
}

function anchorPeers(endpoint: string): peer.AnchorPeers {
  const { host, port } = parseEndpoint(endpoint);
  const anchor = new peer.AnchorPeer();
  anchor.setHost(host);
  anchor.setPort(port);
  const anchors = new peer.AnchorPeers();
  anchors.setAnchorPeersList([anchor]);
  return anchors;
}

/** @throws {Error} where the text is not host:port */
export function parseEndpoint(endpoint: string): { readonly host: string; readonly port: number } {
  const [, host, port] = /^(.+):(\d+)$/.exec(endpoint) ?? [];
  if (host === undefined || port === undefined) throw new Error(`Got: ${endpoint}. Expected: host:port.`);
  return { host, port: Number(port) };
}
