import { common, ledger, msp, orderer, peer } from '@hyperledger/fabric-protos';
import { openEnvelope, type OpenAction, type OpenEnvelope, type OpenNamespace } from './reference.js';

/**
 * What the reader that Parley's own is held against sees of a block, in the shape in which `configtxlator proto_decode --type common.Block` prints it: every
 * field of every message, opaque bytes opened where that tool opens them.
 */
export function blockJson(bytes: Uint8Array): unknown {
  const block = common.Block.deserializeBinary(bytes);
  const header = block.getHeader();
  return {
    data: { data: (block.getData()?.getDataList_asU8() ?? []).map((data) => envelopeJson(openEnvelope(data))) },
    header: header && {
      data_hash: header.getDataHash_asB64(),
      number: String(header.getNumber()),
      previous_hash: header.getPreviousHash_asB64(),
    },
    metadata: { metadata: block.getMetadata()?.getMetadataList_asB64() ?? [] },
  };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** Opaque bytes: null where there are none. */
const opened = <T>(bytes: Uint8Array, open: (bytes: Uint8Array) => T): T | null =>
  bytes.length === 0 ? null : open(bytes);
const nameOf = (names: object, code: number): string | undefined =>
  Object.entries(names).find(([, value]) => value === code)?.[0];

interface ProtoMap<T> {
  forEach(visit: (value: T, key: string) => void): void;
}
function mapJson<T>(map: ProtoMap<T>, view: (value: T, key: string) => unknown): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  map.forEach((value, key) => (json[key] = view(value, key)));
  return json;
}

function envelopeJson(envelope: OpenEnvelope): unknown {
  if (envelope.problem !== null) throw new Error(envelope.problem);
  const { body } = envelope;
  return {
    payload: {
      header: {
        channel_header: envelope.channelHeader && channelHeaderJson(envelope.channelHeader),
        signature_header: envelope.signatureHeader && signatureHeaderJson(envelope.signatureHeader),
      },
      data: body.kind === 'transaction' ? { actions: body.actions.map(actionJson) } : payloadJson(envelope),
    },
    signature: base64(envelope.signature),
  };
}

function payloadJson({ body, payload }: OpenEnvelope): unknown {
  if (body.kind === 'config') return configEnvelopeJson(body.envelope);
  const data = common.Payload.deserializeBinary(payload).getData_asU8();
  return updateEnvelopeJson(common.ConfigUpdateEnvelope.deserializeBinary(data));
}

function channelHeaderJson(header: common.ChannelHeader): unknown {
  return {
    channel_id: header.getChannelId(),
    epoch: String(header.getEpoch()),
    extension: opened(header.getExtension_asU8(), (bytes) => ({
      chaincode_id: chaincodeIdJson(peer.ChaincodeHeaderExtension.deserializeBinary(bytes).getChaincodeId()),
    })),
    timestamp: timestampJson(header.getTimestamp()),
    tls_cert_hash: header.getTlsCertHash_asB64(),
    tx_id: header.getTxId(),
    type: header.getType(),
    version: header.getVersion(),
  };
}

function timestampJson(timestamp: ReturnType<common.ChannelHeader['getTimestamp']>): string | null {
  if (timestamp === undefined) return null;
  const whole = new Date(timestamp.getSeconds() * 1000).toISOString().slice(0, 19);
  const nanos = String(timestamp.getNanos())
    .padStart(9, '0')
    .replace(/(000){1,3}$/, '');
  return nanos === '' ? `${whole}Z` : `${whole}.${nanos}Z`;
}

const signatureHeaderJson = (header: common.SignatureHeader): unknown => ({
  creator: opened(header.getCreator_asU8(), identityJson),
  nonce: header.getNonce_asB64(),
});
function identityJson(bytes: Uint8Array): unknown {
  const identity = msp.SerializedIdentity.deserializeBinary(bytes);
  return { id_bytes: identity.getIdBytes_asB64(), mspid: identity.getMspid() };
}

const chaincodeIdJson = (id: peer.ChaincodeID | undefined): unknown =>
  id === undefined ? null : { name: id.getName(), path: id.getPath(), version: id.getVersion() };

function actionJson(action: OpenAction): unknown {
  return {
    header: signatureHeaderJson(action.header),
    payload: {
      action: {
        endorsements: action.endorsements.map((e) => ({
          endorser: e.getEndorser_asB64(),
          signature: e.getSignature_asB64(),
        })),
        proposal_response_payload: {
          proposal_hash: action.response.getProposalHash_asB64(),
          extension: resultJson(action),
        },
      },
      chaincode_proposal_payload: {
        TransientMap: mapJson(action.proposal.getTransientmapMap(), (value) => value),
        input: { chaincode_spec: specJson(action.invocation.getChaincodeSpec()) },
      },
    },
  };
}

