import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import { signedEnvelope } from '../../devnet/fabric/config/envelope.js';
import { configUpdateEnvelope, signConfigUpdate } from '../../devnet/fabric/config/signedData.js';
import { openAuthority } from '../../devnet/fabric/material/authority.js';
import { signingIdentity, type SigningIdentity } from '../../devnet/fabric/msp/signingIdentity.js';
import { serveAtomicBroadcast, type OrdererServer } from '../../devnet/fabric/orderer/atomicBroadcast.js';
import { Ordering } from '../../devnet/fabric/orderer/orderingService.js';
import type { KeyPair, OrganizationMaterial } from '../../devnet/fabric/ports.js';
import { requireFabricPrograms, startRealNetwork, type RealNetwork } from '../../devnet/realFabric/index.js';

// The same requests to a real orderer and to an embedded one over the same genesis block: the same answers, word for word.

const { ENDORSER_TRANSACTION, CONFIG, CONFIG_UPDATE, DELIVER_SEEK_INFO, ORDERER_TRANSACTION } = common.HeaderType;
const { FABRIC_BIN_DIR, PATH } = process.env;
const CHANNEL = 'trade';
const MAX_BYTES = 20_000;

type Answer = readonly (number | string)[];

let directory: string;
let real: RealNetwork;
let embedded: Ordering;
let server: OrdererServer;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-orderers-'));
  const channel = { name: CHANNEL, consensus: 'RAFT', organizations: ['HarvestMSP', 'MeridianMSP'] } as const;
  real = await startRealNetwork(requireFabricPrograms({ FABRIC_BIN_DIR, PATH }), {
    directory,
    channels: [{ ...channel, absoluteMaxBytes: MAX_BYTES, preferredMaxBytes: MAX_BYTES }],
  });
  const { genesis } = real.channels[0] ?? {};
  const node = real.orderingOrganizations[0];
  if (genesis === undefined || node === undefined) throw new Error('The world is empty');
  const signer = {
    certificatePem: node.orderer.certificatePem,
    identity: signingIdentity(node.mspId, node.orderer),
  };
  embedded = new Ordering(join(directory, 'embedded'), [{ name: CHANNEL, genesis, signers: [signer] }], signer);
  server = await serveAtomicBroadcast(embedded, 0, node.orderer.tls);
}, 60_000);

