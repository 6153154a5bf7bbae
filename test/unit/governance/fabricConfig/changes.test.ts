import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { orderer, peer, type common } from '@hyperledger/fabric-protos';
import * as x509 from '@peculiar/x509';
import { createAuthority, type Authority } from '../../../../devnet/fabric/material/authority.js';
import type {
  FabricConfigAction,
  OrganizationDefinition,
} from '../../../../src/governance/fabricConfig/changes/action.js';
import { durationText } from '../../../../src/governance/fabricConfig/changes/duration.js';
import { organizationGroup } from '../../../../src/governance/fabricConfig/changes/organizationGroup.js';
import { prepareUpdate } from '../../../../src/governance/fabricConfig/changes/prepareUpdate.js';
import { readAction } from '../../../../src/governance/fabricConfig/changes/readAction.js';
import { describeUpdate } from '../../../../src/governance/fabricConfig/describe/describeUpdate.js';
import { neededSignatures } from '../../../../src/governance/fabricConfig/policies/needed.js';
import { durationMs, openMspConfig } from '../../../../src/ledgers/fabric/configuration.js';
import { configAt, configBefore, hex, inOrder, RECORDED_AT_MS, recordedUpdate, thrown } from './recorded.js';

const AT = RECORDED_AT_MS;
let ca: Authority;
let tlsCa: Authority;
let stranger: Authority;

beforeAll(async () => {
  [ca, tlsCa, stranger] = await Promise.all([
    createAuthority('ca.org4', 'Org4'),
    createAuthority('tlsca.org4', 'Org4'),
    createAuthority('ca.other', 'Other'),
  ]);
});

/** Certificates made here begin an hour before now. */
const now = (): number => Date.now();

const org4 = (changed: Partial<OrganizationDefinition> = {}): OrganizationDefinition => ({
  mspId: 'Org4MSP',
  rootCertificates: [ca.keys.certificatePem],
  intermediateCertificates: null,
  admins: null,
  tlsRootCertificates: [tlsCa.keys.certificatePem],
  nodeOUs: true,
  anchorPeers: [{ host: 'peer0.org4.example.com', port: 7051 }],
  ...changed,
});

const add = (changed: Partial<OrganizationDefinition> = {}): FabricConfigAction => ({
  kind: 'addOrganization',
  organization: org4(changed),
});

/** The organisation of a recorded group, as it would describe itself. */
function definitionOf(group: common.ConfigGroup): OrganizationDefinition {
  const config = openMspConfig(group.getValuesMap().get('MSP')?.getValue_asU8() ?? new Uint8Array());
  const texts = (list: readonly Uint8Array[] = []): string[] => list.map((bytes) => Buffer.from(bytes).toString());
  return {
    mspId: config?.getName() ?? '',
    rootCertificates: texts(config?.getRootCertsList_asU8()),
    intermediateCertificates: null,
    admins: null,
    tlsRootCertificates: texts(config?.getTlsRootCertsList_asU8()),
    nodeOUs: true,
    anchorPeers: null,
  };
}

function organization(block: number, name: string): common.ConfigGroup {
  const found = configAt(block).group.getGroupsMap().get('Application')?.getGroupsMap().get(name);
  if (found === undefined) throw new Error(`There is no ${name} in block ${block}`);
  return found;
}

