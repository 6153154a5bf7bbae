import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEndpoint } from '../fabric/config/organizationGroup.js';
import type { NetworkChannel, OrderingOrganization } from '../fabric/world.js';
import { writeMsp, writeTls } from './mspDirectory.js';
import { startNode, type FabricNode } from './nodeProcess.js';

const JOIN_TIMEOUT_MS = 30_000;
const LEADER_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** An orderer's two HTTP ports on loopback. */
export interface OrdererPorts {
  readonly admin: number;
  readonly operations: number;
}

export async function startOrderer(
  program: string,
  directory: string,
  organization: OrderingOrganization,
  ports: OrdererPorts,
): Promise<FabricNode> {
  const { name, orderer, ordererEndpoint, tlsRootCertificatePem } = organization;
  const { port } = parseEndpoint(ordererEndpoint);
  return startNode({
    name,
    command: program,
    args: ['start'],
    directory,
    configFile: 'orderer.yaml',
    config: ordererConfig(directory, organization, port, ports, {
      msp: writeMsp(join(directory, 'msp'), organization, orderer),
      tls: writeTls(join(directory, 'tls'), organization, orderer.tls),
    }),
    port,
    tlsRootCertificatePem,
  });
}

function ordererConfig(
  directory: string,
  organization: OrderingOrganization,
  port: number,
  ports: OrdererPorts,
  files: { readonly msp: string; readonly tls: ReturnType<typeof writeTls> },
): object {
  const data = join(directory, 'data');
  return {
    General: {
      ListenAddress: '127.0.0.1',
      ListenPort: port,
      TLS: {
        Enabled: true,
        PrivateKey: files.tls.privateKey,
        Certificate: files.tls.certificate,
        RootCAs: [files.tls.root],
        ClientAuthRequired: false,
      },
      Keepalive: { ServerMinInterval: '60s', ServerInterval: '7200s', ServerTimeout: '20s' },
      Cluster: { SendBufferSize: 100 },
      BootstrapMethod: 'none',
      LocalMSPDir: files.msp,
      LocalMSPID: organization.mspId,
      BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
      Authentication: { TimeWindow: '15m' },
    },
    FileLedger: { Location: join(data, 'ledger') },
    Operations: { ListenAddress: `127.0.0.1:${ports.operations}`, TLS: { Enabled: false } },
    Metrics: { Provider: 'prometheus' },
    Admin: { ListenAddress: `127.0.0.1:${ports.admin}`, TLS: { Enabled: false } },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: '1 MB' },
    Consensus: { WALDir: join(data, 'wal'), SnapDir: join(data, 'snapshots') },
  };
}

/** Has an orderer join a channel by its genesis block, unless it is in it. @throws {Error} with the orderer's answer */
export async function joinOrderer(adminPort: number, channel: NetworkChannel): Promise<void> {
  const url = `http://127.0.0.1:${adminPort}/participation/v1/channels`;
  const signal = AbortSignal.timeout(JOIN_TIMEOUT_MS);
  const known = await fetch(`${url}/${channel.name}`, { signal });
  if (known.ok) return;
  const form = new FormData();
  form.append('config-block', new Blob([new Uint8Array(channel.genesis.serializeBinary())]), `${channel.name}.block`);
  const answer = await fetch(url, { method: 'POST', body: form, signal });
  if (answer.status === 201) return;
  throw new Error(`An orderer did not join ${channel.name}: ${answer.status} ${await answer.text()}`);
}

/** Waits until a Raft channel has a leader, so that what is sent is not refused. A BFT channel has one from the start. */
export async function untilLeader(operationsPort: number, channel: NetworkChannel): Promise<void> {
  if (channel.consensus === 'BFT') return;
  const leads = new RegExp(`^consensus_etcdraft_is_leader\\{channel="${channel.name}"\\} 1$`, 'm');
  const deadline = Date.now() + LEADER_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${operationsPort}/metrics`, { signal: AbortSignal.timeout(5_000) });
    if (leads.test(await answer.text())) return;
    await sleep(POLL_MS);
  }
  throw new Error(`Channel ${channel.name} has no Raft leader after ${LEADER_TIMEOUT_MS / 1000} s`);
}
