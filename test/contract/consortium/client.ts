import { createPrivateKey } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import type { ConsortiumEvent } from '../../../chaincode/consortium/events.js';
import type { World } from '../../../devnet/fabric/world.js';
import { connectFabric, type FabricClient } from '../../../devnet/story/fabricClient.js';
import { PARTIES, type Party } from '../../../devnet/story/storyWorld.js';
import { organizationOf } from '../../support/fabricLedgers.js';
import { eventually } from '../../support/world.js';

/** The consortium chaincode of one channel, as the parties' clients call it. */
export interface ConsortiumClient {
  /** Ends when every party's peer has the block, so that whoever is asked next knows of it. */
  submit(party: Party, name: string, ...args: readonly (string | number)[]): Promise<string>;
  read<T>(party: Party, name: string, ...args: readonly (string | number)[]): Promise<T>;
  /** What the chaincode said when it refused. */
  refusal(party: Party, name: string, ...args: readonly (string | number)[]): Promise<string>;
  /** All events of the channel from the genesis block on, up to and with those of a transaction. */
  eventsUntil(transactionId: string): Promise<readonly { readonly name: string; readonly event: ConsortiumEvent }[]>;
  close(): void;
}

const CHAINCODE = 'consortium';

export function consortiumOn(world: World, channel: string, reader: Party): ConsortiumClient {
  const fabric = connectFabric(world.organizations);
  const members = world.channels.find((one) => one.name === channel)?.organizations ?? [];
  const parties = (Object.keys(PARTIES) as Party[]).filter((party) => members.includes(PARTIES[party]));
  const call = (name: string, args: readonly (string | number)[]) => ({ channel, chaincode: CHAINCODE, name, args });
  return {
    submit: async (party, name, ...args) => {
      const { transactionId, blockNumber } = await fabric.submit(party, call(name, args));
      await Promise.all(parties.map((one) => reaches(fabric, one, channel, blockNumber)));
      return transactionId;
    },
    read: (party, name, ...args) => fabric.evaluate(party, call(name, args)),
    refusal: async (party, name, ...args) => {
      const refused: unknown = await fabric.submit(party, call(name, args)).catch((error: unknown) => error);
      const { details } = refused as { readonly details?: readonly { readonly message: string }[] };
      return details?.map(({ message }) => message).join('; ') ?? `not refused: ${JSON.stringify(refused)}`;
    },
    eventsUntil: (transactionId) => readEvents(world, channel, reader, transactionId),
    close: () => fabric.close(),
  };
}

const reaches = (fabric: FabricClient, party: Party, channel: string, block: bigint): Promise<boolean> =>
  eventually(`${party}'s peer has block ${block}`, async () => (await fabric.height(party, channel)) > block);

async function readEvents(world: World, channel: string, reader: Party, transactionId: string) {
  const { mspId, peerEndpoint, tlsRootCertificatePem, users } = organizationOf(world, PARTIES[reader]);
  const { user1 } = users;
  if (user1 === undefined) throw new Error(`${mspId} has no user1`);
  const client = new Client(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  const identity = { mspId, credentials: Buffer.from(user1.certificatePem) };
  const signer = signers.newPrivateKeySigner(createPrivateKey(user1.privateKeyPem));
  const gateway = connect({ client, identity, signer, hash: hash.sha256 });
  const events = await gateway.getNetwork(channel).getChaincodeEvents(CHAINCODE, { startBlock: 0n });
  try {
    const read: { name: string; event: ConsortiumEvent }[] = [];
    for await (const { eventName, payload, transactionId: id } of events) {
      read.push({ name: eventName, event: JSON.parse(Buffer.from(payload).toString('utf8')) as ConsortiumEvent });
      if (id === transactionId) break;
    }
    return read;
  } finally {
    events.close();
    gateway.close();
    client.close();
  }
}
