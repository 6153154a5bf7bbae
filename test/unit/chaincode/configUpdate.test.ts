import { createHash, createPrivateKey, sign, verify, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { common, msp } from '@hyperledger/fabric-protos';
import {
  carryConfigSignature,
  openSignature,
  proposeConfigUpdate,
  recordAttempt,
  signConfigUpdate,
  withdrawConfigUpdate,
  type ConfigSignature,
  type ConfigUpdate,
} from '../../../chaincode/consortium/configUpdate.js';
import { selfSigned, type SelfSigned } from '../../support/selfSigned.js';
import { AT, CLOSED, LATER } from './motions.js';

const HARVEST = { by: 'HarvestMSP', at: LATER };
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function configUpdate(channelId = 'trade', writes = true): Uint8Array {
  const update = new common.ConfigUpdate();
  update.setChannelId(channelId);
  if (writes) update.setWriteSet(new common.ConfigGroup());
  return update.serializeBinary();
}

const input = {
  configUpdateId: 'c1',
  channelId: 'trade',
  title: 'Larger batches',
  body: '',
  configUpdate: base64(configUpdate()),
  closesAt: CLOSED,
  decision: '',
};
const propose = (change: Partial<typeof input> = {}): ConfigUpdate =>
  proposeConfigUpdate({ ...input, ...change }, { by: 'MeridianMSP', at: AT });

/** A serialised `common.ConfigSignature`, as an organisation's client makes it. */
function signature(mspId: string, { certificatePem, privateKeyPem }: SelfSigned, over = configUpdate()): string {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificatePem));
  const header = new common.SignatureHeader();
  header.setCreator(identity.serializeBinary());
  header.setNonce(Buffer.alloc(24, 7));
  const message = new common.ConfigSignature();
  message.setSignatureHeader(header.serializeBinary());
  const key = createPrivateKey(privateKeyPem);
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  message.setSignature(sign(algorithm, Buffer.concat([header.serializeBinary(), over]), key));
  return base64(message.serializeBinary());
}

let alice: SelfSigned;
let bob: SelfSigned;

beforeAll(async () => {
  [alice, bob] = await Promise.all([selfSigned('P-256'), selfSigned('P-384')]);
});

describe('a collection', () => {
  test('keeps the exact bytes, their digest and what it carries out', () => {
    const decision = '{"network":"harbour","proposalId":"p1"}';
    expect(propose({ decision })).toMatchObject({
      proposer: 'MeridianMSP',
      status: 'OPEN',
      closesAt: CLOSED,
      configUpdate: input.configUpdate,
      digest: createHash('sha256').update(configUpdate()).digest('hex'),
      decision: { network: 'harbour', proposalId: 'p1' },
    });
    expect(propose({ closesAt: '' })).toMatchObject({ closesAt: null, decision: null });
    const both = { network: 'harbour', proposalId: 'p1', replaces: 'c0' };
    expect(propose({ decision: JSON.stringify(both) })).toMatchObject({
      decision: { network: 'harbour', proposalId: 'p1' },
      replaces: 'c0',
    });
    expect(propose({ decision: '{"replaces":"c0"}' })).toMatchObject({ decision: null, replaces: 'c0' });
  });

  test.each([
    [{ title: 'x'.repeat(1_048_576) }, 'title has 1048576 characters, expected 1 to 200'],
    [{ configUpdate: 'not base64' }, 'configUpdate is not base64 (RFC 4648, padded): got "not base64"'],
    [{ configUpdate: base64(Buffer.from([0xff, 0xff])) }, 'configUpdate does not parse as the protobuf message'],
    [{ configUpdate: base64(configUpdate('payments')) }, 'configUpdate is for channel "payments", expected trade'],
    [{ configUpdate: base64(configUpdate('trade', false)) }, 'configUpdate has no write set: it changes nothing'],
    [{ configUpdate: 'A'.repeat(1_000_000) }, 'configUpdate has 1000000 characters, expected 4 to 699052'],
    [{ closesAt: 'tomorrow' }, 'closesAt is no instant: got "tomorrow", expected one in UTC'],
    [{ closesAt: AT }, `closesAt is ${AT}, expected a time within 365 days after ${AT}`],
    [{ decision: '{"network":"harbour"}' }, 'decision.proposalId is absent, expected a string'],
    [{ decision: '{"network":"harbour","replaces":"c0"}' }, 'decision.proposalId is absent, expected a string'],
    [{ decision: '{"replaces":"no id"}' }, 'decision.replaces is not an id: got "no id"'],
    [{ decision: '{}' }, 'decision.network is absent, expected a string'],
  ])('is refused: %#', (change, message) => {
    expect(() => propose(change)).toThrow(message);
  });

  test('is withdrawn by its proposer, and then takes nothing more', () => {
    expect(() => withdrawConfigUpdate(propose(), HARVEST)).toThrow(
      "Configuration update c1 is MeridianMSP's to withdraw, not HarvestMSP's",
    );
    const withdrawn = withdrawConfigUpdate(propose(), { by: 'MeridianMSP', at: LATER });
    expect(withdrawn).toMatchObject({ status: 'WITHDRAWN', withdrawnAt: LATER });
    const over = `Configuration update c1 is WITHDRAWN since ${LATER}`;
    expect(() => signConfigUpdate(withdrawn, [], signature('HarvestMSP', alice), HARVEST)).toThrow(over);
    expect(() => recordAttempt(withdrawn, 0, '{"outcome":"REFUSED"}', HARVEST)).toThrow(over);
  });
});