describe('an organisation', () => {
  test.each(['Org1', 'Org2'])('%s is written as configtxgen wrote it', (name) => {
    const recorded = organization(0, name);
    expect(hex(organizationGroup(definitionOf(recorded), AT).serializeBinary())).toBe(hex(recorded.serializeBinary()));
  });

  test('Org3 with its anchor peer is written as the recorded update has it', () => {
    const recorded = organization(37, 'Org3');
    const value = recorded.getValuesMap().get('AnchorPeers')?.getValue_asU8() ?? new Uint8Array();
    const anchorPeers = peer.AnchorPeers.deserializeBinary(value)
      .getAnchorPeersList()
      .map((anchor) => ({ host: anchor.getHost(), port: anchor.getPort() }));
    const made = organizationGroup({ ...definitionOf(recorded), anchorPeers }, AT);
    expect(hex(made.serializeBinary())).toBe(hex(recorded.serializeBinary()));
  });

  test('adding it asks for a majority of the application’s admins, and says what comes', () => {
    const config = configAt(46);
    const { update, next } = prepareUpdate(config, add(), now());
    expect([...(next.root.groups.get('Application')?.groups.keys() ?? [])]).toEqual(['Org1', 'Org2', 'Org4MSP']);
    expect(neededSignatures(config, update).map(({ path }) => path)).toEqual(['/Channel/Application/Admins']);
    const [change] = describeUpdate(config, update);
    expect(change).toMatchObject({ path: '/Channel/Application/Org4MSP', kind: 'ADDED', before: null });
    expect(change?.text).toContain('AnchorPeers peer0.org4.example.com:7051');
    expect(change?.text).toMatch(/root certificates \(?CN=ca\.org4.*\(SHA-256 [0-9a-f]{64}, until \d{4}-\d\d-\d\d\)/i);
  });

  test('without NodeOUs its admins are named, and any member is a peer', async () => {
    const admin = await ca.issue({ commonName: 'admin', organization: 'Org4' });
    const { next } = prepareUpdate(configAt(46), add({ nodeOUs: false, admins: [admin.certificatePem] }), now());
    const [endorsement] = next.root.groups.get('Application')?.groups.get('Org4MSP')?.policies.keys() ?? [];
    expect(endorsement).toBe('Admins');
    expect(() => prepareUpdate(configAt(46), add({ nodeOUs: false }), now())).toThrow(
      'Nobody would administer Org4MSP',
    );
    const foreign = await stranger.issue({ commonName: 'admin', organization: 'Other' });
    expect(() => prepareUpdate(configAt(46), add({ admins: [foreign.certificatePem] }), now())).toThrow(
      'Admin certificate 1 does not lead to a root certificate',
    );
  });

  test('with an intermediate authority its units name none, and its peers may be of either', async () => {
    const middle = await intermediateOf(ca);
    const { next } = prepareUpdate(configAt(46), add({ intermediateCertificates: [middle] }), now());
    const value = next.root.groups.get('Application')?.groups.get('Org4MSP')?.values.get('MSP');
    const config = openMspConfig(value?.bytes ?? new Uint8Array());
    expect(config?.getIntermediateCertsList_asU8().map((bytes) => Buffer.from(bytes).toString())).toEqual([middle]);
    expect(config?.getFabricNodeOus()?.getPeerOuIdentifier()?.getCertificate_asU8()).toHaveLength(0);
  });

  async function intermediateOf({ keys }: Authority): Promise<string> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const engine = webcrypto as unknown as Crypto;
    const pair = await engine.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const der = x509.PemConverter.decodeFirst(keys.privateKeyPem);
    const made = await x509.X509CertificateGenerator.create(
      {
        serialNumber: '2a',
        subject: 'CN=ica.org4',
        issuer: new x509.X509Certificate(keys.certificatePem).subject,
        notBefore: new Date(now() - 60_000),
        notAfter: new Date(now() + 86_400_000),
        publicKey: pair.publicKey,
        signingKey: await engine.subtle.importKey('pkcs8', der, algorithm, false, ['sign']),
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          await x509.SubjectKeyIdentifierExtension.create(pair.publicKey, false, engine),
        ],
      },
      engine,
    );
    return `${made.toString('pem').trim()}\n`;
  }

  test('removing Org3 is the recorded update', () => {
    const { update } = prepareUpdate(configBefore(46), { kind: 'removeOrganization', mspId: 'Org3MSP' }, AT);
    expect(hex(update)).toBe(inOrder(recordedUpdate(46).update));
  });

  test('certified anew, by its own admins, it keeps what the definition does not say', () => {
    const config = configAt(46);
    const mine = definitionOf(organization(46, 'Org1'));
    const both = [...mine.rootCertificates, ca.keys.certificatePem];
    const action = { kind: 'updateOrganization', organization: { ...mine, rootCertificates: both } } as const;
    const { update, next } = prepareUpdate(config, action, now());
    expect(neededSignatures(config, update)).toMatchObject([
      { path: '/Channel/Application/Org1/Admins', elements: ['/Channel/Application/Org1/MSP'] },
    ]);
    expect(next.root.groups.get('Application')?.groups.get('Org1')?.values.has('AnchorPeers')).toBe(true);
    const [change, ...more] = describeUpdate(config, update);
    expect(more).toEqual([]);
    expect(change?.text).toMatch(
      /^changes \/Channel\/Application\/Org1\/MSP: root certificates CN=.* → CN=.*, CN=ca\.org4,/,
    );
    const same = { kind: 'updateOrganization', organization: mine } as const;
    expect(() => prepareUpdate(config, same, AT)).toThrow('The change changes nothing');
  });
});

