import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { common, msp } from '@hyperledger/fabric-protos';
import * as x509 from '@peculiar/x509';
import { prepareUpdate } from '../../../../src/governance/fabricConfig/changes/prepareUpdate.js';
import { openConfig } from '../../../../src/governance/fabricConfig/inForce.js';
import { evaluate } from '../../../../src/governance/fabricConfig/policies/evaluate.js';
import { configSignature } from '../../../../src/governance/fabricConfig/signatures/envelope.js';
import { verifySignature } from '../../../../src/governance/fabricConfig/signatures/verifySignature.js';
import { copyOf } from '../../../../src/governance/fabricConfig/update/groups.js';
import {
  CHANNEL,
  embeddedRefusal,
  headerOf,
  makeConsortium,
  signed,
  type Consortium,
  type Person,
} from './consortium.js';
import { configOf, hex } from './recorded.js';

const now = Date.now();
const THREE = ['Org1MSP', 'Org2MSP', 'Org3MSP'];
let world: Consortium;
let admins: readonly Person[];
let update: Uint8Array;

beforeAll(async () => {
  world = await makeConsortium(THREE);
  admins = await Promise.all(THREE.map((mspId) => world.person(mspId, 'admin')));
  const rule = 'ANY Endorsement';
  update = prepareUpdate(
    world.config,
    { kind: 'setPolicy', path: '/Channel/Application/Endorsement', rule },
    now,
  ).update;
});

const admin = (index: number): Person => {
  const found = admins[index];
  if (found === undefined) throw new Error(`There is no admin ${index}`);
  return found;
};
const verdict = (signature: Uint8Array, collected: readonly Uint8Array[] = [], atMs = now) =>
  verifySignature(world.config, update, signature, collected, atMs);
const reasonOf = (signature: Uint8Array, collected: readonly Uint8Array[] = [], atMs = now): string => {
  const judged = verdict(signature, collected, atMs);
  return judged.valid ? 'valid' : judged.reason;
};

describe('a signature that is taken', () => {
  test.each([
    ['DER, low S', 'der', false],
    ['DER, high S', 'der', true],
    ['r‖s, low S', 'ieee-p1363', false],
    ['r‖s, high S', 'ieee-p1363', true],
  ] as const)('%s, and handed on as an orderer takes it', (_, form, high) => {
    const first = verdict(signed(admin(0), update, form, high));
    const second = verdict(signed(admin(1), update, form, high), first.valid ? [first.signature] : []);
    if (!first.valid || !second.valid) throw new Error('A signature was refused');
    expect(first.signer).toMatchObject({ mspId: 'Org1MSP', subject: 'CN=admin@Org1MSP,OU=admin,O=Org1MSP,C=US' });
    expect(embeddedRefusal(world.config, update, [first.signature, second.signature])).toBeNull();
  });

  test('one of Fabric’s own stays as it is', () => {
    const given = signed(admin(0), update, 'der', false);
    const taken = verdict(given);
    expect(taken.valid && hex(taken.signature)).toBe(hex(given));
  });
});

