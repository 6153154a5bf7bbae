import 'reflect-metadata';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { msp } from '@hyperledger/fabric-protos';
import * as x509 from '@peculiar/x509';
import { Identities, type Identity } from '../../../../src/ledgers/fabric/identities/identity.js';
import { Msp } from '../../../../src/ledgers/fabric/identities/msp.js';
import { readRevocationList } from '../../../../src/ledgers/fabric/identities/revocation.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-06-01T00:00:00Z');

const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

interface Holder {
  readonly certificate: x509.X509Certificate;
  readonly keys: Awaited<ReturnType<typeof newKeys>>;
}
interface Wish {
  readonly name: string;
  readonly issuer?: Holder;
  readonly ca?: boolean;
  readonly fromMs?: number;
  readonly toMs?: number;
}

async function certify({
  name,
  issuer,
  ca = false,
  fromMs = NOW - DAY_MS,
  toMs = NOW + DAY_MS,
}: Wish): Promise<Holder> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: issuer?.certificate.subject ?? name,
    notBefore: new Date(fromMs),
    notAfter: new Date(toMs),
    publicKey: keys.publicKey,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(ca, undefined, true)],
  });
  return { certificate, keys };
}

const pem = ({ certificate }: Holder): Uint8Array => Buffer.from(certificate.toString('pem'));

function identityOf(holder: Holder, mspId = 'Org1MSP'): Identity {
  const serialized = new msp.SerializedIdentity();
  serialized.setMspid(mspId);
  serialized.setIdBytes(pem(holder));
  return new Identities().read(serialized.serializeBinary());
}

interface MspWish {
  readonly roots: readonly Holder[];
  readonly intermediates?: readonly Holder[];
  readonly lists?: readonly Uint8Array[];
  readonly nodeOUs?: Holder | true;
  readonly units?: readonly string[];
}

function mspOf({ roots, intermediates = [], lists = [], nodeOUs, units = [] }: MspWish): Msp {
  const config = new msp.FabricMSPConfig();
  config.setName('Org1MSP');
  config.setRootCertsList(roots.map(pem));
  config.setIntermediateCertsList(intermediates.map(pem));
  config.setRevocationListList([...lists]);
  config.setOrganizationalUnitIdentifiersList(units.map((name) => unit(name)));
  if (nodeOUs !== undefined) {
    const issuer = nodeOUs === true ? undefined : nodeOUs;
    const told = new msp.FabricNodeOUs();
    told.setEnable(true);
    told.setClientOuIdentifier(unit('client', issuer));
    told.setPeerOuIdentifier(unit('peer', issuer));
    told.setAdminOuIdentifier(unit('admin', issuer));
    told.setOrdererOuIdentifier(unit('orderer', issuer));
    config.setFabricNodeOus(told);
  }
  return new Msp(config);
}

function unit(name: string, issuer?: Holder): msp.FabricOUIdentifier {
  const identifier = new msp.FabricOUIdentifier();
  identifier.setOrganizationalUnitIdentifier(name);
  if (issuer !== undefined) identifier.setCertificate(pem(issuer));
  return identifier;
}

async function revocationList(issuer: Holder, revoked: readonly Holder[], signer = issuer): Promise<Uint8Array> {
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.certificate.subject,
    thisUpdate: new Date(NOW),
    nextUpdate: new Date(NOW + DAY_MS),
    signingAlgorithm: ALGORITHM,
    signingKey: signer.keys.privateKey,
    entries: revoked.map(({ certificate }) => ({
      serialNumber: certificate.serialNumber,
      revocationDate: new Date(NOW),
    })),
  });
  return Buffer.from(list.toString('pem'));
}

