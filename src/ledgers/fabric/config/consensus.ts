import type { X509Certificate } from 'node:crypto';
import { common, orderer } from '@hyperledger/fabric-protos';
import type { ChannelConfig, Consenter } from '../../../model/fabric.js';
import { certificateFacts, readCertificate } from '../identities/certificate.js';
import { openMspConfig } from '../identities/membership.js';
import { durationMs } from './duration.js';
import { bytesOf, type ConfigNode } from './tree.js';

export type Consensus = ChannelConfig['consensus'];

/** Who orders the channel and how. `raftIds`: the consenters' ids as the block itself tells them. Throws where values are malformed. */
export function consensus(group: ConfigNode, raftIds: readonly number[]): Consensus {
  const told = orderer.ConsensusType.deserializeBinary(bytesOf(group, 'ConsensusType'));
  const type = told.getType() === 'BFT' ? 'BFT' : 'RAFT';
  const consenters = type === 'BFT' ? bftConsenters(group) : raftConsenters(group, told.getMetadata_asU8(), raftIds);
  return { type, consenters, ...tolerance(type, consenters.length), batch: batch(group) };
}

/** The consenters that sign blocks of a BFT channel, by id, with their certificates as the config gives them. */
export function bftSigners(group: ConfigNode): common.Consenter[] {
  return common.Orderers.deserializeBinary(bytesOf(group, 'Orderers')).getConsenterMappingList();
}

/** BFT survives f of 3f + 1; Raft any minority. */
function tolerance(type: Consensus['type'], count: number): { faults: number; quorum: number } {
  if (type === 'RAFT') return { faults: Math.max(0, Math.floor((count - 1) / 2)), quorum: Math.floor(count / 2) + 1 };
  const faults = Math.max(0, Math.floor((count - 1) / 3));
  return { faults, quorum: Math.ceil((count + faults + 1) / 2) };
}

function bftConsenters(group: ConfigNode): Consenter[] {
  return bftSigners(group).map((consenter) => ({
    id: String(consenter.getId()),
    host: consenter.getHost(),
    port: consenter.getPort(),
    mspId: consenter.getMspId(),
    certificate: factsOf(consenter.getIdentity_asU8()),
  }));
}

/** Raft's config names a consenter by its TLS certificates alone: its organisation is the one whose TLS authority issued them. */
function raftConsenters(group: ConfigNode, metadata: Uint8Array, ids: readonly number[]): Consenter[] {
  const consenters = orderer.etcdraft.ConfigMetadata.deserializeBinary(metadata).getConsentersList();
  const authorities = tlsAuthorities(group);
  return consenters.map((consenter, i) => {
    const certificate = readCertificate(consenter.getServerTlsCert_asU8());
    return {
      id: String(ids.length === consenters.length ? ids[i] : i + 1),
      host: consenter.getHost(),
      port: consenter.getPort(),
      mspId: certificate === null ? '' : issuingMsp(certificate, authorities),
      certificate: certificate === null ? null : certificateFacts(certificate),
    };
  });
}

interface Authority {
  readonly mspId: string;
  readonly certificate: X509Certificate;
}

function tlsAuthorities(group: ConfigNode): Authority[] {
  return [...group.groups.values()].flatMap((node) => {
    const config = openMspConfig(bytesOf(node, 'MSP'));
    const list = [
      ...(config?.getTlsIntermediateCertsList_asU8() ?? []),
      ...(config?.getTlsRootCertsList_asU8() ?? []),
    ].flatMap((bytes) => readCertificate(bytes) ?? []);
    return list.map((certificate) => ({ mspId: config?.getName() ?? '', certificate }));
  });
}

function issuingMsp(certificate: X509Certificate, authorities: readonly Authority[]): string {
  const found = authorities.find(
    (authority) =>
      certificate.checkIssued(authority.certificate) && certificate.verify(authority.certificate.publicKey),
  );
  return found?.mspId ?? '';
}

function batch(group: ConfigNode): Consensus['batch'] {
  const size = orderer.BatchSize.deserializeBinary(bytesOf(group, 'BatchSize'));
  const timeout = orderer.BatchTimeout.deserializeBinary(bytesOf(group, 'BatchTimeout')).getTimeout();
  return {
    timeoutMs: durationMs(timeout),
    maxMessageCount: size.getMaxMessageCount(),
    absoluteMaxBytes: size.getAbsoluteMaxBytes(),
    preferredMaxBytes: size.getPreferredMaxBytes(),
  };
}

function factsOf(bytes: Uint8Array): Consenter['certificate'] {
  const certificate = readCertificate(bytes);
  return certificate === null ? null : certificateFacts(certificate);
}