function specJson(spec: peer.ChaincodeSpec | undefined): unknown {
  if (spec === undefined) return null;
  const input = spec.getInput();
  return {
    chaincode_id: chaincodeIdJson(spec.getChaincodeId()),
    input: input && {
      args: input.getArgsList_asB64(),
      decorations: mapJson(input.getDecorationsMap(), (value) => value),
      is_init: input.getIsInit(),
    },
    timeout: spec.getTimeout(),
    type: nameOf(peer.ChaincodeSpec.Type, spec.getType()),
  };
}

function resultJson({ result, event, namespaces }: OpenAction): unknown {
  const response = result.getResponse();
  return {
    chaincode_id: chaincodeIdJson(result.getChaincodeId()),
    events: event && {
      chaincode_id: event.getChaincodeId(),
      event_name: event.getEventName(),
      payload: event.getPayload_asB64(),
      tx_id: event.getTxId(),
    },
    response: response && {
      message: response.getMessage(),
      payload: response.getPayload_asB64(),
      status: response.getStatus(),
    },
    results: opened(result.getResults_asU8(), (bytes) => ({
      data_model: nameOf(
        ledger.rwset.TxReadWriteSet.DataModel,
        ledger.rwset.TxReadWriteSet.deserializeBinary(bytes).getDataModel(),
      ),
      ns_rwset: namespaces.map(namespaceJson),
    })),
  };
}

type Sets = typeof ledger.rwset.kvrwset;
type KVRead = InstanceType<Sets['KVRead']>;

function namespaceJson({ namespace, public: set, collections }: OpenNamespace): unknown {
  return {
    namespace,
    rwset: opened(set.serializeBinary(), () => ({
      metadata_writes: set.getMetadataWritesList().map((write) => ({
        entries: write.getEntriesList().map((entry) => ({ name: entry.getName(), value: entry.getValue_asB64() })),
        key: write.getKey(),
      })),
      range_queries_info: set.getRangeQueriesInfoList().map(rangeQueryJson),
      reads: set.getReadsList().map(readJson),
      writes: set.getWritesList().map((write) => ({
        is_delete: write.getIsDelete(),
        key: write.getKey(),
        value: write.getValue_asB64(),
      })),
    })),
    collection_hashed_rwset: collections.map((collection) => ({
      collection_name: collection.set.getCollectionName(),
      hashed_rwset: base64(collection.hashes.serializeBinary()),
      pvt_rwset_hash: collection.set.getPvtRwsetHash_asB64(),
    })),
  };
}

function rangeQueryJson(query: InstanceType<Sets['RangeQueryInfo']>): unknown {
  const raw = query.getRawReads();
  const hashes = query.getReadsMerkleHashes();
  return {
    end_key: query.getEndKey(),
    itr_exhausted: query.getItrExhausted(),
    start_key: query.getStartKey(),
    ...(raw && { raw_reads: { kv_reads: raw.getKvReadsList().map(readJson) } }),
    ...(hashes && {
      reads_merkle_hashes: {
        max_degree: hashes.getMaxDegree(),
        max_level: hashes.getMaxLevel(),
        max_level_hashes: hashes.getMaxLevelHashesList_asB64(),
      },
    }),
  };
}

function readJson(read: KVRead): unknown {
  const version = read.getVersion();
  return {
    key: read.getKey(),
    version: version ? { block_num: String(version.getBlockNum()), tx_num: String(version.getTxNum()) } : null,
  };
}

function configEnvelopeJson(envelope: common.ConfigEnvelope): unknown {
  const config = envelope.getConfig();
  const update = envelope.getLastUpdate();
  return {
    config: config && {
      channel_group: groupJson(config.getChannelGroup()),
      sequence: String(config.getSequence()),
    },
    last_update: update ? envelopeJson(openEnvelope(update.serializeBinary())) : null,
  };
}

function updateEnvelopeJson(envelope: common.ConfigUpdateEnvelope): unknown {
  const update = common.ConfigUpdate.deserializeBinary(envelope.getConfigUpdate_asU8());
  return {
    config_update: {
      channel_id: update.getChannelId(),
      isolated_data: mapJson(update.getIsolatedDataMap(), (value) => value),
      read_set: groupJson(update.getReadSet()),
      write_set: groupJson(update.getWriteSet()),
    },
    signatures: envelope.getSignaturesList().map((signature) => ({
      signature: signature.getSignature_asB64(),
      signature_header: signatureHeaderJson(
        common.SignatureHeader.deserializeBinary(signature.getSignatureHeader_asU8()),
      ),
    })),
  };
}

