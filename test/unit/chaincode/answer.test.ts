import { createPrivateKey, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Wallet } from 'ethers';
import { createAuthority, type Authority } from '../../../devnet/fabric/material/authority.js';
import { accept, reject } from '../../../chaincode/consortium/answer.js';
import { acceptanceBytes, rejectionBytes } from '../../../chaincode/consortium/canonical.js';
import { invite, type Invitation } from '../../../chaincode/consortium/invitation.js';
import { certificate, parseDefinition } from '../../../chaincode/consortium/organization.js';
import { fingerprint } from '../../../chaincode/consortium/proof.js';
import { selfSigned } from '../../support/selfSigned.js';
import { membersNamed, THREE } from './motions.js';

const NETWORK = 'harbour';
const AT = new Date().toISOString();
const LATE = new Date(Date.now() + 7 * 86_400_000).toISOString();
const act = { by: 'HarvestMSP', at: AT };

let aurora: Authority;
let stranger: Authority;
let admin: Authority['keys'];
let foreign: Authority['keys'];
let invitation: Invitation;

beforeAll(async () => {
  aurora = await createAuthority('ca.aurora', 'Aurora');
  stranger = await createAuthority('ca.aurora', 'Aurora');
  admin = await aurora.issue({ commonName: 'Admin', organization: 'Aurora', unit: 'admin' });
  foreign = await stranger.issue({ commonName: 'Admin', organization: 'Aurora', unit: 'admin' });
  const root = fingerprint(certificate('root', aurora.keys.certificatePem));
  invitation = invite('p1', 'Aurora Roasters', root, AT);
});

const definitionJson = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    name: 'Aurora Roasters',
    mspId: 'AuroraMSP',
    rootCertificates: [aurora.keys.certificatePem],
    tlsRootCertificates: [aurora.keys.certificatePem],
    anchorPeers: [{ port: 7051, host: 'peer.aurora' }],
    accounts: [{ chain: 'eip155:31337', address: '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65' }],
    ...change,
  });

const signedBy = ({ certificatePem, privateKeyPem }: Authority['keys'], bytes: Uint8Array, chain: string[] = []) =>
  JSON.stringify({
    certificate: certificatePem,
    chain,
    signature: sign('sha256', bytes, createPrivateKey(privateKeyPem)).toString('base64'),
  });

const bytesFor = (definition: string, network = NETWORK, id = 'p1'): Buffer =>
  acceptanceBytes(network, id, parseDefinition(definition));

const acceptBy = (keys: Authority['keys'], definition = definitionJson(), bytes = bytesFor(definition), at = AT) =>
  accept(NETWORK, invitation, THREE, { definition, proof: signedBy(keys, bytes) }, { ...act, at });

test('what is signed has one form, whatever the order of names and what was left out', () => {
  const definition = '{"name":"Au","mspId":"AuroraMSP"}';
  const text = acceptanceBytes('harbour', 'p1', parseDefinition(definition)).toString('utf8');
  expect(text).toBe(
    'parley-consortium/accept-invitation/v1\n{"definition":{"accounts":[],"admins":[],"anchorPeers":[],' +
      '"intermediateCertificates":[],"mspId":"AuroraMSP","name":"Au","nodeOUs":true,"rootCertificates":[],' +
      '"tlsRootCertificates":[]},"invitationId":"p1","networkId":"harbour"}',
  );
  expect(rejectionBytes('harbour', 'p1').toString('utf8')).toBe(
    'parley-consortium/reject-invitation/v1\n{"invitationId":"p1","networkId":"harbour"}',
  );
});

