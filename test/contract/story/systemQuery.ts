import { createPrivateKey } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import type { PeerOrganization, World } from '../../../devnet/fabric/world.js';

/** An organisation of the channel, to ask its peer as user1. */
export function identityOf(world: World, channel: string): PeerOrganization {
  const mspId = world.channels.find(({ name }) => name === channel)?.organizations[0];
  const organization = world.organizations.find((candidate) => candidate.mspId === mspId);
  if (organization === undefined) throw new Error(`no organisation on ${channel}`);
  return organization;
}

/** What the query system chaincode answers. */
export async function systemQuery(
  { mspId, peerEndpoint, tlsRootCertificatePem, users }: PeerOrganization,
  channel: string,
  name: string,
  args: readonly string[],
): Promise<Uint8Array> {
  const user = users['user1'];
  if (user === undefined) throw new Error(`${mspId} has no user1`);
  const client = new Client(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(user.certificatePem) },
    signer: signers.newPrivateKeySigner(createPrivateKey(user.privateKeyPem)),
    hash: hash.sha256,
  });
  try {
    return await gateway
      .getNetwork(channel)
      .getContract('qscc')
      .evaluateTransaction(name, ...args);
  } finally {
    gateway.close();
    client.close();
  }
}