function groupJson(group: common.ConfigGroup | undefined): unknown {
  if (group === undefined) return null;
  return {
    groups: mapJson(group.getGroupsMap(), groupJson),
    mod_policy: group.getModPolicy(),
    policies: mapJson(group.getPoliciesMap(), (item) => ({
      mod_policy: item.getModPolicy(),
      policy: policyJson(item.getPolicy()),
      version: String(item.getVersion()),
    })),
    values: mapJson(group.getValuesMap(), (item, name) => ({
      mod_policy: item.getModPolicy(),
      value: opened(item.getValue_asU8(), (bytes) => valueJson(name, bytes)),
      version: String(item.getVersion()),
    })),
    version: String(group.getVersion()),
  };
}

function policyJson(policy: common.Policy | undefined): unknown {
  if (policy === undefined) return null;
  const { SIGNATURE } = common.Policy.PolicyType;
  return {
    type: policy.getType(),
    value: opened(policy.getValue_asU8(), policy.getType() === SIGNATURE ? signaturePolicyJson : metaPolicyJson),
  };
}

function metaPolicyJson(bytes: Uint8Array): unknown {
  const meta = common.ImplicitMetaPolicy.deserializeBinary(bytes);
  return { rule: nameOf(common.ImplicitMetaPolicy.Rule, meta.getRule()), sub_policy: meta.getSubPolicy() };
}

function signaturePolicyJson(bytes: Uint8Array): unknown {
  const policy = common.SignaturePolicyEnvelope.deserializeBinary(bytes);
  return {
    identities: policy.getIdentitiesList().map(principalJson),
    rule: ruleJson(policy.getRule()),
    version: policy.getVersion(),
  };
}

function ruleJson(rule: common.SignaturePolicy | undefined): unknown {
  if (rule === undefined) return null;
  const outOf = rule.getNOutOf();
  if (outOf === undefined) return { signed_by: rule.getSignedBy() };
  return { n_out_of: { n: outOf.getN(), rules: outOf.getRulesList().map(ruleJson) } };
}

function principalJson(principal: msp.MSPPrincipal): unknown {
  const kind = principal.getPrincipalClassification();
  const isRole = kind === msp.MSPPrincipal.Classification.ROLE;
  return {
    principal: (isRole ? roleJson : identityJson)(principal.getPrincipal_asU8()),
    principal_classification: nameOf(msp.MSPPrincipal.Classification, kind),
  };
}

function roleJson(bytes: Uint8Array): unknown {
  const role = msp.MSPRole.deserializeBinary(bytes);
  return { msp_identifier: role.getMspIdentifier(), role: nameOf(msp.MSPRole.MSPRoleType, role.getRole()) };
}

function valueJson(name: string, bytes: Uint8Array): unknown {
  const view = VALUES.get(name);
  if (view === undefined) throw new Error(`No view of config value ${name}`);
  return view(bytes);
}

const VALUES = new Map<string, (bytes: Uint8Array) => unknown>([
  ['MSP', mspJson],
  ['ConsensusType', consensusJson],
  [
    'AnchorPeers',
    (bytes) => ({
      anchor_peers: peer.AnchorPeers.deserializeBinary(bytes)
        .getAnchorPeersList()
        .map((anchor) => ({ host: anchor.getHost(), port: anchor.getPort() })),
    }),
  ],
  [
    'Capabilities',
    (bytes) => ({
      capabilities: mapJson(common.Capabilities.deserializeBinary(bytes).getCapabilitiesMap(), () => ({})),
    }),
  ],
  ['Endpoints', (bytes) => ({ addresses: common.OrdererAddresses.deserializeBinary(bytes).getAddressesList() })],
  [
    'BatchSize',
    (bytes) => {
      const size = orderer.BatchSize.deserializeBinary(bytes);
      return {
        absolute_max_bytes: size.getAbsoluteMaxBytes(),
        max_message_count: size.getMaxMessageCount(),
        preferred_max_bytes: size.getPreferredMaxBytes(),
      };
    },
  ],
  ['BatchTimeout', (bytes) => ({ timeout: orderer.BatchTimeout.deserializeBinary(bytes).getTimeout() })],
  [
    'ChannelRestrictions',
    (bytes) => ({ max_count: String(orderer.ChannelRestrictions.deserializeBinary(bytes).getMaxCount()) }),
  ],
  ['HashingAlgorithm', (bytes) => ({ name: common.HashingAlgorithm.deserializeBinary(bytes).getName() })],
  [
    'BlockDataHashingStructure',
    (bytes) => ({ width: common.BlockDataHashingStructure.deserializeBinary(bytes).getWidth() }),
  ],
  [
    'Orderers',
    (bytes) => ({
      consenter_mapping: common.Orderers.deserializeBinary(bytes)
        .getConsenterMappingList()
        .map((consenter) => ({
          client_tls_cert: consenter.getClientTlsCert_asB64(),
          host: consenter.getHost(),
          id: consenter.getId(),
          identity: consenter.getIdentity_asB64(),
          msp_id: consenter.getMspId(),
          port: consenter.getPort(),
          server_tls_cert: consenter.getServerTlsCert_asB64(),
        })),
    }),
  ],
]);