describe('an organisation that cannot come', () => {
  const refused = (changed: Partial<OrganizationDefinition>, atMs = now()): string =>
    thrown(() => prepareUpdate(configAt(46), add(changed), atMs)).message;

  test('is on the channel already, or has an id that is none', () => {
    expect(refused({ mspId: 'Org1MSP' })).toMatch(/^The organisation is on the channel already\. Got: Org1MSP\./);
    expect(refused({ mspId: 'Org 4' })).toMatch(/^The MSP id is none that Fabric takes\. Got: Org 4\./);
    expect(refused({ mspId: 'Ordering1MSP' })).toMatch(
      /^The organisation orders the channel with another MSP definition/,
    );
  });

  test.each([
    ['garbage', 'hello', 'Root certificate 1 cannot be read. Got: hello.'],
    ['nothing', '', 'Root certificate 1 cannot be read. Got: an empty text.'],
    ['PEM around no certificate', pem('AAAA'), 'Root certificate 1 cannot be read.'],
  ])('gives %s as its root', (_, text, message) => {
    expect(refused({ rootCertificates: [text] })).toContain(message);
  });

  function pem(body: string): string {
    return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  }

  test('gives no authority, two certificates in one, one twice, none, an expired one', async () => {
    const leaf = await ca.issue({ commonName: 'peer0', organization: 'Org4', unit: 'peer' });
    const root = ca.keys.certificatePem;
    expect(refused({ rootCertificates: [leaf.certificatePem] })).toMatch(
      /^Root certificate 1 is not a certificate authority’s/,
    );
    expect(refused({ rootCertificates: [`${root}\n${tlsCa.keys.certificatePem}`] })).toMatch(/cannot be read/);
    expect(refused({ rootCertificates: [root, root] })).toMatch(/^Root certificate 2 stands there twice/);
    expect(refused({ rootCertificates: [] })).toMatch(/^The organisation has no root certificate/);
    expect(refused({ tlsRootCertificates: [] })).toMatch(/^The organisation has no TLS root certificate/);
    expect(refused({}, Date.UTC(2200, 0))).toMatch(/^Root certificate 1 has expired/);
    expect(refused({}, Date.UTC(2020, 0))).toMatch(/^Root certificate 1 is not valid yet/);
    expect(refused({ intermediateCertificates: [stranger.keys.certificatePem] })).toMatch(
      /^Intermediate certificate 1 does not lead to a root certificate/,
    );
  });

  test.each([
    [{ host: 'a host', port: 7051 }, /^The host of an anchor peer is none\. Got: a host\./],
    [{ host: '-', port: 7051 }, /^The host of an anchor peer is none/],
    [{ host: 'peer', port: 0 }, /^The port of an anchor peer is none\. Got: 0\. Expected: a number from 1 to 65535/],
    [{ host: 'peer', port: 65_536 }, /^The port of an anchor peer is none/],
  ])('has %j as its anchor peer', (anchor, message) => {
    expect(refused({ anchorPeers: [anchor] })).toMatch(message);
  });
});