describe('an acceptance', () => {
  test('makes the invited party a member that is joining, with its proof kept', () => {
    const changes = acceptBy(admin);
    expect(changes).toMatchObject({
      invitations: [{ status: 'ACCEPTED', answeredAt: AT, carriedBy: 'HarvestMSP', member: 'AuroraMSP' }],
      members: [{ mspId: 'AuroraMSP', name: 'Aurora Roasters', status: 'JOINING', invitationId: 'p1' }],
      organizations: [{ mspId: 'AuroraMSP', digest: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(acceptBy(aurora.keys).members).toHaveLength(1);
  });

  test('is refused by another party, though it bears the same names', () => {
    expect(() => acceptBy(foreign)).toThrow('proof.certificate does not chain to the root certificate');
    const definition = definitionJson({ rootCertificates: [stranger.keys.certificatePem] });
    expect(() => acceptBy(foreign, definition)).toThrow(/^No root certificate has the fingerprint/);
  });

  test('is refused over other bytes: of another definition, invitation, network or purpose', () => {
    const other = "proof.signature is not by the key of proof.certificate over this answer's bytes";
    expect(() => acceptBy(admin, definitionJson(), bytesFor(definitionJson({ name: 'Borea' })))).toThrow(other);
    expect(() => acceptBy(admin, definitionJson(), bytesFor(definitionJson(), NETWORK, 'p2'))).toThrow(other);
    expect(() => acceptBy(admin, definitionJson(), bytesFor(definitionJson(), 'elsewhere'))).toThrow(other);
    expect(() => acceptBy(admin, definitionJson(), rejectionBytes(NETWORK, 'p1'))).toThrow(other);
  });

  test('is refused where the signature is broken', () => {
    const answer = (proof: unknown) => () =>
      accept(NETWORK, invitation, THREE, { definition: definitionJson(), proof: JSON.stringify(proof) }, act);
    const { certificatePem } = admin;
    expect(answer({ certificate: certificatePem, signature: '§' })).toThrow('proof.signature is not base64');
    expect(answer({ certificate: certificatePem, signature: 'AAAA' })).toThrow('proof.signature is not by the key');
    expect(answer({ certificate: 'me', signature: 'AAAA' })).toThrow(
      'proof.certificate is no X.509 certificate in PEM: got "me"',
    );
    expect(answer({ signature: 'AAAA' })).toThrow('expected proof.certificate, got none');
  });

  test('is refused once the invitation is answered or its week is over', () => {
    expect(() => acceptBy(admin, definitionJson(), bytesFor(definitionJson()), LATE)).toThrow(
      `Invitation p1 is EXPIRED since ${LATE.slice(0, 10)}`,
    );
    const [accepted] = acceptBy(admin).invitations;
    if (accepted === undefined) throw new Error('nothing was accepted');
    const proof = signedBy(admin, bytesFor(definitionJson()));
    expect(() => accept(NETWORK, accepted, THREE, { definition: definitionJson(), proof }, act)).toThrow(
      `Invitation p1 is ACCEPTED since ${AT}, expected PENDING`,
    );
  });

  test('is refused under the name of a member, and with a definition that is not one', () => {
    expect(() => acceptBy(admin, definitionJson({ mspId: 'HarvestMSP' }))).toThrow(
      'HarvestMSP is a member of the network already',
    );
    const full = membersNamed(...Array.from({ length: 100 }, (_, index) => `Org${index}MSP`));
    const proof = signedBy(admin, bytesFor(definitionJson()));
    expect(() => accept(NETWORK, invitation, full, { definition: definitionJson(), proof }, act)).toThrow(
      'The network has 100 members, expected at most 100',
    );
    const refused = (change: Readonly<Record<string, unknown>>) => () => parseDefinition(definitionJson(change));
    expect(refused({ admins: ['x'] })).toThrow('definition.admins[0] is no X.509 certificate in PEM: got "x"');
    expect(refused({ admin: [] })).toThrow('definition has "admin", expected only mspId, name');
    expect(refused({ anchorPeers: [{ host: 'a b', port: 1 }] })).toThrow(
      'host is "a b", expected a name or an address',
    );
    expect(refused({ anchorPeers: [{ host: 'a', port: 70_000 }] })).toThrow('expected a whole number from 1 to 65535');
    expect(refused({ accounts: [{ chain: 'x', address: '' }] })).toThrow('chain has 1 characters, expected 5 to 41');
    expect(refused({ name: 'x'.repeat(200_000) })).toThrow(/^definition has \d+ characters, expected 2 to 200000$/);
  });

  test('is refused of a signer whose certificate is not in force, or whose issuer is no authority', async () => {
    const leaf = await aurora.issue({
      commonName: 'Old',
      organization: 'Aurora',
      notAfter: new Date(Date.parse(AT) - 1_000),
    });
    expect(() => acceptBy(leaf)).toThrow(/^The certificate of .* is in force from /s);
    const below = await selfSigned('P-256');
    expect(() => acceptBy(below)).toThrow('proof.certificate does not chain to the root certificate');
  });
});

describe('an invitation to an address', () => {
  const wallet = Wallet.createRandom();
  const toAddress = (): Invitation => ({ ...invitation, principal: wallet.address.toLowerCase() });
  const definition = '{"name":"Aurora Roasters","mspId":"AuroraMSP"}';
  const answer = (signature: string) =>
    accept(NETWORK, toAddress(), THREE, { definition, proof: JSON.stringify({ signature }) }, act);

  test('is accepted by its EIP-191 signature', async () => {
    const changes = answer(await wallet.signMessage(bytesFor(definition)));
    expect(changes.members).toMatchObject([{ mspId: 'AuroraMSP', status: 'JOINING' }]);
  });

  test('is not accepted by another, nor over other bytes', async () => {
    const byOther = await Wallet.createRandom().signMessage(bytesFor(definition));
    expect(() => answer(byOther)).toThrow(`expected ${wallet.address.toLowerCase()}`);
    const overOther = await wallet.signMessage(bytesFor(definition, NETWORK, 'p2'));
    expect(() => answer(overOther)).toThrow(`expected ${wallet.address.toLowerCase()}`);
    expect(() => answer(`0x${'00'.repeat(65)}`)).toThrow('is by nobody');
    expect(() => answer(`0x${'00'.repeat(64)}05`)).toThrow('is by nobody');
    expect(() => answer('0x00')).toThrow('proof.signature is not 65 bytes in hex');
  });

  test('is not accepted by a certificate', () => {
    const proof = signedBy(admin, bytesFor(definition));
    expect(() => accept(NETWORK, toAddress(), THREE, { definition, proof }, act)).toThrow(
      'expected a proof without certificate',
    );
  });
});

describe('a rejection', () => {
  test("is the invited party's, with its root certificate beside it", () => {
    const proof = signedBy(admin, rejectionBytes(NETWORK, 'p1'), [aurora.keys.certificatePem]);
    expect(reject(NETWORK, invitation, proof, act).invitations).toMatchObject([{ status: 'REJECTED', answeredAt: AT }]);
  });

  test("is nobody else's, and no acceptance is one", () => {
    const refused = (keys: Authority['keys'], bytes: Uint8Array, root: Authority) => () =>
      reject(NETWORK, invitation, signedBy(keys, bytes, [root.keys.certificatePem]), act);
    expect(refused(foreign, rejectionBytes(NETWORK, 'p1'), stranger)).toThrow(/^No root certificate has/);
    expect(refused(foreign, rejectionBytes(NETWORK, 'p1'), aurora)).toThrow('does not chain to the root certificate');
    expect(refused(admin, bytesFor(definitionJson()), aurora)).toThrow('proof.signature is not by the key');
  });
});
