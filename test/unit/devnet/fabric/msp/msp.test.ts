import { beforeAll, describe, expect, test } from '@jest/globals';
import { common, msp } from '@hyperledger/fabric-protos';
import { channelGroup } from '../../../../../devnet/fabric/config/channelGroup.js';
import { Bundle } from '../../../../../devnet/fabric/config/bundle.js';
import { createAuthority, type Authority, type Subject } from '../../../../../devnet/fabric/material/authority.js';
import { serializeIdentity, signingIdentity } from '../../../../../devnet/fabric/msp/signingIdentity.js';
import { mspConfig } from '../../../../../devnet/fabric/config/organizationGroup.js';
import { Msp } from '../../../../../devnet/fabric/msp/msp.js';
import { satisfiesPrincipal } from '../../../../../devnet/fabric/msp/principal.js';
import { parsePolicy } from '../../../../../devnet/fabric/policy/dsl.js';
import { identityPrincipal, rolePrincipal, type PolicyRole } from '../../../../../devnet/fabric/policy/principals.js';
import type { KeyPair, SignedData } from '../../../../../devnet/fabric/ports.js';
import { textThrown } from '../fixtures.js';

const MSP_ID = 'HarvestMSP';

let authority: Authority;
let stranger: Authority;
let bundle: Bundle;

beforeAll(async () => {
  authority = await createAuthority('ca.harvest.example', 'harvest.example');
  stranger = await createAuthority('ca.harvest.example', 'harvest.example');
  const certificates = {
    rootCertificatePem: authority.keys.certificatePem,
    tlsRootCertificatePem: stranger.keys.certificatePem,
  };
  const node = await issue({ unit: 'orderer' });
  const config = new common.Config();
  config.setChannelGroup(
    channelGroup({
      name: 'trade',
      consensus: 'RAFT',
      organizations: [
        { name: 'harvest', mspId: MSP_ID, ...certificates, peerEndpoint: 'localhost:7051', peer: null, users: {} },
      ],
      orderers: [
        {
          mspId: 'Ordering1MSP',
          ...certificates,
          orderer: { ...node, tls: node },
          ordererEndpoint: 'localhost:7050',
        },
      ],
    }),
  );
  bundle = new Bundle('trade', config);
});

async function issue(subject: Partial<Subject>, from = authority): Promise<KeyPair> {
  return from.issue({ commonName: 'someone', organization: 'harvest.example', ...subject });
}

function signed(keys: KeyPair, text = 'something said', mspId = MSP_ID): SignedData {
  const signer = signingIdentity(mspId, keys);
  const data = Buffer.from(text);
  return { data, identity: signer.serialized, signature: signer.sign(data) };
}

