import { sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fingerprint } from '../../../chaincode/consortium/proof.js';
import { certificate } from '../../../chaincode/consortium/organization.js';
import { devAccount } from '../../../devnet/ethereum/index.js';
import { startFabricWorld, type FabricWorld } from '../../../devnet/world/fabric.js';
import { organizationOf } from '../../support/fabricLedgers.js';
import { operations, type Operations } from '../../support/operations.js';
import { adminKey, governingWorld, type GoverningWorld } from '../../support/governingWorld.js';
import { consortiumOn } from '../consortium/client.js';

const [HARVEST, MERIDIAN, NORTHWIND] = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] as const;
const network = 'network/harbour';

const named = operations();
const operation = (name: keyof Operations): string => named.get(name) ?? '';
const INVITATIONS = `query ($id: ID!) { network(id: $id) { invitations { edges { node { id name status } } } } }`;

interface Proposed {
  readonly propose: { readonly proposal: { readonly id: string } };
}
interface Invitations {
  readonly network: { readonly invitations: { readonly edges: readonly { readonly node: Invited }[] } };
}
interface Invited {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

describe('A consortium by its chaincode', () => {
  let directory: string;
  let fabric: FabricWorld;
  let parley: GoverningWorld;
  const wallet = devAccount(5);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-governance-'));
    const { signal } = new AbortController();
    fabric = await startFabricWorld({ directory, kind: 'embedded', documentedPorts: false, signal }, () => undefined);
    const trade = consortiumOn(fabric, 'trade', 'harvest');
    const founders = [HARVEST, MERIDIAN].map((mspId) => ({ mspId, name: mspId.replace('MSP', '') }));
    await trade.submit(
      ...(['harvest', 'FoundNetwork', 'harbour', 'Harbour', '', JSON.stringify(founders)] as const),
      ...[50, 'GREATER_THAN', 24],
    );
    trade.close();
    parley = await governingWorld({
      ...{ fabric, signersOf: [HARVEST, MERIDIAN] },
      moreSigners: [{ id: 'wallet', member: 'elsewhere', kind: 'ethereum', privateKey: wallet.privateKey.slice(2) }],
      channels: [
        {
          ...{ name: 'trade', mspId: HARVEST },
          consortium: { chaincode: 'consortium', governs: true, home: 'trade', network: 'harbour' },
        },
      ],
    });
    await parley.caughtUp('trade');
  }, 180_000);
  afterAll(async () => {
    await parley?.close();
    await fabric?.close();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const inviting = (name: string, principal: string): object => ({
    consortium: { network, title: `Invite ${name}`, action: { inviteMember: { name, principal } } },
  });
  const vote = (proposal: string, choice: string) => ({ input: { proposal, choice } });

  /** An invitation that both members voted for. */
  async function invited(name: string, principal: string): Promise<Invited> {
    const { propose } = await parley.ask<Proposed>(
      operation('Propose'),
      { input: inviting(name, principal) },
      'harvest',
    );
    const { id } = propose.proposal;
    await parley.ask(operation('CastVote'), vote(id, 'YES'), 'harvest');
    expect(await parley.ask(operation('CastVote'), vote(id, 'YES'), 'meridian')).toMatchObject({
      castVote: {
        vote: { choice: 'YES', verified: true },
        proposal: { status: 'EXECUTED', tally: { satisfied: true } },
      },
    });
    const { network: found } = await parley.ask<Invitations>(INVITATIONS, { id: network });
    const invitation = found.invitations.edges.map(({ node }) => node).find((one) => one.name === name);
    if (invitation === undefined) throw new Error(`${name} is not invited`);
    expect(invitation.status).toBe('PENDING');
    return invitation;
  }

  test('previews a proposal, and takes no title of a megabyte', async () => {
    expect(await parley.ask(operation('Preview'), { input: inviting('Elsewhere', wallet.address) }, 'harvest')).toEqual(
      {
        previewProposal: {
          ...{ title: 'Invite Elsewhere', problems: [] },
          requirement: { __typename: 'ThresholdRule' },
          actions: [{ __typename: 'InviteMember' }],
        },
      },
    );
    const forever = { threshold: 50, comparator: 'GREATER_THAN', durationHours: 200 };
    const input = { consortium: { network, title: 'For ever', action: { changeVotingPolicy: forever } } };
    expect(await parley.ask(operation('Preview'), { input }, 'harvest')).toMatchObject({
      previewProposal: { actions: [], problems: [{ code: 'INPUT_INVALID', message: expect.stringContaining('168') }] },
    });
    const refusal = await parley.refusal(operation('Propose'), {
      input: { consortium: { network, title: 'x'.repeat(1_000_000), action: { text: 'long' } } },
    });
    expect(refusal).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('1000000 characters') });
  });

