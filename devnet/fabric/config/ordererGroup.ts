import { common, orderer } from '@hyperledger/fabric-protos';
import type { KeyPair, OrganizationMaterial } from '../ports.js';
import { serializeIdentity } from '../msp/signingIdentity.js';
import { identityPrincipal, nOutOf, signaturePolicy, signedBy } from '../policy/principals.js';
import {
  emptyGroup,
  setCapability,
  setDefaultPolicies,
  setImplicitPolicy,
  setSignaturePolicy,
  setValue,
} from './elements.js';
import { ordererOrganizationGroup, parseEndpoint } from './organizationGroup.js';

/** An ordering organisation with its one orderer. */
export interface OrdererMaterial extends Pick<
  OrganizationMaterial,
  'mspId' | 'rootCertificatePem' | 'tlsRootCertificatePem'
> {
  readonly orderer: KeyPair & { readonly tls: KeyPair };
  readonly ordererEndpoint: string;
}

/** When the orderer cuts a block: after so many messages, about so many bytes, or so much time. */
export interface BatchOptions {
  readonly batchTimeoutMs?: number;
  readonly maxMessageCount?: number;
  readonly preferredMaxBytes?: number;
  readonly absoluteMaxBytes?: number;
}

const DEFAULT_BATCH_TIMEOUT_MS = 200;
const DEFAULT_MESSAGES = 100;
const DEFAULT_PREFERRED_BYTES = 2 * 1024 * 1024;
const DEFAULT_ABSOLUTE_BYTES = 10 * 1024 * 1024;

/** The group /Channel/Orderer: one consenter for RAFT, all of them for BFT. */
export function ordererGroup(
  consensus: 'RAFT' | 'BFT',
  orderers: readonly OrdererMaterial[],
  batch: BatchOptions,
): common.ConfigGroup {
  const group = emptyGroup();
  setDefaultPolicies(group);
  setCapability(group, 'V2_0');
  setBatch(group, batch);
  setValue(group, 'ChannelRestrictions', new orderer.ChannelRestrictions());
  if (consensus === 'BFT') setBft(group, orderers, batch);
  else setRaft(group, orderers);
  for (const organization of orderers) {
    group.getGroupsMap().set(organization.mspId, ordererOrganizationGroup(organization, organization.ordererEndpoint));
  }
  return group;
}

function setBatch(group: common.ConfigGroup, batch: BatchOptions): void {
  const size = new orderer.BatchSize();
  size.setMaxMessageCount(batch.maxMessageCount ?? DEFAULT_MESSAGES);
  size.setPreferredMaxBytes(batch.preferredMaxBytes ?? DEFAULT_PREFERRED_BYTES);
  size.setAbsoluteMaxBytes(batch.absoluteMaxBytes ?? DEFAULT_ABSOLUTE_BYTES);
  setValue(group, 'BatchSize', size);
  const timeout = new orderer.BatchTimeout();
  timeout.setTimeout(`${batch.batchTimeoutMs ?? DEFAULT_BATCH_TIMEOUT_MS}ms`);
  setValue(group, 'BatchTimeout', timeout);
}

function setConsensus(group: common.ConfigGroup, type: 'etcdraft' | 'BFT', metadata: Uint8Array): void {
  const consensus = new orderer.ConsensusType();
  consensus.setType(type);
  consensus.setMetadata(metadata);
  setValue(group, 'ConsensusType', consensus);
}

function setRaft(group: common.ConfigGroup, orderers: readonly OrdererMaterial[]): void {
  const options = new orderer.etcdraft.Options();
  // A single consenter elects itself after ten to twenty ticks: short ones, so that a channel is ready soon.
  options.setTickInterval('50ms');
  options.setElectionTick(10);
  options.setHeartbeatTick(1);
  options.setMaxInflightBlocks(5);
  options.setSnapshotIntervalSize(16 * 1024 * 1024);
  const metadata = new orderer.etcdraft.ConfigMetadata();
  metadata.setConsentersList(orderers.map(raftConsenter));
  metadata.setOptions(options);
  setConsensus(group, 'etcdraft', metadata.serializeBinary());
  setImplicitPolicy(group, 'BlockValidation', 'ANY', 'Writers');
}

function raftConsenter(organization: OrdererMaterial): orderer.etcdraft.Consenter {
  const { host, port } = parseEndpoint(organization.ordererEndpoint);
  const tls = Buffer.from(organization.orderer.tls.certificatePem);
  const consenter = new orderer.etcdraft.Consenter();
  consenter.setHost(host);
  consenter.setPort(port);
  consenter.setClientTlsCert(tls);
  consenter.setServerTlsCert(tls);
  return consenter;
}

function setBft(group: common.ConfigGroup, orderers: readonly OrdererMaterial[], batch: BatchOptions): void {
  setConsensus(group, 'BFT', smartBftOptions(batch).serializeBinary());
  const mapping = new common.Orderers();
  mapping.setConsenterMappingList(orderers.map((organization, index) => bftConsenter(organization, index + 1)));
  setValue(group, 'Orderers', mapping);
  const signers = orderers.map((_, index) => signedBy(index));
  const identities = orderers.map(({ mspId, orderer: node }) =>
    identityPrincipal(serializeIdentity(mspId, node.certificatePem)),
  );
  setSignaturePolicy(
    group,
    'BlockValidation',
    signaturePolicy(nOutOf(bftQuorum(orderers.length), signers), identities),
  );
}

/** How many of `count` consenters must sign a block, so that any two quorums share an honest one. */
export function bftQuorum(count: number): number {
  const faulty = Math.floor((count - 1) / 3);
  return Math.ceil((count + faulty + 1) / 2);
}

function bftConsenter(organization: OrdererMaterial, id: number): common.Consenter {
  const { host, port } = parseEndpoint(organization.ordererEndpoint);
  const tls = Buffer.from(organization.orderer.tls.certificatePem);
  const consenter = new common.Consenter();
  consenter.setId(id);
  consenter.setHost(host);
  consenter.setPort(port);
  consenter.setMspId(organization.mspId);
  consenter.setIdentity(Buffer.from(organization.orderer.certificatePem));
  consenter.setClientTlsCert(tls);
  consenter.setServerTlsCert(tls);
  return consenter;
}

function smartBftOptions(batch: BatchOptions): orderer.smartbft.Options {
  const options = new orderer.smartbft.Options();
  // BFT does not read BatchTimeout: this interval takes its place. Counts and bytes of 0 are those of BatchSize.
  options.setRequestBatchMaxInterval(`${batch.batchTimeoutMs ?? DEFAULT_BATCH_TIMEOUT_MS}ms`);
  options.setIncomingMessageBufferSize(200);
  options.setRequestPoolSize(10_000);
  options.setRequestForwardTimeout('1s');
  options.setRequestComplainTimeout('4s');
  options.setRequestAutoRemoveTimeout('1m0s');
  options.setViewChangeResendInterval('2s');
  options.setViewChangeTimeout('8s');
  options.setLeaderHeartbeatTimeout('5s');
  options.setLeaderHeartbeatCount(10);
  options.setCollectTimeout('500ms');
  return options;
}
