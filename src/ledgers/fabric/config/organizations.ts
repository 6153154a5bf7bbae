import { common, msp, peer } from '@hyperledger/fabric-protos';
import type { ChannelOrganization, HostPort } from '../../../model/fabric.js';
import { allCertificateFacts } from '../identities/certificate.js';
import { openMspConfig } from '../identities/membership.js';
import { groupPolicies } from './policies.js';
import { bytesOf, type ConfigNode } from './tree.js';
import { revokedSerials } from './values.js';

/** The organisations of a group (`/Channel/Application`, `/Channel/Orderer`), by the order of their names. */
export function organizations(path: string, group: ConfigNode | null): ChannelOrganization[] {
  return [...(group?.groups ?? [])].map(([name, node]) => organization(`${path}/${name}`, name, node));
}

function organization(path: string, groupName: string, node: ConfigNode): ChannelOrganization {
  const told = openMspConfig(bytesOf(node, 'MSP'));
  const config = told ?? new msp.FabricMSPConfig();
  return {
    mspId: told === null ? groupName : config.getName(),
    groupName,
    nodeOUs: config.getFabricNodeOus()?.getEnable() ?? false,
    anchorPeers: anchorPeers(node),
    ordererEndpoints: ordererEndpoints(node),
    rootCertificates: allCertificateFacts(config.getRootCertsList_asU8()),
    intermediateCertificates: allCertificateFacts(config.getIntermediateCertsList_asU8()),
    tlsRootCertificates: allCertificateFacts(config.getTlsRootCertsList_asU8()),
    revokedSerials: revokedSerials(config.getRevocationListList_asU8()),
    policies: groupPolicies(path, node),
  };
}

function anchorPeers(node: ConfigNode): HostPort[] {
  const anchors = peer.AnchorPeers.deserializeBinary(bytesOf(node, 'AnchorPeers')).getAnchorPeersList();
  return anchors.map((anchor) => ({ host: anchor.getHost(), port: anchor.getPort() }));
}

function ordererEndpoints(node: ConfigNode): string[] {
  return common.OrdererAddresses.deserializeBinary(bytesOf(node, 'Endpoints')).getAddressesList();
}