afterAll(async () => {
  await server.close();
  await embedded.close();
  await real.close();
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

async function onBoth(ask: (client: orderer.AtomicBroadcastClient) => Promise<Answer>): Promise<readonly Answer[]> {
  const node = real.orderingOrganizations[0];
  const tls = credentials.createSsl(Buffer.from(node?.tlsRootCertificatePem ?? ''));
  const answers: Answer[] = [];
  for (const endpoint of [node?.ordererEndpoint ?? '', `localhost:${server.port}`]) {
    const client = new orderer.AtomicBroadcastClient(endpoint, tls);
    answers.push(await ask(client));
    client.close();
  }
  return answers;
}

function user(mspId: string, name: string): SigningIdentity {
  const organizations: readonly OrganizationMaterial[] = [...real.organizations, ...real.orderingOrganizations];
  const keys = organizations.find((organization) => organization.mspId === mspId)?.users[name];
  if (keys === undefined) throw new Error(`${mspId} has no ${name}`);
  return signingIdentity(mspId, keys);
}

const bytes = (content: Uint8Array | string) => ({ serializeBinary: () => Buffer.from(content) });

function broadcast(envelope: common.Envelope) {
  return async (client: orderer.AtomicBroadcastClient): Promise<Answer> => {
    const stream = client.broadcast();
    stream.write(envelope);
    stream.end();
    const answers: (number | string)[] = [];
    for await (const answer of stream as AsyncIterable<orderer.BroadcastResponse>) {
      answers.push(answer.getStatus(), answer.getInfo());
    }
    return answers;
  };
}

function update(made: common.ConfigUpdate, ...admins: readonly SigningIdentity[]): common.Envelope {
  const serialized = made.serializeBinary();
  const envelope = configUpdateEnvelope(
    serialized,
    admins.map((admin) => signConfigUpdate(serialized, admin)),
  );
  return signedEnvelope(CONFIG_UPDATE, CHANNEL, envelope, admins[0] ?? user('HarvestMSP', 'admin'));
}

/** An update whose sets are made by hand. */
function sets(
  make: (read: common.ConfigGroup, write: common.ConfigGroup) => void,
  channel = CHANNEL,
): common.ConfigUpdate {
  const [made, read, write] = [new common.ConfigUpdate(), new common.ConfigGroup(), new common.ConfigGroup()];
  make(read, write);
  made.setChannelId(channel);
  made.setReadSet(read);
  made.setWriteSet(write);
  return made;
}

function groupAt(version: number): common.ConfigGroup {
  const group = new common.ConfigGroup();
  group.setVersion(version);
  return group;
}

function valueAt(version: number, modPolicy: string): common.ConfigValue {
  const value = new common.ConfigValue();
  value.setVersion(version);
  value.setModPolicy(modPolicy);
  return value;
}

function organizationKeys(name: string): KeyPair {
  const at = (file: string): string => readFileSync(join(directory, 'organizations', name, 'ca', file), 'utf8');
  return { certificatePem: at('cert.pem'), privateKeyPem: at('key.pem') };
}

async function expiredIdentity(): Promise<SigningIdentity> {
  const authority = await openAuthority(organizationKeys('harvest'));
  const notAfter = new Date(Date.now() - 60_000);
  const subject = { commonName: 'late.harvest.example', organization: 'harvest.example', unit: 'client', notAfter };
  return signingIdentity('HarvestMSP', await authority.issue(subject));
}

const cases: readonly (readonly [string, () => common.Envelope | Promise<common.Envelope>])[] = [
  ['a writer', () => signedEnvelope(ENDORSER_TRANSACTION, CHANNEL, bytes('hello'), user('HarvestMSP', 'user1'))],
  ['an empty envelope', () => new common.Envelope()],
  [
    'a payload without channel header',
    () => {
      const [envelope, payload] = [new common.Envelope(), new common.Payload()];
      payload.setHeader(new common.Header());
      envelope.setPayload(payload.serializeBinary());
      return envelope;
    },
  ],
  ['an update that is none', () => signedEnvelope(CONFIG_UPDATE, CHANNEL, bytes(''), user('HarvestMSP', 'admin'))],
  [
    'an update by a client',
    () =>
      update(
        sets((_, write) => write.getValuesMap().set('Capabilities', valueAt(1, 'Admins'))),
        user('HarvestMSP', 'user1'),
      ),
  ],
  [
    'an update by a peer’s organisation under an absolute policy',
    () =>
      update(
        sets((_, write) => write.getValuesMap().set('New', valueAt(0, '/Channel/..'))),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'an update with an illegal name',
    () =>
      update(
        sets((_, write) => write.getValuesMap().set('N w', valueAt(0, 'Admins'))),
        user('HarvestMSP', 'admin'),
      ),
  ],
  ['a stranger', () => signedEnvelope(ENDORSER_TRANSACTION, CHANNEL, bytes('x'), user('NorthwindMSP', 'user1'))],
  [
    'an unknown channel',
    () => signedEnvelope(ENDORSER_TRANSACTION, 'nowhere', bytes('x'), user('HarvestMSP', 'user1')),
  ],
  ['a config transaction', () => signedEnvelope(CONFIG, CHANNEL, bytes('x'), user('HarvestMSP', 'user1'))],
  [
    'an orderer transaction',
    () => signedEnvelope(ORDERER_TRANSACTION, CHANNEL, bytes('x'), user('HarvestMSP', 'user1')),
  ],
  [
    'a message that is too large',
    () => signedEnvelope(ENDORSER_TRANSACTION, CHANNEL, bytes(new Uint8Array(MAX_BYTES)), user('HarvestMSP', 'user1')),
  ],
  [
    'an expired certificate',
    async () => signedEnvelope(ENDORSER_TRANSACTION, CHANNEL, bytes('x'), await expiredIdentity()),
  ],
  [
    'a signature over something else',
    () => {
      const envelope = signedEnvelope(ENDORSER_TRANSACTION, CHANNEL, bytes('x'), user('HarvestMSP', 'user1'));
      envelope.setSignature(user('HarvestMSP', 'user1').sign(Buffer.from('y')));
      return envelope;
    },
  ],
  [
    'an update by a stranger',
    () =>
      update(
        sets(() => undefined),
        user('NorthwindMSP', 'admin'),
      ),
  ],
  [
    'an update that changes nothing',
    () =>
      update(
        sets(() => undefined),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'an update of another channel',
    () =>
      update(
        sets(() => undefined, 'payments'),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'an update of another version',
    () =>
      update(
        sets((read) => read.getGroupsMap().set('Application', groupAt(3))),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'an update that reads what is not there',
    () =>
      update(
        sets((read) => read.getGroupsMap().set('Nothing', groupAt(0))),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'an update that jumps a version',
    () =>
      update(
        sets((_, write) => write.getValuesMap().set('Capabilities', valueAt(2, 'Admins'))),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'an update without a mod_policy',
    () =>
      update(
        sets((_, write) => write.getValuesMap().set('Capabilities', valueAt(1, ''))),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'a new value at another version than 0',
    () =>
      update(
        sets((_, write) => write.getValuesMap().set('New', valueAt(1, 'Admins'))),
        user('HarvestMSP', 'admin'),
      ),
  ],
  [
    'an update that too few signed',
    () =>
      update(
        sets((_, write) => write.getValuesMap().set('Capabilities', valueAt(1, 'Admins'))),
        user('HarvestMSP', 'admin'),
      ),
  ],
];

/** Start, stop and behaviour of a seek; null leaves the position out. */
type Seek = readonly [
  from: 'oldest' | 'newest' | number | null,
  to: 'oldest' | 'newest' | number | null,
  fail?: boolean,
];

function position(at: Seek[0]): orderer.SeekPosition | undefined {
  if (at === null) return undefined;
  const made = new orderer.SeekPosition();
  const specified = new orderer.SeekSpecified();
  if (typeof at === 'number') specified.setNumber(at);
  if (at === 'oldest') made.setOldest(new orderer.SeekOldest());
  else if (at === 'newest') made.setNewest(new orderer.SeekNewest());
  else made.setSpecified(specified);
  return made;
}

function deliver(channel: string, [from, to, fail = false]: Seek, signer: SigningIdentity) {
  return async (client: orderer.AtomicBroadcastClient): Promise<Answer> => {
    const seek = new orderer.SeekInfo();
    seek.setStart(position(from));
    seek.setStop(position(to));
    seek.setBehavior(fail ? 1 : 0);
    const stream = client.deliver({ deadline: Date.now() + 10_000 });
    stream.write(signedEnvelope(DELIVER_SEEK_INFO, channel, seek, signer));
    stream.end();
    const got: (number | string)[] = [];
    for await (const answer of stream as AsyncIterable<orderer.DeliverResponse>) {
      got.push(answer.hasBlock() ? `block ${answer.getBlock()?.getHeader()?.getNumber()}` : answer.getStatus());
    }
    return got;
  };
}

describe('a real orderer and an embedded one', () => {
  test.each(cases)('say the same to %s', async (_, make) => {
    const envelope = await make();
    const [fromReal, fromEmbedded] = await onBoth(broadcast(envelope));
    expect(fromReal).not.toHaveLength(0);
    expect(fromEmbedded).toEqual(fromReal);
  });

  const seeks: readonly (readonly [string, string, Seek, string])[] = [
    ['the first block', CHANNEL, ['oldest', 'oldest'], 'HarvestMSP'],
    ['blocks 0 to 1', CHANNEL, [0, 1], 'HarvestMSP'],
    ['the newest block', CHANNEL, ['newest', 'newest'], 'HarvestMSP'],
    ['everything up to the newest', CHANNEL, ['oldest', 'newest'], 'MeridianMSP'],
    ['a block that is not there, without waiting', CHANNEL, [0, 5, true], 'HarvestMSP'],
    ['a range that ends before it starts', CHANNEL, [1, 0], 'HarvestMSP'],
    ['no start', CHANNEL, [null, 'newest'], 'HarvestMSP'],
    ['no end', CHANNEL, [0, null], 'HarvestMSP'],
    ['a channel that is not there', 'nowhere', [0, 0], 'HarvestMSP'],
    ['a reader of no member', CHANNEL, [0, 0], 'NorthwindMSP'],
    ['an orderer', CHANNEL, [0, 0], 'Ordering1MSP'],
  ];

  test.each(seeks)('deliver the same for %s', async (_, channel, seek, mspId) => {
    await embedded.waitFor(CHANNEL, 1, AbortSignal.timeout(5_000));
    const [fromReal, fromEmbedded] = await onBoth(deliver(channel, seek, user(mspId, 'user1')));
    expect(fromReal).not.toHaveLength(0);
    expect(fromEmbedded).toEqual(fromReal);
  });
});
