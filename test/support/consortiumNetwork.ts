import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, hash, signers, type Network } from '@hyperledger/fabric-gateway';
import { common } from '@hyperledger/fabric-protos';
import { startChaincodes } from '../../devnet/chaincode/index.js';
import type { RunningChild } from '../../devnet/childProcess.js';
import { deployChaincode, packageIdFor, type DeployOptions } from '../../devnet/fabric/deploy.js';
import { launchFabric } from '../../devnet/fabric/launch.js';
import { freePorts } from '../../devnet/fabric/material/freePorts.js';
import type { Consensus, PeerOrganization, World } from '../../devnet/fabric/world.js';
import { joinPeer } from '../../devnet/realFabric/joinPeer.js';
import { requireFabricPrograms, startRealNetwork } from '../../devnet/realFabric/index.js';

// A channel of three organisations, and a fourth whose peer runs and is on no channel: what an invitation is for.

export const FOUNDERS = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] as const;
export const INVITED = 'AtlasMSP';
export const CHANNEL = 'trade';

export interface ConsortiumNetwork {
  readonly world: World;
  readonly chaincodes: Readonly<Record<'consortium' | 'goods', DeployOptions>>;
  organization(mspId: string): PeerOrganization;
  /** The peer of an organisation that the channel admits now comes to it. */
  join(mspId: string): Promise<void>;
  close(): Promise<void>;
}

export interface NetworkKind {
  readonly name: string;
  readonly nodes: 'embedded' | 'real';
  readonly consensus: Consensus;
}

export async function consortiumNetwork(directory: string, kind: NetworkKind): Promise<ConsortiumNetwork> {
  const names = ['harvest', 'meridian', 'northwind', 'atlas'];
  const organizations = [...FOUNDERS, INVITED].map((mspId, at) => ({ name: names[at] ?? mspId, mspId }));
  const channels = [{ name: CHANNEL, consensus: kind.consensus, organizations: FOUNDERS, batchTimeoutMs: 100 }];
  const options = { directory, organizations, channels };
  const nodes =
    kind.nodes === 'embedded'
      ? await launchFabric(options)
      : await startRealNetwork(requireFabricPrograms({ ...process.env }), options);
  let served: RunningChild | null = null;
  const close = async (): Promise<void> => {
    await served?.stop();
    await nodes.close();
  };
  try {
    const chaincodes = await deployments();
    const service = (name: 'consortium' | 'goods') => ({
      ...{ name, chaincodeId: packageIdFor(chaincodes[name]), address: chaincodes[name].service.address },
    });
    served = await startChaincodes([service('consortium'), service('goods')]);
    const members = nodes.organizations.filter(({ mspId }) => mspId !== INVITED);
    for (const deployment of Object.values(chaincodes)) await deployChaincode(members, deployment);
    const organization = (mspId: string): PeerOrganization => {
      const found = nodes.organizations.find((one) => one.mspId === mspId);
      if (found === undefined) throw new Error(`${mspId} is not in this network`);
      return found;
    };
    const join = async (mspId: string): Promise<void> => {
      const [channel] = nodes.channels;
      // An embedded peer is on every channel that admits its organisation.
      if (kind.nodes === 'real' && channel !== undefined) await joinPeer(organization(mspId), channel);
    };
    return { world: nodes, chaincodes, organization, join, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function deployments(): Promise<ConsortiumNetwork['chaincodes']> {
  const [consortium = 0, goods = 0] = await freePorts(2);
  const deployment = (name: string, port: number): DeployOptions => ({
    ...{ channel: CHANNEL, name, version: '1.0', collections: [], service: { address: `127.0.0.1:${port}` } },
  });
  return { consortium: deployment('consortium', consortium), goods: deployment('goods', goods) };
}

/** What an invitation names an organisation by: the SHA-256 of its root certificate. */
export const fingerprintOf = ({ rootCertificatePem }: PeerOrganization): string =>
  createHash('sha256').update(new X509Certificate(rootCertificatePem).raw).digest('hex');

/** What an organisation's own application sees and does at its own peer, apart from Parley. */
async function atItsPeer<T>(organization: PeerOrganization, work: (network: Network) => Promise<T>): Promise<T> {
  const { mspId, peerEndpoint, tlsRootCertificatePem, users } = organization;
  const { user1 } = users;
  if (user1 === undefined) throw new Error(`${mspId} has no user1`);
  const client = new Client(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(user1.certificatePem) },
    signer: signers.newPrivateKeySigner(createPrivateKey(user1.privateKeyPem)),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + 10_000 }),
  });
  try {
    return await work(gateway.getNetwork(CHANNEL));
  } finally {
    gateway.close();
    client.close();
  }
}

/** How many blocks an organisation's own peer has; 0 where it answers nothing. */
export const heightAt = (organization: PeerOrganization): Promise<number> =>
  atItsPeer(organization, async (network) => {
    const bytes = await network.getContract('qscc').evaluateTransaction('GetChainInfo', CHANNEL);
    return common.BlockchainInfo.deserializeBinary(bytes).getHeight();
  }).catch(() => 0);

/** Registers a lot of coffee by an organisation's own application; rejects where it may not. */
export const registerAt = (organization: PeerOrganization, lot: string): Promise<unknown> =>
  atItsPeer(organization, (network) =>
    network.getContract('goods').submitTransaction('RegisterLot', lot, 'Huila', 'Caturra', '900', 'A', 'Pitalito'),
  );
