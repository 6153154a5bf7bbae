import { readFileSync } from 'node:fs';
import { credentials, Client } from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import { common, msp } from '@hyperledger/fabric-protos';
import { createPrivateKey } from 'node:crypto';
import { entriesOf } from '../../devnet/fabric/protoMap.js';
import { signingIdentity, type SigningIdentity } from '../../devnet/fabric/msp/signingIdentity.js';
import { goods } from '../../devnet/story/calls.js';
import { connectFabric } from '../../devnet/story/fabricClient.js';
import type { StoryOrganization } from '../../devnet/story/storyWorld.js';
import { updateChannel, type Orderer } from './fabricLedgers.js';
import type { DevFile } from './world.js';

// Those who act on a running dev world: a wallet, an application of Harvest's, and the admins of channel trade.

/** One JSON-RPC call of the dev world's chain. */
export async function rpc<T>(dev: Pick<DevFile, 'ethereum'>, method: string, ...params: unknown[]): Promise<T> {
  const response = await fetch(dev.ethereum.rpc, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(answer.error.message);
  return answer.result;
}

/** A call of ERC-20's `transfer`, by Harvest, whose account the node signs for. */
export async function transferTokens(dev: DevFile, amount: number): Promise<string> {
  const [, from, to = ''] = await rpc<string[]>(dev, 'eth_accounts');
  const token = dev.ethereum.contracts['SettlementToken']?.address;
  const data = `0xa9059cbb${to.slice(2).padStart(64, '0')}${amount.toString(16).padStart(64, '0')}`;
  return rpc(dev, 'eth_sendTransaction', { from, to: token, data });
}

/** Harvest registers a lot of coffee on trade. */
export async function registerLot(dev: DevFile, lotId: string): Promise<void> {
  const fabric = connectFabric(organizationsOf(dev));
  try {
    await fabric.submit('harvest', goods('RegisterLot', lotId, 'Huila', 'Caturra', 900, 'A', 'Pitalito'));
  } finally {
    fabric.close();
  }
}

function organizationsOf(dev: DevFile): StoryOrganization[] {
  return Object.entries(dev.fabric.organizations).map(([mspId, { peer, connectionProfile, users }]) => ({
    mspId,
    peerEndpoint: peer,
    tlsRootCertificatePem: tlsRootOf(connectionProfile, peer),
    users: Object.fromEntries(
      Object.entries(users).map(([name, { certificate, privateKey }]) => [
        name,
        { certificatePem: readFileSync(certificate, 'utf8'), privateKeyPem: readFileSync(privateKey, 'utf8') },
      ]),
    ),
  }));
}

interface Profile {
  readonly peers: Readonly<Record<string, { readonly url: string; readonly tlsCACerts: { readonly pem: string } }>>;
}

function tlsRootOf(connectionProfile: string, endpoint: string): string {
  const { peers } = JSON.parse(readFileSync(connectionProfile, 'utf8')) as Profile;
  const found = Object.values(peers).find(({ url }) => url.endsWith(endpoint));
  if (found === undefined) throw new Error(`${connectionProfile} lacks ${endpoint}`);
  return found.tlsCACerts.pem;
}

/** Changes the configuration of trade, signed by the admins of Harvest and Meridian: a majority. */
export async function configureTrade(dev: DevFile, change: (root: common.ConfigGroup) => void): Promise<void> {
  const organizations = organizationsOf(dev);
  const admins = ['HarvestMSP', 'MeridianMSP'].map((mspId) => adminOf(organizations, mspId));
  const block = await configBlock(organizations);
  await updateChannel({ orderingOrganizations: [ordererOf(block)] }, block, 'trade', admins, change);
}

function adminOf(organizations: readonly StoryOrganization[], mspId: string): SigningIdentity {
  const admin = organizations.find((one) => one.mspId === mspId)?.users['admin'];
  if (admin === undefined) throw new Error(`${mspId} has no admin`);
  return signingIdentity(mspId, admin);
}

async function configBlock([harvest]: readonly StoryOrganization[]): Promise<common.Block> {
  const user = harvest?.users['user1'];
  if (harvest === undefined || user === undefined) throw new Error('the dev world has no organisation');
  const client = new Client(harvest.peerEndpoint, credentials.createSsl(Buffer.from(harvest.tlsRootCertificatePem)));
  const gateway = connect({
    client,
    identity: { mspId: harvest.mspId, credentials: Buffer.from(user.certificatePem) },
    signer: signers.newPrivateKeySigner(createPrivateKey(user.privateKeyPem)),
    hash: hash.sha256,
  });
  try {
    const contract = gateway.getNetwork('trade').getContract('cscc');
    return common.Block.deserializeBinary(await contract.evaluateTransaction('GetConfigBlock', 'trade'));
  } finally {
    gateway.close();
    client.close();
  }
}

/** The first orderer that the channel's own configuration names. */
function ordererOf(block: common.Block): Orderer {
  const [envelope = new Uint8Array(0)] = block.getData()?.getDataList_asU8() ?? [];
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  const config = common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig();
  const groups = config?.getChannelGroup()?.getGroupsMap().get('Orderer')?.getGroupsMap();
  const [first] = groups === undefined ? [] : entriesOf(groups);
  const values = first?.[1].getValuesMap();
  const bytes = (name: string): Uint8Array => values?.get(name)?.getValue_asU8() ?? new Uint8Array(0);
  const [endpoint] = common.OrdererAddresses.deserializeBinary(bytes('Endpoints')).getAddressesList();
  const settings = msp.MSPConfig.deserializeBinary(bytes('MSP')).getConfig_asU8();
  const [root] = msp.FabricMSPConfig.deserializeBinary(settings).getTlsRootCertsList_asU8();
  if (endpoint === undefined || root === undefined) throw new Error('the configuration of trade names no orderer');
  return { ordererEndpoint: endpoint, tlsRootCertificatePem: Buffer.from(root).toString() };
}