describe('identities', () => {
  test.each(['client', 'admin', 'peer', 'orderer'] as const)('a %s is known by its unit', async (role) => {
    const keys = await issue({ unit: role });
    expect(bundle.verify(signed(keys))).toMatchObject({ mspId: MSP_ID, role });
  });

  test('who is of no known organisation, or no certificate at all, is refused in Fabric’s words', async () => {
    const keys = await issue({ unit: 'client' });
    const unknown = 'access denied: channel [trade] creator org unknown, creator is malformed';
    expect(textThrown(() => bundle.verify(signed(keys, 'x', 'OtherMSP')))).toBe(unknown);
    expect(textThrown(() => bundle.identify(serializeIdentity(MSP_ID, 'no certificate')))).toBe(unknown);
    expect(textThrown(() => bundle.identify(new Uint8Array([1, 2, 3])))).toBe(unknown);
  });

  test('a chain to another root of the same name, a wrong unit, an authority, or a foreign signature is refused', async () => {
    const denied = 'access denied: channel [trade] creator org [HarvestMSP]';
    const foreign = await issue({ unit: 'client' }, stranger);
    expect(textThrown(() => bundle.verify(signed(foreign)))).toBe(
      'access denied: channel [trade] creator org unknown, creator is malformed',
    );
    expect(textThrown(() => bundle.identify(serializeIdentity(MSP_ID, authority.keys.certificatePem)))).toBe(denied);
    const baker = await issue({ unit: 'baker' });
    expect(textThrown(() => bundle.verify(signed(baker)))).toBe(denied);
    const client = signed(await issue({ unit: 'client' }));
    const other = signed(await issue({ unit: 'client' }));
    expect(textThrown(() => bundle.verify({ ...client, signature: other.signature }))).toBe(denied);
  });

  test('the fault of an identity is Fabric’s own text', async () => {
    const config = msp.FabricMSPConfig.deserializeBinary(
      mspConfig({
        mspId: MSP_ID,
        rootCertificatePem: authority.keys.certificatePem,
        tlsRootCertificatePem: stranger.keys.certificatePem,
      }).getConfig_asU8(),
    );
    const provider = new Msp(config);
    const faultOf = (keys: KeyPair): string | null => provider.identity(Buffer.from(keys.certificatePem)).fault;
    expect(faultOf(await issue({ unit: 'baker' }))).toBe(
      'the identity does not have an OU that resolves to client, peer, orderer, or admin role. OUs: [baker], MSP: [HarvestMSP]',
    );
    const foreign = await issue({ unit: 'client' }, stranger);
    expect(() => faultOf(foreign)).toThrow(
      'the supplied identity is not valid: x509: certificate signed by unknown authority',
    );
    expect(faultOf(await issue({ unit: 'client' }))).toBeNull();
  });

  test('an expired certificate may not call, but what it signed stays signed', async () => {
    const keys = await issue({ unit: 'client', notAfter: new Date(Date.now() - 60_000) });
    const said = signed(keys);
    expect(textThrown(() => bundle.verify(said))).toBe('proposal client identity expired');
    expect(textThrown(() => bundle.evaluatePolicy('/Channel/Application/Admins', [said]))).toContain('0 sub-policies');
    bundle.evaluatePolicy('/Channel/Application/Writers', [said]);
  });

  test('a signature with the higher S is not taken, although it is one', async () => {
    const keys = await issue({ unit: 'client' });
    const said = signed(keys);
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const rLength = said.signature[3] ?? 0;
    const s = BigInt(`0x${Buffer.from(said.signature.subarray(6 + rLength)).toString('hex')}`);
    const high = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex');
    const body = [said.signature.subarray(2, 4 + rLength), Buffer.from([2, 33, 0]), high];
    const length = body.reduce((sum, part) => sum + part.length, 0);
    const signature = Buffer.concat([Buffer.from([0x30, length]), ...body]);
    expect(textThrown(() => bundle.verify({ ...said, signature }))).toContain('creator org [HarvestMSP]');
  });
});

describe('principals and policies', () => {
  test('a member of any role is a member, and only an admin an admin', async () => {
    const met = async (unit: string): Promise<readonly PolicyRole[]> => {
      const identity = bundle.find(signed(await issue({ unit })).identity);
      if (identity === null) throw new Error('The identity cannot be read');
      const roles: readonly PolicyRole[] = ['member', 'admin', 'client', 'peer', 'orderer'];
      return roles.filter((role) => satisfiesPrincipal(identity, rolePrincipal(MSP_ID, role)));
    };
    expect(await met('client')).toEqual(['member', 'client']);
    expect(await met('admin')).toEqual(['member', 'admin']);
    expect(await met('baker')).toEqual([]);
  });

  test('a principal may be one certificate', async () => {
    const [keys, other] = [await issue({ unit: 'peer' }), await issue({ unit: 'peer' })];
    const identity = bundle.find(signed(keys).identity);
    if (identity === null) throw new Error('The identity cannot be read');
    expect(satisfiesPrincipal(identity, identityPrincipal(serializeIdentity(MSP_ID, keys.certificatePem)))).toBe(true);
    expect(satisfiesPrincipal(identity, identityPrincipal(serializeIdentity(MSP_ID, other.certificatePem)))).toBe(
      false,
    );
  });

  test('each identity counts once', async () => {
    const [one, two] = [signed(await issue({ unit: 'peer' })), signed(await issue({ unit: 'peer' }))];
    const both = parsePolicy("AND('HarvestMSP.peer', 'HarvestMSP.member')");
    expect(bundle.satisfies(both, [one])).toBe(false);
    expect(bundle.satisfies(both, [one, one])).toBe(false);
    expect(bundle.satisfies(both, [one, two])).toBe(true);
  });

  test('a gate that is not met gives its identities back', async () => {
    const one = signed(await issue({ unit: 'peer' }));
    const policy = parsePolicy("OR(AND('HarvestMSP.peer', 'OtherMSP.peer'), 'HarvestMSP.peer')");
    expect(bundle.satisfies(policy, [one])).toBe(true);
  });

  test('a policy that is not there is said', () => {
    expect(textThrown(() => bundle.evaluatePolicy('/Channel/Nothing', []))).toBe(
      'could not find policy /Channel/Nothing',
    );
  });
});
