import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sign } from 'node:crypto';
import { peer } from '@hyperledger/fabric-protos';
import { LifecycleAdmin } from '../../../devnet/fabric/deploy/admin.js';
import { adminKey, governingWorld, type GoverningWorld } from '../../support/governingWorld.js';
import { FabricWorld, freeAddress, HARVEST, MERIDIAN, NORTHWIND } from '../embeddedFabric/world.js';

const organizations = [HARVEST, MERIDIAN, NORTHWIND];
const POLICY = `OutOf(2, 'HarvestMSP.peer', 'MeridianMSP.peer', 'NorthwindMSP.peer')`;

const PREVIEW = `query ($input: ProposeInput!) { previewProposal(input: $input) {
  title payloadDigest problems { code message } requirement { __typename }
  actions { ... on ChaincodeDefinition { sequence version endorsementPolicy { expression } collections { name } } } } }`;
const PROPOSAL = `id status title payloadDigest tally { satisfied missing { id } }
  votes(first: 10) { edges { node { voter { id } verified } } }`;
const PROPOSE = `mutation ($input: ProposeInput!) { propose(input: $input) {
  proposal { ${PROPOSAL} } transaction { hash outcome } } }`;
const VOTE = `mutation ($input: CastVoteInput!) { castVote(input: $input) {
  vote { choice verified voter { id } } proposal { ${PROPOSAL} } transaction { hash } } }`;
const EXECUTE = `mutation ($input: ExecuteProposalInput!) { executeProposal(input: $input) {
  proposal { status execution { attempts { by { name } error { code } } } } transaction { outcome } } }`;
const WITHDRAW = `mutation ($input: WithdrawProposalInput!) { withdrawProposal(input: $input) { proposal { id } } }`;

const PREPARE = `mutation ($input: PrepareInput!) { prepare(input: $input) { id bytes summary } }`;
const SUBMIT = `mutation ($input: SubmitSignatureInput!) { submitSignature(input: $input) { next { stage } } }`;

interface Prepared {
  readonly prepare: { readonly id: string; readonly bytes: string; readonly summary: string };
}
interface Proposed {
  readonly propose: {
    readonly proposal: { readonly id: string; readonly payloadDigest: string };
    readonly transaction: { readonly hash: string };
  };
}
interface Preview {
  readonly previewProposal: {
    readonly payloadDigest: string;
    readonly problems: readonly { readonly code: string; readonly message: string }[];
  };
}