describe('a membership service provider', () => {
  let root: Holder;
  let other: Holder;
  let middle: Holder;
  let peer: Holder;
  let client: Holder;
  beforeAll(async () => {
    root = await certify({ name: 'CN=root', ca: true });
    other = await certify({ name: 'CN=root', ca: true });
    middle = await certify({ name: 'CN=middle', issuer: root, ca: true });
    peer = await certify({ name: 'CN=peer0, OU=peer', issuer: root });
    client = await certify({ name: 'CN=user1, OU=client, OU=sales', issuer: middle });
  });

  test('knows its own, and nobody of another authority, even one of the same name', async () => {
    const plain = mspOf({ roots: [root] });
    expect(plain.holds(identityOf(peer), NOW)).toBe(true);
    const stranger = await certify({ name: 'CN=peer0, OU=peer', issuer: other });
    expect(plain.holds(identityOf(stranger), NOW)).toBe(false);
  });

  test('follows a chain over an intermediate, which alone may then issue', () => {
    const deep = mspOf({ roots: [root], intermediates: [middle] });
    expect(deep.holds(identityOf(client), NOW)).toBe(true);
    expect(deep.holds(identityOf(peer), NOW)).toBe(false);
    expect(mspOf({ roots: [root] }).holds(identityOf(client), NOW)).toBe(false);
  });

  test('takes no authority and no bytes that are no certificate for an identity', () => {
    const plain = mspOf({ roots: [root] });
    expect(plain.holds(identityOf(middle), NOW)).toBe(false);
    expect(plain.holds(identityOf(root), NOW)).toBe(false);
    expect(plain.holds(new Identities().read(Buffer.from('nobody')), NOW)).toBe(false);
  });

  test('admits its own whenever they are valid, and nobody else', async () => {
    const msp = mspOf({ roots: [root] });
    const expired = identityOf(await certify({ name: 'CN=orderer', issuer: root, toMs: NOW - DAY_MS / 2 }));
    expect([msp.holds(expired, NOW), msp.admits(expired)]).toEqual([false, true]);
    expect(msp.admits(identityOf(await certify({ name: 'CN=orderer', issuer: other })))).toBe(false);
  });

  test('asks for validity at the time in question, of the whole chain', async () => {
    const shortRoot = await certify({ name: 'CN=short', ca: true, toMs: NOW + DAY_MS / 2 });
    const late = await certify({ name: 'CN=late', issuer: shortRoot, fromMs: NOW });
    const provider = mspOf({ roots: [shortRoot] });
    const at = (ms: number): boolean => provider.holds(identityOf(late), ms);
    expect([at(NOW - 1000), at(NOW), at(NOW + DAY_MS / 2), at(NOW + DAY_MS / 2 + 1000)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('refuses whom its authority revoked, and believes no list that another signed', async () => {
    const peer1 = await certify({ name: 'CN=peer1, OU=peer', issuer: root });
    const list = await revocationList(root, [peer]);
    const provider = mspOf({ roots: [root], lists: [list] });
    expect(provider.holds(identityOf(peer), NOW)).toBe(false);
    expect(provider.holds(identityOf(peer1), NOW)).toBe(true);
    const forged = await revocationList(root, [peer], other);
    expect(mspOf({ roots: [root], lists: [forged] }).holds(identityOf(peer), NOW)).toBe(true);
    expect(readRevocationList(list)?.serials).toEqual([peer.certificate.serialNumber.toLowerCase().replace(/^0+/, '')]);
    expect(readRevocationList(Buffer.from('no list'))).toBeNull();
  });

  test('with NodeOUs asks for exactly one role, of the authority it names', async () => {
    const both = await certify({ name: 'CN=both, OU=peer, OU=admin', issuer: root });
    const none = await certify({ name: 'CN=none, OU=sales', issuer: root });
    const provider = mspOf({ roots: [root], nodeOUs: true });
    expect([peer, both, none].map((holder) => provider.holds(identityOf(holder), NOW))).toEqual([true, false, false]);
    expect(mspOf({ roots: [root], nodeOUs: root }).holds(identityOf(peer), NOW)).toBe(true);
    expect(mspOf({ roots: [root], nodeOUs: other }).holds(identityOf(peer), NOW)).toBe(false);
  });

  test('asks for an organisational unit where it lists some, also in a name part of several attributes', async () => {
    const provider = mspOf({ roots: [root], units: ['sales'] });
    const several = await certify({ name: 'CN=user2, OU=client+OU=sales', issuer: root });
    expect(provider.holds(identityOf(several), NOW)).toBe(true);
    expect(provider.holds(identityOf(peer), NOW)).toBe(false);
  });
});

test('identities are read once, and only so many are kept', async () => {
  const root = await certify({ name: 'CN=root', ca: true });
  const holders = await Promise.all([1, 2, 3].map((n) => certify({ name: `CN=user${n}`, issuer: root })));
  const bytes = holders.map((holder) => {
    const serialized = new msp.SerializedIdentity();
    serialized.setMspid('Org1MSP');
    serialized.setIdBytes(pem(holder));
    return serialized.serializeBinary();
  });
  const identities = new Identities(2);
  const [one, two, three] = bytes.map((b) => identities.read(b));
  expect(identities.read(bytes[2] ?? new Uint8Array(0))).toBe(three);
  expect(identities.read(bytes[1] ?? new Uint8Array(0))).toBe(two);
  expect(identities.read(bytes[0] ?? new Uint8Array(0))).not.toBe(one);
  expect(one?.facts.subject).toBe('CN=user1');
});
