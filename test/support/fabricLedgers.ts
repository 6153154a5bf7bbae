import { credentials } from '@grpc/grpc-js';
import { common, orderer, peer } from '@hyperledger/fabric-protos';
import { computeConfigUpdate } from '../../devnet/fabric/config/configUpdate.js';
import { configOf } from '../../devnet/fabric/config/bundle.js';
import { signedEnvelope } from '../../devnet/fabric/config/envelope.js';
import { configUpdateEnvelope, signConfigUpdate } from '../../devnet/fabric/config/signedData.js';
import { LifecycleAdmin } from '../../devnet/fabric/deploy/admin.js';
import { signingIdentity, type SigningIdentity } from '../../devnet/fabric/msp/signingIdentity.js';
import type { OrganizationMaterial } from '../../devnet/fabric/ports.js';
import type { PeerOrganization, World } from '../../devnet/fabric/world.js';
import { readProfile } from '../../src/config/index.js';
import type { FabricLedgerOptions, FabricTimings } from '../../src/ledgers/fabric/index.js';

/** Quick to notice and quick to try again, in the proportions of the defaults. */
export const QUICK: FabricTimings = {
  answerTimeoutMs: 5_000,
  evaluateTimeoutMs: 10_000,
  idleProbeMs: 300,
  idleProbesToAgree: 3,
  minBackoffMs: 50,
  maxBackoffMs: 500,
};

export function organizationOf(world: World, mspId: string): PeerOrganization {
  const found = world.organizations.find((organization) => organization.mspId === mspId);
  if (found === undefined) throw new Error(`${mspId} is not in this world`);
  return found;
}

/** What it takes to read a channel of a world as one organisation's user. `ownPort`: another door to its own peer. */
export function fabricLedgerOptions(
  world: World,
  channel: string,
  mspId: string,
  ownPort?: number,
): FabricLedgerOptions {
  const organization = organizationOf(world, mspId);
  const { user1 } = organization.users;
  if (user1 === undefined) throw new Error(`${mspId} has no user`);
  const profile = readProfile(organization.files.connectionProfile, 'test');
  const peers = Object.entries(profile.peers).map(([name, entry]) => {
    const isOwn = entry.url.endsWith(organization.peerEndpoint);
    return [name, isOwn && ownPort !== undefined ? { ...entry, url: `grpcs://localhost:${ownPort}` } : entry] as const;
  });
  return {
    name: channel,
    channel,
    connectionProfile: { ...profile, peers: Object.fromEntries(peers) },
    identity: { mspId, certificatePem: user1.certificatePem, privateKeyPem: user1.privateKeyPem },
    timings: QUICK,
  };
}

/** Makes blocks that need no chaincode: one approval of a definition that is never committed in each. */
export class BlockMaker {
  private readonly admin: LifecycleAdmin;
  private made = 0;

  constructor(
    organization: OrganizationMaterial,
    channel: string,
    private readonly prefix = 'draft',
  ) {
    this.admin = new LifecycleAdmin(organization, channel);
  }

  async make(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++) {
      const args = new peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs();
      args.setSequence(1);
      args.setName(`${this.prefix}${this.made++}`);
      args.setVersion('1.0');
      const source = new peer.lifecycle.ChaincodeSource();
      source.setUnavailable(new peer.lifecycle.ChaincodeSource.Unavailable());
      args.setSource(source);
      await this.admin.submit('ApproveChaincodeDefinitionForMyOrg', args, true);
    }
  }

  close(): void {
    this.admin.close();
  }
}

export function adminOf(organization: OrganizationMaterial): SigningIdentity {
  const { admin } = organization.users;
  if (admin === undefined) throw new Error(`${organization.mspId} has no admin`);
  return signingIdentity(organization.mspId, admin);
}

/** Where an orderer takes envelopes. */
export interface Orderer {
  /** host:port */
  readonly ordererEndpoint: string;
  readonly tlsRootCertificatePem: string;
}

/** Has a channel's configuration changed, signed by the given admins; `config` is the block that set the one in force. */
export async function updateChannel(
  world: { readonly orderingOrganizations: readonly Orderer[] },
  config: common.Block,
  channel: string,
  admins: readonly SigningIdentity[],
  change: (group: common.ConfigGroup) => void,
): Promise<void> {
  const original = configOf(config).getConfig()?.getChannelGroup() ?? new common.ConfigGroup();
  const updated = original.cloneMessage();
  change(updated);
  const bytes = computeConfigUpdate(channel, original, updated).serializeBinary();
  const signatures = admins.map((admin) => signConfigUpdate(bytes, admin));
  const [submitter] = admins;
  const [ordering] = world.orderingOrganizations;
  if (submitter === undefined || ordering === undefined) throw new Error('Nobody signs, or nobody orders');
  const envelope = signedEnvelope(
    common.HeaderType.CONFIG_UPDATE,
    channel,
    configUpdateEnvelope(bytes, signatures),
    submitter,
  );
  const tls = credentials.createSsl(Buffer.from(ordering.tlsRootCertificatePem));
  const client = new orderer.AtomicBroadcastClient(ordering.ordererEndpoint, tls);
  try {
    const stream = client.broadcast({ deadline: Date.now() + 20_000 });
    stream.write(envelope);
    stream.end();
    for await (const answer of stream as AsyncIterable<orderer.BroadcastResponse>) {
      if (answer.getStatus() === common.Status.SUCCESS) return;
      throw new Error(`The orderer refused: ${answer.getStatus()} ${answer.getInfo()}`);
    }
    throw new Error('The orderer said nothing');
  } finally {
    client.close();
  }
}