function mspJson(bytes: Uint8Array): unknown {
  const outer = msp.MSPConfig.deserializeBinary(bytes);
  const config = msp.FabricMSPConfig.deserializeBinary(outer.getConfig_asU8());
  const crypto = config.getCryptoConfig();
  const nodeOUs = config.getFabricNodeOus();
  return {
    type: outer.getType(),
    config: {
      admins: config.getAdminsList_asB64(),
      crypto_config: crypto
        ? {
            identity_identifier_hash_function: crypto.getIdentityIdentifierHashFunction(),
            signature_hash_family: crypto.getSignatureHashFamily(),
          }
        : null,
      fabric_node_ous: nodeOUs
        ? {
            admin_ou_identifier: unitJson(nodeOUs.getAdminOuIdentifier()),
            client_ou_identifier: unitJson(nodeOUs.getClientOuIdentifier()),
            enable: nodeOUs.getEnable(),
            orderer_ou_identifier: unitJson(nodeOUs.getOrdererOuIdentifier()),
            peer_ou_identifier: unitJson(nodeOUs.getPeerOuIdentifier()),
          }
        : null,
      intermediate_certs: config.getIntermediateCertsList_asB64(),
      name: config.getName(),
      organizational_unit_identifiers: config.getOrganizationalUnitIdentifiersList().map(unitJson),
      revocation_list: config.getRevocationListList_asB64(),
      root_certs: config.getRootCertsList_asB64(),
      signing_identity: config.getSigningIdentity()?.toObject() ?? null,
      tls_intermediate_certs: config.getTlsIntermediateCertsList_asB64(),
      tls_root_certs: config.getTlsRootCertsList_asB64(),
    },
  };
}

const unitJson = (unit: msp.FabricOUIdentifier | undefined): unknown =>
  unit === undefined
    ? null
    : {
        certificate: unit.getCertificate_asB64(),
        organizational_unit_identifier: unit.getOrganizationalUnitIdentifier(),
      };

function consensusJson(bytes: Uint8Array): unknown {
  const consensus = orderer.ConsensusType.deserializeBinary(bytes);
  const options = orderer.smartbft.Options.deserializeBinary(consensus.getMetadata_asU8());
  return {
    metadata: {
      collect_timeout: options.getCollectTimeout(),
      decisions_per_leader: String(options.getDecisionsPerLeader()),
      incoming_message_buffer_size: String(options.getIncomingMessageBufferSize()),
      leader_heartbeat_count: String(options.getLeaderHeartbeatCount()),
      leader_heartbeat_timeout: options.getLeaderHeartbeatTimeout(),
      leader_rotation: nameOf(orderer.smartbft.Options.Rotation, options.getLeaderRotation()),
      request_auto_remove_timeout: options.getRequestAutoRemoveTimeout(),
      request_batch_max_bytes: String(options.getRequestBatchMaxBytes()),
      request_batch_max_count: String(options.getRequestBatchMaxCount()),
      request_batch_max_interval: options.getRequestBatchMaxInterval(),
      request_complain_timeout: options.getRequestComplainTimeout(),
      request_forward_timeout: options.getRequestForwardTimeout(),
      request_max_bytes: String(options.getRequestMaxBytes()),
      request_pool_size: String(options.getRequestPoolSize()),
      speed_up_view_change: options.getSpeedUpViewChange(),
      sync_on_start: options.getSyncOnStart(),
      view_change_resend_interval: options.getViewChangeResendInterval(),
      view_change_timeout: options.getViewChangeTimeout(),
    },
    state: nameOf(orderer.ConsensusType.State, consensus.getState()),
    type: consensus.getType(),
  };
}