describe('A chaincode’s definition', () => {
  let world: FabricWorld;
  let parley: GoverningWorld;
  let channel: string;
  let packageId: string;
  let proposal: string;

  beforeAll(async () => {
    world = await FabricWorld.start({
      channels: [{ name: 'trade', consensus: 'RAFT', organizations, batchTimeoutMs: 20 }],
    });
    const options = { channel: 'trade', name: 'assets', version: '1.0', service: { address: await freeAddress() } };
    ({ packageId } = await world.deploy(options));
    parley = await governingWorld({
      ...{ fabric: world.fabric, signersOf: [HARVEST, NORTHWIND] },
      channels: [{ name: 'trade', consortium: null, mspId: HARVEST }],
    });
    channel = parley.ledgers.get('trade')?.id ?? '';
    await parley.caughtUp('trade');
  }, 240_000);
  afterAll(async () => {
    await parley?.close();
    await world?.close();
  }, 240_000);

  const wanted = (more: object = {}): object => ({
    fabricLifecycle: { channel, name: 'assets', endorsementPolicy: POLICY, ...more },
  });
  const preview = async (more?: object) =>
    (await parley.ask<Preview>(PREVIEW, { input: wanted(more) }, 'harvest')).previewProposal;

  test('is previewed: what stays as it is in force, what is next, and why it could not be', async () => {
    expect(await preview()).toMatchObject({
      ...{ title: 'assets 1.0, sequence 2', problems: [], requirement: { __typename: 'FabricPolicyRule' } },
      actions: [{ sequence: 2, version: '1.0', endorsementPolicy: { expression: POLICY.replaceAll(' ', '') } }],
    });
    const collections = [{ name: 'prices', policy: `OR('HarvestMSP.member','MeridianMSP.member')` }];
    expect(await preview({ collections })).toMatchObject({ actions: [{ collections: [{ name: 'prices' }] }] });
  });

  test.each([
    ['garbage', { endorsementPolicy: `AND('HarvestMSP.peer', ?)` }, 'INPUT_INVALID', /character 24/],
    ['a policy of strangers', { endorsementPolicy: `OR('ElsewhereMSP.peer')` }, 'INPUT_INVALID', /ElsewhereMSP/],
    [
      'a policy that is nowhere',
      { endorsementPolicy: '/Channel/Application/Nothing' },
      'INPUT_INVALID',
      /no such policy/,
    ],
    ['another sequence', { sequence: 7 }, 'GOVERNANCE_REFUSED', /next sequence of assets is 2/],
    ['no version', { name: 'unheard' }, 'INPUT_INVALID', /`version`/],
    [
      'a collection of no name',
      { collections: [{ name: 'a b', policy: `OR('HarvestMSP.peer')` }] },
      'INPUT_INVALID',
      /\.name/,
    ],
    ['collections in other words', { collections: [{ title: 'x' }] }, 'INPUT_INVALID', /collections\[0\]\.title/],
  ])('cannot be with %s', async (_, more, code, message) => {
    const { problems } = await preview(more);
    expect(problems).toEqual([{ code, message: expect.stringMatching(message) }]);
    const refusal = await parley.refusal(PROPOSE, { input: wanted(more) }, 'harvest');
    expect(refusal).toMatchObject({ message: expect.stringMatching(message), code });
  });

  test('is proposed by approving it, once for one idempotency key', async () => {
    const { payloadDigest } = await preview();
    const input = wanted({ idempotencyKey: 'the policy of autumn' });
    const { propose } = await parley.ask<Proposed>(PROPOSE, { input }, 'harvest');
    expect(propose).toMatchObject({
      proposal: {
        ...{ status: 'ACTIVE', title: 'assets 1.0, sequence 2', payloadDigest },
        tally: { satisfied: false, missing: [{ id: 'member/meridian' }, { id: 'member/northwind' }] },
        votes: { edges: [{ node: { voter: { id: 'member/harvest' }, verified: true } }] },
      },
      transaction: { outcome: 'SUCCEEDED' },
    });
    const again = await parley.ask<Proposed>(PROPOSE, { input }, 'harvest');
    expect(again.propose.transaction).toEqual(propose.transaction);
    const other = wanted({ idempotencyKey: 'the policy of autumn', initRequired: true });
    expect(await parley.refusal(PROPOSE, { input: other }, 'harvest')).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    proposal = propose.proposal.id;
  });

  test.each([
    ['a No', VOTE, { choice: 'NO' }, 'northwind', /approvals alone/],
    ['a second approval', VOTE, { choice: 'YES' }, 'harvest', /approved it already/],
    ['a commit before its time', EXECUTE, {}, 'harvest', /Too few/],
    ['a withdrawal', WITHDRAW, {}, 'harvest', /knows no such act/],
  ])('takes no %s', async (_, mutation, more, member, message) => {
    const refusal = await parley.refusal(mutation, { input: { proposal, ...more } }, member);
    expect(refusal).toMatchObject({
      message: expect.stringMatching(message),
      code: 'GOVERNANCE_REFUSED',
    });
  });

  test.each([
    ['with a signer of Parley’s', { signer: 'harvest-admin' }, MERIDIAN, 'INPUT_INVALID', /no signer here/],
    ['for another member', { as: 'member/harvest' }, MERIDIAN, 'INPUT_INVALID', /does not sign for that member/],
    ['by a wallet', {}, null, 'INPUT_INVALID', /identity.fabric/],
    ['by nobody of the channel', {}, 'ElsewhereMSP', 'INPUT_INVALID', /no organisation of that channel/],
  ])('is not prepared %s', async (_, more, mspId, code, message) => {
    const { certificatePem: certificate } = adminKey(world.fabric, MERIDIAN);
    const identity = mspId === null ? { address: `0x${'1'.repeat(40)}` } : { fabric: { mspId, certificate } };
    const input = { identity, write: { castVote: { proposal, choice: 'YES', ...more } } };
    expect(await parley.refusal(PREPARE, { input })).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('is not approved with the signature of another key, nor with one over other bytes; the right one still is', async () => {
    const { certificatePem: certificate, privateKeyPem } = adminKey(world.fabric, MERIDIAN);
    const identity = { fabric: { mspId: MERIDIAN, certificate } };
    const input = { identity, write: { castVote: { proposal, choice: 'YES' } } };
    const { prepare } = await parley.ask<Prepared>(PREPARE, { input });
    expect(prepare.summary).toContain(
      `Approve for MeridianMSP the definition of chaincode assets 1.0, sequence 2, endorsed by ${POLICY.replaceAll(' ', '')}`,
    );
    expect(prepare.summary).toContain(packageId);
    const bytes = Buffer.from(prepare.bytes.slice(2), 'hex');
    const signed = (what: Uint8Array, key: string): Readonly<Record<string, unknown>> => ({
      input: { request: prepare.id, signature: `0x${sign('sha256', what, key).toString('hex')}` },
    });
    const stranger = adminKey(world.fabric, NORTHWIND).privateKeyPem;
    expect(await parley.refusal(SUBMIT, signed(bytes, stranger))).toMatchObject({ code: 'SIGNATURE_INVALID' });
    const other = signed(bytes.subarray(1), privateKeyPem);
    expect(await parley.refusal(SUBMIT, other)).toMatchObject({ code: 'SIGNATURE_INVALID' });
    const good = sign('sha256', bytes, privateKeyPem).toString('hex');
    for (const broken of [good.slice(0, -2), `${good}00`, '', '00'.repeat(64)]) {
      const given = { input: { request: prepare.id, signature: `0x${broken}` } };
      expect(await parley.refusal(SUBMIT, given)).toMatchObject({ code: 'SIGNATURE_INVALID' });
    }
    expect(await parley.ask(SUBMIT, signed(bytes, privateKeyPem))).toMatchObject({
      submitSignature: { next: { stage: 'FABRIC_TRANSACTION' } },
    });
    expect(await parley.refusal(SUBMIT, signed(bytes, privateKeyPem))).toMatchObject({ code: 'REQUEST_UNKNOWN' });
  });

  test('is approved by a key that Parley never has, though Parley is restarted before each signature', async () => {
    const { stages, came } = await parley.signElsewhere(
      { castVote: { proposal, choice: 'YES' } },
      adminKey(world.fabric, MERIDIAN),
      `transaction { hash } proposal { ${PROPOSAL} } vote { choice verified voter { id } }`,
      () => parley.restart(),
    );
    expect(stages).toEqual(['FABRIC_PROPOSAL', 'FABRIC_TRANSACTION']);
    expect(came).toMatchObject({
      transaction: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      proposal: { id: proposal, status: 'APPROVED', tally: { satisfied: true, missing: [{ id: 'member/northwind' }] } },
      vote: { choice: 'YES', verified: true, voter: { id: 'member/meridian' } },
    });
  });

  test('is approved by the last with a signer of Parley’s', async () => {
    expect(await parley.ask(VOTE, { input: { proposal, choice: 'YES', as: 'member/northwind' } })).toMatchObject({
      castVote: {
        vote: { choice: 'YES', verified: true, voter: { id: 'member/northwind' } },
        proposal: { status: 'APPROVED', tally: { missing: [] } },
      },
    });
  });

  test('is committed, and every organisation kept its package', async () => {
    expect(await parley.ask(EXECUTE, { input: { proposal } }, 'northwind')).toMatchObject({
      executeProposal: {
        proposal: { status: 'EXECUTED', execution: { attempts: [{ by: { name: NORTHWIND }, error: null }] } },
        transaction: { outcome: 'SUCCEEDED' },
      },
    });
    for (const mspId of organizations) expect(await packageApproved(world, mspId, 2)).toBe(packageId);
    const refusal = await parley.refusal(VOTE, { input: { proposal, choice: 'YES' } }, 'harvest');
    expect(refusal.code).toBe('GOVERNANCE_REFUSED');
  });

  test('in force is still approved by who could not run it otherwise; one that is followed by another is not', async () => {
    const committed = async (endorsementPolicy: string): Promise<string> => {
      const input = { fabricLifecycle: { channel, name: 'assets', endorsementPolicy } };
      const { propose } = await parley.ask<Proposed>(PROPOSE, { input }, 'harvest');
      const { id } = propose.proposal;
      await parley.signElsewhere(
        { castVote: { proposal: id, choice: 'YES' } },
        adminKey(world.fabric, MERIDIAN),
        'vote { choice }',
      );
      await parley.ask(EXECUTE, { input: { proposal: id } }, 'harvest');
      return id;
    };
    const [third, fourth] = [await committed('/Channel/Application/Endorsement'), await committed(POLICY)];
    expect(await parley.ask(VOTE, { input: { proposal: fourth, choice: 'YES' } }, 'northwind')).toMatchObject({
      castVote: {
        vote: { choice: 'YES', verified: true, voter: { id: 'member/northwind' } },
        proposal: { status: 'EXECUTED', tally: { missing: [] } },
      },
    });
    expect(await packageApproved(world, NORTHWIND, 4)).toBe(packageId);
    const refusal = (id: string) => parley.refusal(VOTE, { input: { proposal: id, choice: 'YES' } }, 'northwind');
    expect((await refusal(fourth)).message).toContain('has approved it already');
    expect((await refusal(third)).message).toContain('The proposal is closed');
  });
});

async function packageApproved(world: FabricWorld, mspId: string, sequence: number): Promise<string | undefined> {
  const admin = new LifecycleAdmin(world.organization(mspId), 'trade');
  try {
    const args = new peer.lifecycle.QueryApprovedChaincodeDefinitionArgs();
    args.setName('assets');
    args.setSequence(sequence);
    const bytes = await admin.evaluate('QueryApprovedChaincodeDefinition', args);
    const result = peer.lifecycle.QueryApprovedChaincodeDefinitionResult.deserializeBinary(bytes);
    return result.getSource()?.getLocalPackage()?.getPackageId();
  } finally {
    admin.close();
  }
}