describe('other changes', () => {
  const texts = (action: FabricConfigAction, block = 46): string[] => {
    const config = configAt(block);
    return describeUpdate(config, prepareUpdate(config, action, AT).update).map(({ text }) => text);
  };
  const refused = (action: FabricConfigAction, block = 46): string =>
    thrown(() => prepareUpdate(configAt(block), action, AT)).message;

  test('the recorded smaller batch', () => {
    const batch = { timeoutMs: null, maxMessageCount: 10, absoluteMaxBytes: null, preferredMaxBytes: null };
    const { update } = prepareUpdate(configBefore(41), { kind: 'setBatch', batch }, AT);
    expect(hex(update)).toBe(hex(recordedUpdate(41).update));
    expect(describeUpdate(configBefore(41), update).map(({ text }) => text)).toMatchInlineSnapshot(`
     [
       "changes /Channel/Orderer/BatchSize: max message count 100 → 10",
     ]
    `);
  });

  test('batch settings out of their range', () => {
    const none = { timeoutMs: null, maxMessageCount: null, absoluteMaxBytes: null, preferredMaxBytes: null };
    const batch = (changed: Partial<typeof none> | Record<string, number>): string =>
      refused({ kind: 'setBatch', batch: { ...none, ...changed } });
    expect([
      batch({}),
      batch({ maxMessageCount: 0 }),
      batch({ absoluteMaxBytes: 2 ** 40 }),
      batch({ absoluteMaxBytes: 10 }),
      batch({ preferredMaxBytes: 2 ** 30 }),
      batch({ timeoutMs: -1 }),
      batch({ maxMessageCount: 1.5 }),
    ]).toMatchInlineSnapshot(`
     [
       "The change changes nothing: the channel is configured like that already. Fix: Propose what differs from the configuration in force.",
       "The batch setting maxMessageCount is out of its range. Got: 0. Expected: a whole number from 1 to 100000. Fix: Correct maxMessageCount.",
       "The batch setting absoluteMaxBytes is out of its range. Got: 1099511627776. Expected: a whole number from 1 to 51380224. Fix: Correct absoluteMaxBytes.",
       "The batch setting absoluteMaxBytes is out of its range. Got: 10. Expected: at least preferredMaxBytes, which is 2097152. Fix: Correct absoluteMaxBytes.",
       "The batch setting preferredMaxBytes is out of its range. Got: 1073741824. Expected: a whole number from 1 to 10485760. Fix: Correct preferredMaxBytes.",
       "The batch setting timeoutMs is out of its range. Got: -1. Expected: a whole number from 1 to 3600000. Fix: Correct timeoutMs.",
       "The batch setting maxMessageCount is out of its range. Got: 1.5. Expected: a whole number from 1 to 100000. Fix: Correct maxMessageCount.",
     ]
    `);
  });

  test('a duration as Go writes it', () => {
    const all = [1, 200, 1_000, 1_500, 60_000, 90_001, 3_600_000, 3_599_999];
    expect(all.map(durationText)).toEqual(['1ms', '200ms', '1s', '1.5s', '1m0s', '1m30.001s', '1h0m0s', '59m59.999s']);
    expect(all.map((ms) => durationMs(durationText(ms)))).toEqual(all);
  });

  test('a timeout', () => {
    const batch = { timeoutMs: 1_500, maxMessageCount: null, absoluteMaxBytes: null, preferredMaxBytes: null };
    expect(texts({ kind: 'setBatch', batch })).toMatchInlineSnapshot(`
     [
       "changes /Channel/Orderer/BatchTimeout: 400ms → 1.5s",
     ]
    `);
    const { next } = prepareUpdate(configAt(46), { kind: 'setBatch', batch }, AT);
    const value = next.root.groups.get('Orderer')?.values.get('BatchTimeout')?.bytes ?? new Uint8Array();
    expect(orderer.BatchTimeout.deserializeBinary(value).getTimeout()).toBe('1.5s');
  });

  test('anchor peers set, and taken away', () => {
    const set = { kind: 'setAnchorPeers', mspId: 'Org1MSP', anchorPeers: [{ host: '10.0.0.1', port: 7051 }] } as const;
    expect(texts(set)).toEqual([
      expect.stringMatching(/^changes \/Channel\/Application\/Org1\/AnchorPeers: localhost:\d+ → 10\.0\.0\.1:7051$/),
    ]);
    expect(texts({ ...set, anchorPeers: [] })).toEqual([
      expect.stringMatching(/^removes .*AnchorPeers: localhost:\d+$/),
    ]);
    expect(refused({ ...set, mspId: 'Org9MSP' })).toMatchInlineSnapshot(
      `"The channel has no such organisation. Got: Org9MSP. Expected: one of Org1MSP, Org2MSP. Fix: Name an organisation of the channel by its MSP id."`,
    );
    const [anchor] = set.anchorPeers;
    expect(refused({ ...set, anchorPeers: [anchor, anchor] })).toMatch(/^An anchor peer stands there twice/);
  });

  test('a policy', () => {
    const path = '/Channel/Application/Endorsement';
    expect(texts({ kind: 'setPolicy', path, rule: "OR('Org1MSP.peer','Org2MSP.peer')" })).toMatchInlineSnapshot(`
     [
       "changes /Channel/Application/Endorsement: MAJORITY Endorsement → OR('Org1MSP.peer','Org2MSP.peer')",
     ]
    `);
    expect([
      refused({ kind: 'setPolicy', path: '/Channel/Application/Endorsment', rule: 'ANY Readers' }),
      refused({ kind: 'setPolicy', path, rule: "OR('Org1MSP.peer','Org3MSP.peer')" }),
      refused({ kind: 'setPolicy', path, rule: 'MAJORITY Endorsements' }),
      refused({ kind: 'setPolicy', path, rule: 'MAJORITY Endorsement' }),
      refused({ kind: 'setPolicy', path, rule: "OutOf(3,'Org1MSP.peer','Org2MSP.peer')" }),
      refused({ kind: 'setPolicy', path, rule: "OutOf(0,'Org1MSP.peer')" }),
    ]).toMatchInlineSnapshot(`
     [
       "The channel has no such policy. Got: /Channel/Application/Endorsment. Expected: one of /Channel/Admins, /Channel/Readers, /Channel/Writers, /Channel/Application/Admins, /Channel/Application/Endorsement, /Channel/Application/LifecycleEndorsement, /Channel/Application/Readers, /Channel/Application/Writers, /Channel/Application/Org1/Admins, /Channel/Application/Org1/Endorsement, /Channel/Application/Org1/Readers, /Channel/Application/Org1/Writers, /Channel/Application/Org2/Admins, /Channel/Application/Org2/Endorsement, /Channel/Application/Org2/Readers, /Channel/Application/Org2/Writers, /Channel/Orderer/Admins, /Channel/Orderer/BlockValidation, /Channel/Orderer/Readers, /Channel/Orderer/Writers, /Channel/Orderer/Ordering1/Admins, /Channel/Orderer/Ordering1/Readers, /Channel/Orderer/Ordering1/Writers, /Channel/Orderer/Ordering2/Admins, /Channel/Orderer/Ordering2/Readers, /Channel/Orderer/Ordering2/Writers, /Channel/Orderer/Ordering3/Admins, /Channel/Orderer/Ordering3/Readers, /Channel/Orderer/Ordering3/Writers, /Channel/Orderer/Ordering4/Admins, /Channel/Orderer/Ordering4/Readers, /Channel/Orderer/Ordering4/Writers. Fix: Did you mean /Channel/Application/Endorsement? Name a policy by its path, as the channel’s policies have it.",
       "The policy asks for an organisation that the channel does not have. Got: Org3MSP. Expected: one of Org1MSP, Org2MSP, Ordering1MSP, Ordering2MSP, Ordering3MSP, Ordering4MSP. Fix: Did you mean Org1MSP? Name organisations by their MSP ids, or add the organisation first.",
       "The policy is made of a policy that no group below has. Got: Endorsements. Expected: one of Admins, Endorsement, Readers, Writers. Fix: Name a policy of the groups below, or write an expression.",
       "The change changes nothing: the channel is configured like that already. Fix: Propose what differs from the configuration in force.",
       "The change would leave a policy that nobody can ever meet. Got: /Channel/Application/Endorsement. Expected: policies that the channel’s organisations can meet. Fix: Ask for no more than there are; change first what refers to who leaves.",
       "The change would leave a policy that asks for nobody. Got: /Channel/Application/Endorsement. Expected: at least one signature. Fix: Ask for at least one.",
     ]
    `);
  });

  test('an organisation that a policy cannot do without does not leave', () => {
    const config = configAt(37);
    const policy = {
      kind: 'setPolicy',
      path: '/Channel/Application/Endorsement',
      rule: "AND('Org1MSP.peer','Org3MSP.peer')",
    } as const;
    const { next } = prepareUpdate(config, policy, AT);
    expect(
      thrown(() => prepareUpdate(next, { kind: 'removeOrganization', mspId: 'Org3MSP' }, AT)).message,
    ).toMatchInlineSnapshot(
      `"The change would leave a policy that nobody can ever meet. Got: /Channel/Application/Endorsement. Expected: policies that the channel’s organisations can meet. Fix: Ask for no more than there are; change first what refers to who leaves."`,
    );
  });

  test('the last organisation stays', () => {
    const { next } = prepareUpdate(configAt(46), { kind: 'removeOrganization', mspId: 'Org2MSP' }, AT);
    expect(() => prepareUpdate(next, { kind: 'removeOrganization', mspId: 'Org1MSP' }, AT)).toThrow(
      'no organisation left',
    );
  });

  test('capabilities', () => {
    expect(texts({ kind: 'setCapabilities', group: 'Application', capabilities: ['V2_0'] })).toMatchInlineSnapshot(`
     [
       "changes /Channel/Application/Capabilities: V2_5 → V2_0",
     ]
    `);
    expect([
      refused({ kind: 'setCapabilities', group: 'Application', capabilities: ['V3_0'] }),
      refused({ kind: 'setCapabilities', group: '/Channel', capabilities: ['V2_0'] }),
      refused({ kind: 'setCapabilities', group: 'Peers', capabilities: ['V2_0'] }),
      refused({ kind: 'setCapabilities', group: 'Orderer', capabilities: [] }),
    ]).toMatchInlineSnapshot(`
     [
       "The capabilities are none that nodes know for Application. Got: V3_0. Expected: of V1_1, V1_2, V1_3, V1_4_2, V2_0, V2_5. Fix: Name capabilities that every node of the channel has.",
       "A channel with BFT ordering needs the capability V3_0. Got: V2_0. Expected: V3_0. Fix: Name capabilities that every node of the channel has.",
       "There is no such group of capabilities. Got: Peers. Expected: Channel, Orderer or Application. Fix: Name capabilities that every node of the channel has.",
       "The capabilities are none that nodes know for Orderer. Got: none. Expected: of V1_1, V1_4_2, V2_0. Fix: Name capabilities that every node of the channel has.",
     ]
    `);
  });

  test('an update made elsewhere keeps its bytes', () => {
    const { update } = recordedUpdate(37);
    expect(prepareUpdate(configBefore(37), { kind: 'configUpdate', update }, AT).update).toBe(update);
  });
});