describe('a signature', () => {
  test.each(['P-256', 'P-384', 'Ed25519'] as const)('by a key %s is kept as Fabric takes it', async (kind) => {
    const signer = await selfSigned(kind);
    // Half of all ECDSA signatures have the higher S.
    for (let round = 0; round < 8; round += 1) {
      const [kept] = signConfigUpdate(propose(), [], signature('HarvestMSP', signer), HARVEST);
      const message = common.ConfigSignature.deserializeBinary(Buffer.from(kept?.bytes ?? '', 'base64'));
      const bytes = Buffer.concat([message.getSignatureHeader_asU8(), configUpdate()]);
      const { publicKey } = new X509Certificate(signer.certificatePem);
      const algorithm = kind === 'Ed25519' ? null : 'sha256';
      expect(verify(algorithm, bytes, publicKey, message.getSignature_asU8())).toBe(true);
      if (kind === 'Ed25519') continue;
      expect(halfOfS(message.getSignature_asU8(), kind)).toBe('LOWER');
    }
  });

  test('of another identity of the same organisation supersedes the one before', () => {
    const first = signConfigUpdate(propose(), [], signature('HarvestMSP', alice), HARVEST);
    const second = signConfigUpdate(propose(), first, signature('HarvestMSP', bob), HARVEST);
    expect(second).toHaveLength(2);
    expect(second[1]).toMatchObject({ identity: first[0]?.identity, supersededBy: second[0]?.identity });
    expect(() => signConfigUpdate(propose(), second, signature('HarvestMSP', alice), HARVEST)).toThrow(
      `has signed c1 already, at ${LATER}`,
    );
    const many = Array.from({ length: 10 }, (_, index) => ({ ...second[0], identity: String(index) })) as typeof first;
    expect(() => signConfigUpdate(propose(), many, signature('HarvestMSP', alice), HARVEST)).toThrow(
      '10 identities of HarvestMSP signed c1, expected at most 10',
    );
  });

  test.each<[string, () => string, string]>([
    [
      'of another organisation',
      () => signature('NorthwindMSP', alice),
      "is of NorthwindMSP, expected the caller's HarvestMSP",
    ],
    ['over another update', () => signature('HarvestMSP', alice, configUpdate('payments')), 'is not by the key of'],
    [
      'of another key',
      () => signature('HarvestMSP', { ...alice, privateKeyPem: bob.privateKeyPem }),
      'is not by the key of',
    ],
    ['of nobody', () => signature('HarvestMSP', { ...alice, certificatePem: 'me' }), 'is no X.509 certificate in PEM'],
    ['in a broken encoding', () => base64(Buffer.from([0x0a, 0xff])), 'configSignature does not parse'],
    ['that is no base64', () => '****', 'configSignature is not base64'],
    ['without anything', () => base64(Buffer.from([0x0a, 0x00, 0x12, 0x00])), 'is of no MSP'],
  ])('%s is refused', (_, make, message) => {
    expect(() => signConfigUpdate(propose(), [], make(), HARVEST)).toThrow(message);
  });

  test('of who cannot call is handed in by who can, and supersedes nothing but what that one handed in', () => {
    const carried = (by: string, signer: SelfSigned, before: readonly ConfigSignature[] = []) => {
      const act = { by, at: LATER };
      return carryConfigSignature(
        propose(),
        before,
        openSignature(propose(), signature('OrderingMSP', signer), act),
        act,
      );
    };
    const first = carried('HarvestMSP', alice);
    expect(first).toMatchObject([{ mspId: 'OrderingMSP', carriedBy: 'HarvestMSP' }]);
    expect(carried('HarvestMSP', bob, first)).toMatchObject([{}, { supersededBy: expect.any(String) }]);
    expect(() => carried('OrderingMSP', alice)).toThrow('OrderingMSP signs by SignConfigUpdate');
    const foreign = signature('Harvest/MSP', alice);
    expect(() => carryConfigSignature(propose(), [], openSignature(propose(), foreign, HARVEST), HARVEST)).toThrow(
      'mspId is not an id',
    );
  });

  test('after the end is refused', () => {
    const late = { ...HARVEST, at: CLOSED };
    expect(() => signConfigUpdate(propose(), [], signature('HarvestMSP', alice), late)).toThrow(
      `Configuration update c1 is closed since ${CLOSED}`,
    );
  });
});

describe('an attempt', () => {
  test('is noted with what came of it, so many and no more', () => {
    const attempt = '{"outcome":"REFUSED","code":"BAD_REQUEST","message":"2 of the Admins"}';
    expect(recordAttempt(propose(), 3, attempt, HARVEST)).toMatchObject({
      number: 4,
      by: 'HarvestMSP',
      outcome: 'REFUSED',
      code: 'BAD_REQUEST',
      message: '2 of the Admins',
    });
    expect(() => recordAttempt(propose(), 20, attempt, HARVEST)).toThrow('c1 has 20 attempts, expected at most 20');
    expect(() => recordAttempt(propose(), 0, '{"outcome":"FINE"}', HARVEST)).toThrow(
      'attempt.outcome is "FINE", expected one of ACCEPTED, REFUSED, UNKNOWN',
    );
  });
});

/** By the first byte: both orders begin with 0xff. */
function halfOfS(der: Uint8Array, kind: 'P-256' | 'P-384'): 'LOWER' | 'HIGHER' {
  const bytes = kind === 'P-256' ? 32 : 48;
  const s = Buffer.from(der).subarray(4 + (der[3] ?? 0) + 2);
  const top = s.length > bytes ? (s[1] ?? 0) : s.length < bytes ? 0 : (s[0] ?? 0);
  return top < 0x80 ? 'LOWER' : 'HIGHER';
}
