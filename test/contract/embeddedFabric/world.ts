import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import type { Contract, Gateway, Network } from '@hyperledger/fabric-gateway';
import { startChild } from '../../../devnet/childProcess.js';
import type { RunningChild } from '../../../devnet/childProcess.js';
import { deployChaincode, packageIdFor } from '../../../devnet/fabric/deploy.js';
import type { DeployOptions, DeployedChaincode } from '../../../devnet/fabric/deploy.js';
import { startFabric } from '../../../devnet/fabric/start.js';
import type { FabricOptions, RunningFabric } from '../../../devnet/fabric/start.js';
import type { PeerOrganization } from '../../../devnet/fabric/world.js';

export const HARVEST = 'HarvestMSP';
export const MERIDIAN = 'MeridianMSP';
export const NORTHWIND = 'NorthwindMSP';

/** As in the dev world, with blocks that do not wait long for company. */
const CHANNELS = [
  { name: 'trade', consensus: 'BFT', organizations: [HARVEST, MERIDIAN, NORTHWIND], batchTimeoutMs: 20 },
  { name: 'payments', consensus: 'RAFT', organizations: [MERIDIAN, NORTHWIND], batchTimeoutMs: 20 },
] as const;

/** A client of one user at one peer, as an application would make it. */
export interface Session {
  readonly gateway: Gateway;
  readonly client: Client;
  network(channel?: string): Network;
  contract(name?: string, channel?: string): Contract;
}

/** Embedded Fabric in a temporary directory with a chaincode service, for one suite. */
export class FabricWorld {
  readonly #sessions: Session[] = [];
  readonly #shared = new Map<string, Session>();
  readonly #services: RunningChild[] = [];

  private constructor(
    readonly directory: string,
    private readonly options: Omit<FabricOptions, 'directory'>,
    public fabric: RunningFabric,
  ) {}

  static async start(options: Omit<FabricOptions, 'directory'> = {}): Promise<FabricWorld> {
    const directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
    const all = { channels: CHANNELS, ...options };
    return new FabricWorld(directory, all, await startFabric({ ...all, directory }));
  }

  /** The same around nodes that run already, real ones too; they are ended with it. */
  static over(directory: string, fabric: RunningFabric): FabricWorld {
    return new FabricWorld(directory, {}, fabric);
  }

  organization(mspId: string): PeerOrganization {
    const found = this.fabric.organizations.find((candidate) => candidate.mspId === mspId);
    if (found === undefined) throw new Error(`${mspId} is not in this world`);
    return found;
  }

  /** Starts the service of the tests' chaincode under the package id of these options, and deploys it. */
  async deploy(options: DeployOptions): Promise<DeployedChaincode> {
    await this.serve(options);
    return this.redeploy(options);
  }

  redeploy(options: DeployOptions): Promise<DeployedChaincode> {
    const members = this.fabric.channels.find(({ name }) => name === options.channel)?.organizations ?? [];
    return deployChaincode(
      members.map((mspId) => this.organization(mspId)),
      options,
    );
  }

  async serve(options: DeployOptions): Promise<RunningChild> {
    const service = await startChild({
      command: process.execPath,
      args: [join(import.meta.dirname, 'assetsChaincode.js'), packageIdFor(options), options.service.address],
      env: { CORE_CHAINCODE_LOGGING_LEVEL: 'CRITICAL' },
      ready: /ready/,
    });
    this.#services.push(service);
    return service;
  }

  session(mspId: string, user = 'user1', at = mspId): Session {
    const organization = this.organization(mspId);
    const keys = organization.users[user];
    if (keys === undefined) throw new Error(`${mspId} has no ${user}`);
    return this.connect(mspId, keys.certificatePem, keys.privateKeyPem, at);
  }

  /** As `session`, one for all who ask for the same. */
  shared(mspId: string, user = 'user1', at = mspId): Session {
    const key = `${mspId} ${user} ${at}`;
    const known = this.#shared.get(key) ?? this.session(mspId, user, at);
    this.#shared.set(key, known);
    return known;
  }

  connect(mspId: string, certificatePem: string, privateKeyPem: string, at: string): Session {
    const { peerEndpoint, tlsRootCertificatePem } = this.organization(at);
    const client = new Client(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
    const gateway = connect({
      client,
      identity: { mspId, credentials: Buffer.from(certificatePem) },
      signer: signers.newPrivateKeySigner(createPrivateKey(privateKeyPem)),
      hash: hash.sha256,
    });
    const session: Session = {
      gateway,
      client,
      network: (channel = 'trade') => gateway.getNetwork(channel),
      contract: (name = 'assets', channel = 'trade') => gateway.getNetwork(channel).getContract(name),
    };
    this.#sessions.push(session);
    return session;
  }

  /** Ends the nodes and starts them again on what they kept. */
  async restart(): Promise<void> {
    await this.fabric.close();
    this.fabric = await startFabric({ ...this.options, directory: this.directory });
  }

  async close(): Promise<void> {
    for (const { gateway, client } of this.#sessions) {
      gateway.close();
      client.close();
    }
    await this.fabric.close();
    await Promise.all(this.#services.map((service) => service.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** host:port that nothing listens on now. */
export async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