describe('a change as the API gives it', () => {
  test.each([
    [{ removeOrganization: 'Org3MSP' }, { kind: 'removeOrganization', mspId: 'Org3MSP' }],
    [{ configUpdate: '0x0a01' }, { kind: 'configUpdate', update: Buffer.from([10, 1]) }],
    [
      { setBatch: { absoluteMaxBytes: '1000', maxMessageCount: 5 }, setPolicy: null },
      {
        kind: 'setBatch',
        batch: { absoluteMaxBytes: 1000, maxMessageCount: 5, preferredMaxBytes: null, timeoutMs: null },
      },
    ],
    [
      { setPolicy: { path: '/Channel/Admins', rule: 'ANY Admins' } },
      { kind: 'setPolicy', path: '/Channel/Admins', rule: 'ANY Admins' },
    ],
  ])('%j', (input, action) => {
    expect(readAction(input)).toEqual(action);
  });

  test.each([
    [{}, 'change is not what it must be. Got: nothing. Expected: exactly one of'],
    [{ removeOrganization: 'A', setPolicy: {} }, 'Got: removeOrganization, setPolicy. Expected: exactly one of'],
    [
      { setAnchorPeers: { mspId: 'A', anchorPeers: [{ host: 'a', port: '1.5' }] } },
      'change.setAnchorPeers.anchorPeers[0].port is not',
    ],
    [{ configUpdate: 'zz' }, 'change.configUpdate is not what it must be. Got: zz. Expected: 0x-prefixed hex'],
    [{ addOrganization: { mspId: 1 } }, 'change.addOrganization'],
    ['text', 'change is not what it must be'],
  ])('%j is refused', (input, message) => {
    expect(thrown(() => readAction(input)).message).toContain(message);
  });
});