  test('takes one vote a member', async () => {
    const input = { consortium: { network, title: 'On tea', action: { text: 'Tea is served at four.' } } };
    const { propose } = await parley.ask<Proposed>(operation('Propose'), { input }, 'meridian');
    const { id } = propose.proposal;
    await parley.ask(operation('CastVote'), vote(id, 'YES'), 'harvest');
    expect(await parley.refusal(operation('CastVote'), vote(id, 'NO'), 'harvest')).toMatchObject({
      code: 'GOVERNANCE_REFUSED',
    });
    const withdrawn = { input: { proposal: id } };
    expect((await parley.refusal(operation('Withdraw'), withdrawn, 'harvest')).code).toBe('GOVERNANCE_REFUSED');
    expect((await parley.refusal(operation('Execute'), withdrawn, 'meridian')).code).toBe('GOVERNANCE_REFUSED');
    expect(await parley.ask(operation('Withdraw'), withdrawn, 'meridian')).toEqual({
      withdrawProposal: { proposal: { id, status: 'WITHDRAWN' } },
    });
  });

  test('counts whoever votes or proposes at the same moment, and answers a key with the one that came through', async () => {
    const asked = (title: string) => ({ input: { consortium: { network, title, action: { text: title } } } });
    const members = ['harvest', 'meridian', 'harvest', 'meridian'];
    const all = await Promise.all(
      members.map((member, at) => parley.ask<Proposed>(operation('Propose'), asked(`At once ${at}`), member)),
    );
    const ids = all.map(({ propose }) => propose.proposal.id);
    expect(new Set(ids).size).toBe(4);
    const id = ids[0] ?? '';
    const keyed = (key: string) => ({ input: { ...vote(id, 'YES').input, idempotencyKey: key } });
    const both = () =>
      Promise.all(['harvest', 'meridian'].map((who) => parley.ask(operation('CastVote'), keyed(`by ${who}`), who)));
    const first = await both();
    expect(first).toMatchObject([1, 2].map(() => ({ castVote: { vote: { choice: 'YES', verified: true } } })));
    const carried = (answers: readonly unknown[]) =>
      (answers as { castVote: { transaction: { hash: string } } }[]).map(({ castVote }) => castVote.transaction.hash);
    expect(carried(await both())).toEqual(carried(first));
    expect(
      await parley.ask('query ($id: ID!) { proposal(id: $id) { status tally { choices { choice count } } } }', { id }),
    ).toEqual({
      proposal: {
        status: 'EXECUTED',
        tally: { choices: ['YES', 'NO', 'ABSTAIN'].map((choice) => ({ choice, count: choice === 'YES' ? 2 : 0 })) },
      },
    });
  });

  test('has a key for each member: of another it is another write', async () => {
    const input = { consortium: { network, title: 'On cups', action: { text: 'Cups are washed.' } } };
    const { id } = (await parley.ask<Proposed>(operation('Propose'), { input }, 'meridian')).propose.proposal;
    const keyed = { input: { ...vote(id, 'YES').input, idempotencyKey: 'cups' } };
    await parley.ask(operation('CastVote'), keyed, 'harvest');
    expect(await parley.refusal(operation('CastVote'), keyed, 'meridian')).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(await parley.ask(operation('CastVote'), vote(id, 'YES'), 'meridian')).toMatchObject({
      castVote: { vote: { choice: 'YES' }, proposal: { status: 'EXECUTED' } },
    });
  });

