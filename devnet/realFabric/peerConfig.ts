import { join } from 'node:path';
import type { PeerOrganization } from '../fabric/world.js';
import type { TlsFiles } from './mspDirectory.js';

/** A peer's ports on loopback, beside its gRPC endpoint. */
export interface PeerPorts {
  readonly chaincode: number;
  readonly operations: number;
}

export interface PeerFiles {
  readonly msp: string;
  readonly tls: TlsFiles;
  readonly builder: string;
}

/**
 * A core.yaml with what differs from Fabric's defaults and what has none: `peer.handlers`, without which no proposal is
 * looked at before it is endorsed, and short gossip intervals, without which organisations find each other after 25 s.
 */
export function peerConfig(
  directory: string,
  organization: PeerOrganization,
  port: number,
  ports: PeerPorts,
  files: PeerFiles,
  version: string,
): object {
  const data = join(directory, 'data');
  return {
    peer: {
      id: `peer.${organization.name}.example`,
      networkId: 'parley',
      listenAddress: `127.0.0.1:${port}`,
      address: organization.peerEndpoint,
      chaincodeListenAddress: `127.0.0.1:${ports.chaincode}`,
      chaincodeAddress: `127.0.0.1:${ports.chaincode}`,
      localMspId: organization.mspId,
      localMspType: 'bccsp',
      mspConfigPath: files.msp,
      fileSystemPath: data,
      BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
      tls: tls(files.tls),
      gossip: gossip(organization.peerEndpoint),
      handlers: handlers(version),
      ...SERVICES,
    },
    // Empty: no Docker, only the external builder.
    vm: { endpoint: '' },
    chaincode: chaincode(files.builder),
    ledger: {
      state: { stateDatabase: 'goleveldb', totalQueryLimit: 100_000 },
      history: { enableHistoryDatabase: true },
      pvtdataStore: PRIVATE_DATA_STORE,
      snapshots: { rootDir: join(data, 'snapshots') },
    },
    operations: { listenAddress: `127.0.0.1:${ports.operations}`, tls: { enabled: false } },
    metrics: { provider: 'disabled' },
  };
}

const SERVICES = {
  gateway: { enabled: true, endorsementTimeout: '30s', broadcastTimeout: '30s', dialTimeout: '2m' },
  keepalive: { interval: '7200s', timeout: '20s', minInterval: '60s' },
  deliveryclient: { reconnectTotalTimeThreshold: '3600s', connTimeout: '3s', policy: 'cluster' },
  authentication: { timewindow: '15m' },
  discovery: { enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000, authCachePurgeRetentionRatio: 0.75 },
  limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 500 } },
  maxRecvMsgSize: 104857600,
  maxSendMsgSize: 104857600,
};

/** A filter that v2 does not have would stop its peer. */
function handlers(version: string): object {
  const filters = ['DefaultAuth', 'ExpirationCheck', ...(/^v?2\./.test(version) ? [] : ['TimeWindowCheck'])];
  return {
    authFilters: filters.map((name) => ({ name })),
    decorators: [{ name: 'DefaultDecorator' }],
    endorsers: { escc: { name: 'DefaultEndorsement' } },
    validators: { vscc: { name: 'DefaultValidation' } },
  };
}

const PRIVATE_DATA_STORE = {
  collElgProcMaxDbBatchSize: 5000,
  collElgProcDbBatchesInterval: 1000,
  deprioritizedDataReconcilerInterval: '60m',
  purgeInterval: 100,
};

function tls(files: TlsFiles): object {
  return {
    enabled: true,
    clientAuthRequired: false,
    cert: { file: files.certificate },
    key: { file: files.privateKey },
    rootcert: { file: files.root },
  };
}

function gossip(endpoint: string): object {
  return {
    bootstrap: endpoint,
    externalEndpoint: endpoint,
    endpoint,
    useLeaderElection: false,
    orgLeader: true,
    membershipTrackerInterval: '1s',
    reconnectInterval: '1s',
    aliveTimeInterval: '1s',
    aliveExpirationTimeout: '25s',
    publishStateInfoInterval: '1s',
    requestStateInfoInterval: '1s',
    dialTimeout: '1s',
    state: { enabled: false },
    pvtData: {
      pullRetryThreshold: '15s',
      transientstoreMaxBlockRetention: 20_000,
      pushAckTimeout: '3s',
      btlPullMargin: 10,
      reconcileBatchSize: 10,
      reconcileSleepInterval: '1m',
      reconciliationEnabled: true,
      implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
    },
  };
}

function chaincode(builder: string): object {
  return {
    externalBuilders: [{ name: 'ccaas', path: builder }],
    installTimeout: '300s',
    startuptimeout: '300s',
    executetimeout: '30s',
    mode: 'net',
    keepalive: 0,
    system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
    logging: { level: 'warning', shim: 'warning' },
    runtimeParams: {
      useWriteBatch: true,
      maxSizeWriteBatch: 1000,
      useGetMultipleKeys: true,
      maxSizeGetMultipleKeys: 1000,
    },
  };
}
