import { common, orderer, peer, type msp } from '@hyperledger/fabric-protos';
import { allCertificateFacts } from '../identities/certificate.js';
import { openMspConfig } from '../identities/membership.js';
import { readRevocationList } from '../identities/revocation.js';
import { base64 } from '../wire/bytes.js';

/** A config value for people, as plain JSON; one that is unknown or malformed is given as base64. */
export function valueView(name: string, bytes: Uint8Array): unknown {
  const read = READERS.get(name);
  try {
    if (read !== undefined) return read(bytes);
  } catch {
    // Given as it is, below.
  }
  return { base64: base64(bytes) };
}

type Reader = (bytes: Uint8Array) => unknown;

const READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    MSP: mspView,
    AnchorPeers: (bytes) =>
      peer.AnchorPeers.deserializeBinary(bytes)
        .getAnchorPeersList()
        .map((anchor) => `${anchor.getHost()}:${anchor.getPort()}`),
    ACLs: (bytes) => aclView(peer.ACLs.deserializeBinary(bytes)),
    Capabilities: (bytes) => capabilityNames(bytes),
    Endpoints: (bytes) => common.OrdererAddresses.deserializeBinary(bytes).getAddressesList(),
    OrdererAddresses: (bytes) => common.OrdererAddresses.deserializeBinary(bytes).getAddressesList(),
    Orderers: (bytes) => common.Orderers.deserializeBinary(bytes).getConsenterMappingList().map(consenterView),
    ConsensusType: (bytes) => consensusView(orderer.ConsensusType.deserializeBinary(bytes)),
    BatchSize: (bytes) => orderer.BatchSize.deserializeBinary(bytes).toObject(),
    BatchTimeout: (bytes) => orderer.BatchTimeout.deserializeBinary(bytes).getTimeout(),
    ChannelRestrictions: (bytes) => orderer.ChannelRestrictions.deserializeBinary(bytes).toObject(),
    HashingAlgorithm: (bytes) => common.HashingAlgorithm.deserializeBinary(bytes).getName(),
    BlockDataHashingStructure: (bytes) => common.BlockDataHashingStructure.deserializeBinary(bytes).toObject(),
    Consortium: (bytes) => common.Consortium.deserializeBinary(bytes).getName(),
  }),
);

export function capabilityNames(bytes: Uint8Array): string[] {
  const names: string[] = [];
  common.Capabilities.deserializeBinary(bytes)
    .getCapabilitiesMap()
    .forEach((_, name) => names.push(name));
  return names.sort();
}

function mspView(bytes: Uint8Array): unknown {
  const config = openMspConfig(bytes);
  if (config === null) return { base64: base64(bytes) };
  return {
    mspId: config.getName(),
    nodeOUs: config.getFabricNodeOus()?.getEnable() ?? false,
    ...unitsView(config),
    rootCertificates: allCertificateFacts(config.getRootCertsList_asU8()),
    intermediateCertificates: allCertificateFacts(config.getIntermediateCertsList_asU8()),
    tlsRootCertificates: allCertificateFacts(config.getTlsRootCertsList_asU8()),
    tlsIntermediateCertificates: allCertificateFacts(config.getTlsIntermediateCertsList_asU8()),
    admins: allCertificateFacts(config.getAdminsList_asU8()),
    revokedSerials: revokedSerials(config.getRevocationListList_asU8()),
  };
}

/** Units that tell roles by other names than Fabric's tools use, and units that every identity must have: said only where there are any. */
function unitsView(config: msp.FabricMSPConfig): object {
  const told = config.getFabricNodeOus();
  const roles = Object.entries({
    client: told?.getClientOuIdentifier(),
    peer: told?.getPeerOuIdentifier(),
    admin: told?.getAdminOuIdentifier(),
    orderer: told?.getOrdererOuIdentifier(),
  });
  const other = roles
    .map(([role, unit]) => [role, unit?.getOrganizationalUnitIdentifier() ?? ''] as const)
    .filter(([role, unit]) => told?.getEnable() === true && unit !== role);
  const asked = config.getOrganizationalUnitIdentifiersList().map((unit) => unit.getOrganizationalUnitIdentifier());
  return {
    ...(other.length === 0 ? {} : { roleUnits: Object.fromEntries(other) }),
    ...(asked.length === 0 ? {} : { requiredUnits: asked }),
  };
}

export const revokedSerials = (lists: readonly Uint8Array[]): string[] =>
  [...new Set(lists.flatMap((bytes) => readRevocationList(bytes)?.serials ?? []))].sort();

function aclView(acls: peer.ACLs): unknown {
  const entries: [string, string][] = [];
  acls.getAclsMap().forEach((resource, name) => entries.push([name, resource.getPolicyRef()]));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function consenterView(consenter: common.Consenter): unknown {
  return {
    id: consenter.getId(),
    host: consenter.getHost(),
    port: consenter.getPort(),
    mspId: consenter.getMspId(),
    certificate: allCertificateFacts([consenter.getIdentity_asU8()])[0] ?? null,
    ...tlsView(consenter),
  };
}

function tlsView(consenter: common.Consenter | orderer.etcdraft.Consenter): object {
  return {
    clientTlsCertificate: allCertificateFacts([consenter.getClientTlsCert_asU8()])[0] ?? null,
    serverTlsCertificate: allCertificateFacts([consenter.getServerTlsCert_asU8()])[0] ?? null,
  };
}

function consensusView(consensus: orderer.ConsensusType): unknown {
  const type = consensus.getType();
  const metadata = consensus.getMetadata_asU8();
  const options = type === 'BFT' ? orderer.smartbft.Options.deserializeBinary(metadata).toObject() : raftView(metadata);
  return { type, maintenance: consensus.getState() === orderer.ConsensusType.State.STATE_MAINTENANCE, options };
}

function raftView(metadata: Uint8Array): unknown {
  const raft = orderer.etcdraft.ConfigMetadata.deserializeBinary(metadata);
  return {
    ...raft.getOptions()?.toObject(),
    consenters: raft
      .getConsentersList()
      .map((consenter) => ({ host: consenter.getHost(), port: consenter.getPort(), ...tlsView(consenter) })),
  };
}