  test('has no vote of who is no member, nor a transaction that another key signed', async () => {
    const input = { consortium: { network, title: 'On milk', action: { text: 'Milk is served with it.' } } };
    const { id } = (await parley.ask<Proposed>(operation('Propose'), { input }, 'meridian')).propose.proposal;
    const write = { castVote: { proposal: id, choice: 'YES' } };
    const outsider = adminKey(fabric, NORTHWIND);
    await expect(parley.signElsewhere(write, outsider, 'vote { id }')).rejects.toThrow(/NorthwindMSP/);
    const { certificatePem: certificate, privateKeyPem } = adminKey(fabric, MERIDIAN);
    const prepared = async (wanted: object): Promise<{ id: string; bytes: Buffer }> => {
      const { prepare } = await parley.ask<{ prepare: { id: string; bytes: string } }>(
        'mutation ($input: PrepareInput!) { prepare(input: $input) { id bytes } }',
        { input: { identity: { fabric: { mspId: MERIDIAN, certificate } }, write: wanted } },
      );
      return { id: prepare.id, bytes: Buffer.from(prepare.bytes.slice(2), 'hex') };
    };
    const { id: request, bytes } = await prepared(write);
    const tea = { consortium: { network, title: 'On tea again', action: { text: 'Tea is served at five.' } } };
    const other = (await parley.ask<Proposed>(operation('Propose'), { input: tea }, 'meridian')).propose.proposal.id;
    const replayed = await prepared({ castVote: { proposal: other, choice: 'YES' } });
    const good = sign('sha256', bytes, privateKeyPem);
    for (const wrong of [
      sign('sha256', bytes, outsider.privateKeyPem),
      sign('sha256', bytes.subarray(1), privateKeyPem),
      sign('sha256', replayed.bytes, privateKeyPem),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.of(0)]),
      Buffer.alloc(64),
    ]) {
      const given = { input: { request, signature: `0x${wrong.toString('hex')}` } };
      const submit = 'mutation ($input: SubmitSignatureInput!) { submitSignature(input: $input) { next { id } } }';
      expect((await parley.refusal(submit, given)).code).toBe('SIGNATURE_INVALID');
    }
    for (const proposal of [id, other]) await parley.ask(operation('Withdraw'), { input: { proposal } }, 'meridian');
  });

  test('is joined by a key that is kept elsewhere: one signature, which a member’s transaction carries', async () => {
    const { rootCertificatePem, tlsRootCertificatePem } = organizationOf(fabric, NORTHWIND);
    const invitation = await invited('Northwind', fingerprint(certificate('root', rootCertificatePem)));
    const organization = {
      ...{ mspId: NORTHWIND, rootCertificates: [rootCertificatePem] },
      tlsRootCertificates: [tlsRootCertificatePem],
    };
    const by = (mspId: string) =>
      parley.signElsewhere(
        { acceptInvitation: { invitation: invitation.id, organization } },
        adminKey(fabric, mspId),
        'invitation { id }',
      );
    // What no channel could ever admit is not accepted, so that nobody waits for it.
    const leaf = adminKey(fabric, NORTHWIND).certificatePem;
    for (const [wrong, why] of [
      [{ mspId: 'Under_MSP' }, /MSP id is none that Fabric takes/],
      [{ rootCertificates: [leaf] }, /is not a certificate authority’s/],
    ] as const) {
      const acceptInvitation = { invitation: invitation.id, organization: { ...organization, ...wrong } };
      await expect(parley.signElsewhere({ acceptInvitation }, adminKey(fabric, NORTHWIND), '')).rejects.toThrow(why);
    }
    await expect(by(MERIDIAN)).rejects.toThrow(/root certificate|MSP|organi[sz]ation/);
    const { stages, came } = await parley.signElsewhere(
      { acceptInvitation: { invitation: invitation.id, organization } },
      adminKey(fabric, NORTHWIND),
      'transaction { ... on FabricTransaction { creator { mspId } } } invitation { id status }',
      () => parley.restart(),
    );
    expect(stages).toEqual(['ACCEPTANCE']);
    expect(came).toMatchObject({
      transaction: { creator: { mspId: HARVEST } },
      invitation: { id: invitation.id, status: 'ACCEPTED' },
    });
  });

  test('is declined by the wallet that was invited, with a signer of Parley’s', async () => {
    const invitation = await invited('Elsewhere', wallet.address);
    const input = { invitation: invitation.id, signer: 'harvest-admin' };
    expect((await parley.refusal(operation('RejectInvitation'), { input })).code).toMatch(
      /ENDORSEMENT_FAILED|GOVERNANCE_REFUSED/,
    );
    expect(await parley.ask(operation('RejectInvitation'), { input: { invitation: invitation.id } })).toEqual({
      rejectInvitation: {
        invitation: { id: invitation.id, status: 'REJECTED' },
      },
    });
    const refusal = await parley.refusal(operation('AcceptInvitation'), {
      input: { invitation: invitation.id, signer: 'wallet' },
    });
    expect(refusal.code).toBe('GOVERNANCE_REFUSED');
  });

  test('is left without a vote; what was proposed stays, and who left has none on it', async () => {
    const input = { consortium: { network, title: 'On sugar', action: { text: 'No sugar.' } } };
    const { id } = (await parley.ask<Proposed>(operation('Propose'), { input }, 'meridian')).propose.proposal;
    expect(await parley.ask(operation('Leave'), { input: { network, as: 'member/meridian' } })).toEqual({
      leaveNetwork: { membership: { id: expect.stringMatching(/MeridianMSP$/), status: expect.any(String) } },
    });
    await parley.caughtUp('trade');
    const refusal = await parley.refusal(operation('CastVote'), vote(id, 'YES'), 'meridian');
    expect(refusal).toMatchObject({ code: 'GOVERNANCE_REFUSED', message: expect.stringContaining(MERIDIAN) });
    // Meridian’s proposal is open still; who is left decides it.
    expect(await parley.ask(operation('CastVote'), vote(id, 'YES'), 'harvest')).toMatchObject({
      castVote: { vote: { verified: true }, proposal: { id } },
    });
  });
});