describe('a signature that is refused', () => {
  const forged = (person: Person, bytes: Uint8Array): Uint8Array => configSignature(headerOf(person), bytes);

  test('by who it is of', async () => {
    const [client, peer, expired] = await Promise.all([
      world.person('Org1MSP', 'client'),
      world.person('Org1MSP', 'peer'),
      world.person('Org1MSP', 'admin', new Date(now + 60_000)),
    ]);
    expect(reasonOf(signed(client, update))).toBe('NOT_NEEDED');
    expect(reasonOf(signed(peer, update))).toBe('NOT_NEEDED');
    expect(reasonOf(signed(await world.person('OrdererMSP', 'admin'), update))).toBe('NOT_NEEDED');
    expect(reasonOf(signed(expired, update))).toBe('valid');
    expect(reasonOf(signed(expired, update), [], now + 120_000)).toBe('EXPIRED');
    expect(reasonOf(signed(admin(0), update), [], now - 7_200_000)).toBe('NOT_YET_VALID');
    expect(reasonOf(signed({ ...admin(0), mspId: 'Org2MSP' }, update))).toBe('FOREIGN');
    expect(reasonOf(signed({ ...admin(0), mspId: 'Org9MSP' }, update))).toBe('UNKNOWN_MSP');
    expect(reasonOf(signed(await world.person('Org1MSP', 'janitor'), update))).toBe('NO_ROLE');
    const authority = world.authorities['Org1MSP']?.keys ?? admin(0).keys;
    expect(reasonOf(signed({ mspId: 'Org1MSP', keys: authority }, update))).toBe('AUTHORITY');
  });

  test('by what it covers, and how it is written', () => {
    const good = common.ConfigSignature.deserializeBinary(signed(admin(0), update)).getSignature_asU8();
    const other = signed(admin(0), Buffer.concat([update, Buffer.of(0)]));
    expect(reasonOf(other)).toBe('WRONG_SIGNATURE');
    expect(reasonOf(forged(admin(0), good))).toBe('WRONG_SIGNATURE');
    expect(
      reasonOf(signed({ ...admin(0), keys: { ...admin(0).keys, privateKeyPem: admin(1).keys.privateKeyPem } }, update)),
    ).toBe('WRONG_SIGNATURE');
    expect(reasonOf(forged(admin(0), Buffer.alloc(64)))).toBe('WRONG_SIGNATURE');
    expect(reasonOf(forged(admin(0), Buffer.alloc(63)))).toBe('BROKEN_ENCODING');
    expect(reasonOf(forged(admin(0), Buffer.concat([good, Buffer.of(0)])))).toBe('BROKEN_ENCODING');
    expect(reasonOf(forged(admin(0), good.subarray(0, -1)))).toBe('BROKEN_ENCODING');
    expect(reasonOf(forged(admin(0), new Uint8Array()))).toBe('BROKEN_ENCODING');
    expect(reasonOf(Uint8Array.of(255))).toBe('MALFORMED');
    expect(reasonOf(new Uint8Array())).toBe('MALFORMED');
    expect(reasonOf(configSignature(Uint8Array.of(1, 2), good))).toBe('MALFORMED');
  });

  test('as one too many', async () => {
    const [first, second, third] = admins.map((person) => signed(person, update));
    if (first === undefined || second === undefined || third === undefined) throw new Error('There are three');
    expect(reasonOf(signed(admin(0), update), [first])).toBe('DUPLICATE');
    const colleague = await world.person('Org1MSP', 'admin');
    expect(reasonOf(signed(colleague, update), [first])).toBe('NOT_NEEDED');
    expect(reasonOf(third, [first, second])).toBe('NOT_NEEDED');
    const late = verdict(signed(colleague, update), [first]);
    expect(late.valid ? '' : late.error.message).toMatchInlineSnapshot(
      `"The update does not need the signature of this signer. Got: CN=admin@Org1MSP,OU=admin,O=Org1MSP,C=US of Org1MSP. Expected: one of 'Org2MSP.admin', 'Org3MSP.admin'. Fix: Let an identity sign that the proposal names as missing."`,
    );
    expect(late.valid ? '' : late.error.code).toBe('SIGNATURE_INVALID');
  });

  test('as of one whose certificate the channel revoked', async () => {
    const withdrawn = await world.person('Org1MSP', 'admin');
    const group = copyOf(world.config.group);
    const value = group.getGroupsMap().get('Application')?.getGroupsMap().get('Org1MSP')?.getValuesMap().get('MSP');
    const wrapped = msp.MSPConfig.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
    const config = msp.FabricMSPConfig.deserializeBinary(wrapped.getConfig_asU8());
    config.setRevocationListList([await revoking('Org1MSP', withdrawn.keys.certificatePem)]);
    wrapped.setConfig(config.serializeBinary());
    value?.setValue(wrapped.serializeBinary());
    const after = openConfig(CHANNEL, configOf(group));
    const judged = verifySignature(after, update, signed(withdrawn, update), [], now);
    expect(judged).toMatchObject({ valid: false, reason: 'REVOKED' });
    expect(verifySignature(after, update, signed(admin(0), update), [], now)).toMatchObject({ valid: true });
  });

  async function revoking(mspId: string, certificatePem: string): Promise<Uint8Array> {
    const keys = world.authorities[mspId]?.keys ?? admin(0).keys;
    const der = x509.PemConverter.decodeFirst(keys.privateKeyPem);
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const signingKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
    const list = await x509.X509CrlGenerator.create(
      {
        issuer: new x509.X509Certificate(keys.certificatePem).subject,
        thisUpdate: new Date(now),
        entries: [
          { serialNumber: new x509.X509Certificate(certificatePem).serialNumber, revocationDate: new Date(now) },
        ],
        signingAlgorithm: algorithm,
        signingKey: signingKey as unknown as x509.X509CrlCreateParams['signingKey'],
      },
      webcrypto as unknown as Crypto,
    );
    return Buffer.from(list.toString('pem'));
  }
});

describe('whatever is collected', () => {
  test('Parley says it is enough exactly where embedded Fabric’s orderer takes it', async () => {
    const outsiders = await Promise.all([world.person('Org1MSP', 'client'), world.person('OrdererMSP', 'admin')]);
    const people = [...admins, ...outsiders];
    const batch = { timeoutMs: null, maxMessageCount: 7, absoluteMaxBytes: null, preferredMaxBytes: null };
    const anchorPeers = [{ host: 'peer', port: 1 }];
    const rule = "OutOf(2,'Org1MSP.admin','Org1MSP.client','OrdererMSP.admin')";
    const path = '/Channel/Application/Admins';
    const updates = [
      [world.config, update],
      [world.config, prepareUpdate(world.config, { kind: 'setBatch', batch }, now).update],
      [
        world.config,
        prepareUpdate(world.config, { kind: 'setAnchorPeers', mspId: 'Org2MSP', anchorPeers }, now).update,
      ],
      [world.config, prepareUpdate(world.config, { kind: 'removeOrganization', mspId: 'Org3MSP' }, now).update],
      [
        world.config,
        prepareUpdate(world.config, { kind: 'setCapabilities', group: 'Channel', capabilities: ['V3_0'] }, now).update,
      ],
    ] as const;
    const { next } = prepareUpdate(world.config, { kind: 'setPolicy', path, rule }, now);
    const all = [
      ...updates,
      [next, prepareUpdate(next, { kind: 'removeOrganization', mspId: 'Org3MSP' }, now).update] as const,
    ];
    const seen: boolean[] = [];
    for (const [config, bytes] of all) {
      const made = people.map((person) => signed(person, bytes, 'der', false));
      for (let subset = 0; subset < 2 ** people.length; subset += 1) {
        const signatures = made.filter((_, i) => (subset >> i) % 2 === 1);
        const ours = evaluate(config, bytes, signatures, now);
        expect([subset, ours.satisfied]).toEqual([subset, embeddedRefusal(config, bytes, signatures) === null]);
        expect(ours.reachable).toBe(true);
        expect(ours.missingMembers.length === 0).toBe(ours.satisfied);
        seen.push(ours.satisfied);
      }
    }
    expect(new Set(seen)).toEqual(new Set([true, false]));
  });
});
