import { credentials } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import type { Contract } from '@hyperledger/fabric-gateway';
import { computeConfigUpdate } from '../../../devnet/fabric/config/configUpdate.js';
import { signedEnvelope } from '../../../devnet/fabric/config/envelope.js';
import { configUpdateEnvelope, signConfigUpdate } from '../../../devnet/fabric/config/signedData.js';
import { signingIdentity } from '../../../devnet/fabric/msp/signingIdentity.js';
import type { FabricWorld } from './world.js';

/** Changes a channel's configuration, signed by the admins of these organisations. Resolves when an orderer took it. */
export async function updateConfig(
  world: FabricWorld,
  cscc: Contract,
  signers: readonly string[],
  change: (root: common.ConfigGroup) => void,
): Promise<void> {
  const config = common.Config.deserializeBinary(await cscc.evaluateTransaction('GetChannelConfig', 'trade'));
  const original = config.getChannelGroup() ?? new common.ConfigGroup();
  const updated = original.cloneMessage();
  change(updated);
  const update = computeConfigUpdate('trade', original, updated).serializeBinary();
  const admins = signers.map((mspId) => {
    const keys = world.organization(mspId).users['admin'];
    if (keys === undefined) throw new Error(`${mspId} has no admin`);
    return signingIdentity(mspId, keys);
  });
  const [submitter] = admins;
  if (submitter === undefined) throw new Error('nobody signs');
  const signatures = admins.map((admin) => signConfigUpdate(update, admin));
  const envelope = configUpdateEnvelope(update, signatures);
  await broadcast(world, signedEnvelope(common.HeaderType.CONFIG_UPDATE, 'trade', envelope, submitter));
}

async function broadcast(world: FabricWorld, envelope: common.Envelope): Promise<void> {
  const [organization] = world.fabric.orderingOrganizations;
  if (organization === undefined) throw new Error('there is no orderer');
  const tls = credentials.createSsl(Buffer.from(organization.tlsRootCertificatePem));
  const client = new orderer.AtomicBroadcastClient(organization.ordererEndpoint, tls);
  try {
    const stream = client.broadcast();
    stream.write(envelope);
    stream.end();
    for await (const answer of stream as AsyncIterable<orderer.BroadcastResponse>) {
      if (answer.getStatus() !== common.Status.SUCCESS) throw new Error(answer.getInfo());
      return;
    }
    throw new Error('the orderer said nothing');
  } finally {
    client.close();
  }
}
