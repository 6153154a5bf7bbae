import { createPrivateKey, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { common, msp } from '@hyperledger/fabric-protos';
import { configOf } from '../../../devnet/fabric/config/bundle.js';
import { computeConfigUpdate } from '../../../devnet/fabric/config/configUpdate.js';
import { createAuthority } from '../../../devnet/fabric/material/authority.js';
import { startFabricWorld, type FabricWorld } from '../../../devnet/world/fabric.js';
import { organizationOf } from '../../support/fabricLedgers.js';
import { hushedDoor, type HushedDoor } from '../../support/hushedDoor.js';
import { operations, type Operations } from '../../support/operations.js';
import { adminKey, governingWorld, type GoverningWorld, type OutsideKey } from '../../support/governingWorld.js';
import { eventually } from '../../support/world.js';
import { consortiumOn } from '../consortium/client.js';

const [HARVEST, MERIDIAN, NORTHWIND] = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] as const;
const CONSORTIUM = { chaincode: 'consortium', governs: true, home: 'trade', network: 'harbour' } as const;
const ENDORSEMENT = '/Channel/Application/Endorsement';

const named = operations();
const operation = (name: keyof Operations): string => named.get(name) ?? '';
const REQUEST = 'id stage bytes summary';
const PREPARE = `mutation ($input: PrepareInput!) { prepare(input: $input) { ${REQUEST} } }`;
const SUBMIT = `mutation ($input: SubmitSignatureInput!) { submitSignature(input: $input) { next { ${REQUEST} } vote { id } } }`;
const CAME = 'proposal { id ... on ConfigUpdateProposal { status execution { attempts { error { code } } } } }';
const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
const RELATED = 'query ($id: ID!) { proposal(id: $id) { related { id status } } }';

interface Request {
  readonly id: string;
  readonly stage: string;
  readonly bytes: string;
}
interface Detail {
  readonly id: string;
  readonly nativeId: string;
  readonly status: string;
  readonly tally: { readonly satisfied: boolean; readonly missing: readonly { readonly id: string }[] };
  readonly votes: { readonly edges: readonly { readonly node: { readonly verified: boolean } }[] };
  readonly execution: {
    readonly attempts: readonly { readonly by: { readonly name: string }; readonly error: unknown }[];
  } | null;
}

/** Configuration updates through the graph, on embedded Fabric and on real nodes. */
export function configWritesSuite(kind: 'embedded' | 'real'): void {
  describe(`An update of a channel’s configuration: ${kind} Fabric`, () => {
    let directory: string;
    let fabric: FabricWorld;
    let parley: GoverningWorld;
    let second: GoverningWorld;
    let channel = '';
    let northwind: OutsideKey;
    let door: HushedDoor;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'parley-governance-'));
      const { signal } = new AbortController();
      fabric = await startFabricWorld({ directory, kind, documentedPorts: false, signal }, () => undefined);
      northwind = adminKey(fabric, NORTHWIND);
      const { peerEndpoint } = organizationOf(fabric, HARVEST);
      door = await hushedDoor(Number(peerEndpoint.split(':')[1]));
      const reading = (mspId: string, own: object = {}) => ({
        ...{ fabric, signersOf: [mspId] },
        channels: [{ name: 'trade', consortium: CONSORTIUM, mspId, ...own }],
      });
      [parley, second] = await Promise.all([
        governingWorld(reading(HARVEST, { ownPort: door.port })),
        governingWorld(reading(MERIDIAN)),
      ]);
      channel = parley.ledgers.get('trade')?.id ?? '';
      await Promise.all([parley.caughtUp('trade'), second.caughtUp('trade')]);
    }, 180_000);
    afterAll(async () => {
      await Promise.all([parley?.close(), second?.close()]);
      await door?.shut();
      await fabric?.close();
      await rm(directory, { recursive: true, force: true });
    }, 60_000);

    const changing = (change: object, more: object = {}): object => ({
      fabricConfig: { channel, title: 'A change', change, ...more },
    });
    const endorsing = (rule: string, more?: object) => changing({ setPolicy: { path: ENDORSEMENT, rule } }, more);
    const propose = async (input: object, at = parley): Promise<string> => {
      const { propose: came } = await at.ask<{ propose: { proposal: { id: string } } }>(operation('Propose'), {
        input,
      });
      return came.proposal.id;
    };
    const detail = async (id: string, at = parley): Promise<Detail> =>
      (await at.ask<{ proposal: Detail }>(operation('ProposalDetail'), { id })).proposal;
    const vote = (id: string) => ({ input: { proposal: id, choice: 'YES' } });
    const cast = (id: string, at = parley) => at.ask(operation('CastVote'), vote(id));
    const execute = (id: string, at = parley) =>
      at.ask<{ executeProposal: { proposal: Detail } }>(operation('Execute'), { input: { proposal: id } });
    /** Until a process has read what another one wrote. */
    const both = () => Promise.all([parley.caughtUp('trade'), second.caughtUp('trade')]);
    /** Signed by those whom it needs. */
    async function approved(input: object): Promise<string> {
      const id = await propose(input);
      await cast(id);
      await second.caughtUp('trade');
      await cast(id, second);
      await parley.caughtUp('trade');
      return id;
    }
    const prepare = async (write: object, { mspId, certificatePem }: OutsideKey = northwind): Promise<Request> => {
      const identity = { fabric: { mspId, certificate: certificatePem } };
      return (await parley.ask<{ prepare: Request }>(PREPARE, { input: { identity, write } })).prepare;
    };
    const bytesOf = ({ bytes }: Request): Buffer => Buffer.from(bytes.slice(2), 'hex');
    const signatureOver = (bytes: Uint8Array, key: OutsideKey = northwind): string =>
      `0x${sign('sha256', bytes, createPrivateKey(key.privateKeyPem)).toString('hex')}`;
    const giving = (request: Request, signature: string) => ({ input: { request: request.id, signature } });

    test('is not proposed with garbage for a policy: the error points at the character', async () => {
      const input = endorsing("AND('HarvestMSP.peer', ?)");
      const { previewProposal } = await parley.ask<{ previewProposal: object }>(operation('Preview'), { input });
      const message = expect.stringMatching(/character 24/);
      expect(previewProposal).toMatchObject({ problems: [{ code: 'INPUT_INVALID', message }] });
      expect(await parley.refusal(operation('Propose'), { input })).toMatchObject({ code: 'INPUT_INVALID', message });
    });

    test('has no title of a megabyte', async () => {
      const input = endorsing('ANY Endorsement', { title: 'x'.repeat(1_048_576) });
      expect(await parley.refusal(operation('Propose'), { input })).toMatchObject({
        ...{ code: 'INPUT_INVALID', message: expect.stringContaining('1048576 characters') },
      });
    });

    test('is signed by the right key over the right bytes alone, once; the request outlives what was wrong', async () => {
      const [id, other] = [
        await propose(endorsing('ANY Endorsement')),
        await propose(endorsing("OR('HarvestMSP.peer')")),
      ];
      const request = await prepare({ castVote: { proposal: id, choice: 'YES' } });
      const replayed = await prepare({ castVote: { proposal: other, choice: 'YES' } });
      const good = signatureOver(bytesOf(request));
      for (const wrong of [
        signatureOver(bytesOf(request), adminKey(fabric, MERIDIAN)),
        signatureOver(Buffer.concat([bytesOf(request), Buffer.of(0)])),
        signatureOver(bytesOf(replayed)),
        `${good}00`,
        good.slice(0, -2),
        '0x',
        `0x${'00'.repeat(64)}`,
      ])
        expect([wrong, (await parley.refusal(SUBMIT, giving(request, wrong))).code]).toEqual([
          wrong,
          'SIGNATURE_INVALID',
        ]);
      expect((await detail(id)).tally.missing).toHaveLength(3);
      const { came } = await parley.signElsewhere<{ vote: object }>(
        { castVote: { proposal: id, choice: 'YES' } },
        northwind,
        'vote { verified voter { id } }',
      );
      expect(came.vote).toEqual({ verified: true, voter: { id: 'member/northwind' } });
      const { next } = (
        await parley.ask<{ submitSignature: { next: Request | null } }>(
          SUBMIT,
          giving(replayed, signatureOver(bytesOf(replayed))),
        )
      ).submitSignature;
      expect(next?.stage).toBe('FABRIC_PROPOSAL');
      const again = await prepare({ castVote: { proposal: id, choice: 'YES' } });
      expect((await parley.refusal(SUBMIT, giving(again, signatureOver(bytesOf(again))))).code).toBe(
        'SIGNATURE_INVALID',
      );
      for (const choice of ['NO', 'ABSTAIN'])
        expect((await parley.refusal(operation('CastVote'), { input: { proposal: id, choice } })).code).toBe(
          'GOVERNANCE_REFUSED',
        );
    });

    test('is signed by nobody who is not on the channel, nor by who is not its organisation’s administrator', async () => {
      const id = await propose(endorsing("OR('MeridianMSP.peer')"));
      const elsewhere = await createAuthority('ca.elsewhere', 'Elsewhere');
      const { certificatePem, privateKeyPem } = await elsewhere.issue({
        commonName: 'admin',
        organization: 'Elsewhere',
        unit: 'admin',
      });
      const { user1 } = organizationOf(fabric, NORTHWIND).users;
      if (user1 === undefined) throw new Error('Northwind has no user');
      for (const stranger of [
        { mspId: 'ElsewhereMSP', certificatePem, privateKeyPem },
        { mspId: NORTHWIND, certificatePem, privateKeyPem },
        { mspId: NORTHWIND, ...user1 },
      ]) {
        const write = { castVote: { proposal: id, choice: 'YES' } };
        const refused = parley.signElsewhere(write, stranger, 'vote { id }');
        await expect(refused).rejects.toThrow(/./);
      }
      expect((await detail(id)).votes.edges).toEqual([]);
    });

    test('takes no signature past its time', async () => {
      const id = await propose(
        endorsing("OR('NorthwindMSP.peer')", { closesAt: new Date(Date.now() + 2_000).toISOString() }),
      );
      const request = await prepare({ castVote: { proposal: id, choice: 'YES' } });
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect(await detail(id)).toMatchObject({ status: 'EXPIRED' });
      expect(await parley.refusal(operation('CastVote'), vote(id))).toMatchObject({
        ...{ code: 'GOVERNANCE_REFUSED', message: expect.stringContaining('EXPIRED') },
      });
      expect((await parley.refusal(SUBMIT, giving(request, signatureOver(bytesOf(request))))).code).toMatch(
        /GOVERNANCE_REFUSED|ENDORSEMENT_FAILED/,
      );
      expect((await parley.refusal(operation('Execute'), { input: { proposal: id } })).code).toBe('GOVERNANCE_REFUSED');
    });

    test('is collected by two gateways at once, submitted by both after a restart of one, and carried out once', async () => {
      const id = await propose(endorsing("OR('HarvestMSP.peer','MeridianMSP.peer')", { title: 'Together' }));
      await second.caughtUp('trade');
      await Promise.all([cast(id), cast(id, second)]);
      await both();
      for (const at of [parley, second]) {
        expect(await detail(id, at)).toMatchObject({ status: 'APPROVED', tally: { satisfied: true } });
        expect((await detail(id, at)).votes.edges.map(({ node }) => node.verified)).toEqual([true, true]);
      }
      await parley.restart();
      const came = await Promise.allSettled([execute(id), execute(id, second)]);
      expect(came.some(({ status }) => status === 'fulfilled')).toBe(true);
      await both();
      for (const at of [parley, second]) {
        const { status, execution } = await detail(id, at);
        expect(status).toBe('EXECUTED');
        expect(execution?.attempts.filter(({ error }) => error === null)).toHaveLength(1);
      }
    });

    test('that another makes stale between the last signature and its submission is refused, noted, and proposed again by one input', async () => {
      const id = await approved(endorsing('ANY Endorsement', { title: 'Anyone endorses' }));
      const other = await approved(changing({ configUpdate: hex(await anotherPolicy('Auditors')) }));
      let isFirst = true;
      const { stages, came } = await parley.signElsewhere<{ proposal: Detail }>(
        { executeProposal: { proposal: id } },
        northwind,
        CAME,
        async () => {
          if (!isFirst) return;
          await execute(other);
          await both();
          isFirst = false;
        },
      );
      expect(stages).toEqual(['FABRIC_ENVELOPE', 'FABRIC_PROPOSAL', 'FABRIC_TRANSACTION']);
      expect(came.proposal).toMatchObject({
        status: 'SUPERSEDED',
        execution: { attempts: [{ error: { code: 'BAD_REQUEST' } }] },
      });
      await both();
      const refusal = await second.refusal(operation('CastVote'), vote(id));
      expect(refusal.code).toBe('GOVERNANCE_REFUSED');
      const { stale, propose: input } = refusal.details as { stale: object[]; propose: object };
      expect(stale).toContainEqual(expect.objectContaining({ path: expect.stringMatching(/^\/Channel\/Application/) }));
      const again = await propose(input);
      expect(await parley.ask(RELATED, { id: again })).toEqual({
        proposal: { related: [{ id, status: 'SUPERSEDED' }] },
      });
      const { proposal } = await parley.ask<{ proposal: { related: object[] } }>(RELATED, { id });
      expect(proposal.related).toContainEqual({ id: again, status: 'ACTIVE' });
      await cast(again);
      await second.caughtUp('trade');
      await cast(again, second);
      expect((await execute(again, second)).executeProposal.proposal.status).toBe('EXECUTED');
      await both();
    });

    test('that the orderer refuses is failed, with each attempt as a block tells it, and stays so', async () => {
      const proposing = consortiumOn(fabric, 'trade', 'harvest');
      const bytes = await renaming(NORTHWIND, 'OtherMSP');
      const nativeId = await proposing.submit(
        'northwind',
        'ProposeConfigUpdate',
        'Another name',
        '',
        bytes.toString('base64'),
        '',
        '',
      );
      proposing.close();
      await both();
      const id = (await newest()).find((one) => one.nativeId === nativeId)?.id ?? '';
      await parley.signElsewhere({ castVote: { proposal: id, choice: 'YES' } }, northwind, 'vote { id }');
      const attempts = [
        { error: { code: 'BAD_REQUEST', message: expect.stringContaining('attempted to change MSP ID') } },
      ];
      expect((await execute(id)).executeProposal.proposal).toMatchObject({
        status: 'EXECUTION_FAILED',
        execution: { attempts },
      });
      await second.caughtUp('trade');
      expect((await execute(id, second)).executeProposal.proposal).toMatchObject({
        execution: { status: 'EXECUTION_FAILED', attempts: [...attempts, ...attempts] },
      });
      await both();
      expect((await detail(id)).execution?.attempts.map(({ by }) => by.name)).toEqual([HARVEST, MERIDIAN]);
    });

    test('whose answer of ordering is lost is answered from the block', async () => {
      const id = await approved(endorsing("OR('MeridianMSP.peer')", { title: 'Lost' }));
      door.hush();
      const answer = execute(id);
      await eventually('the other gateway sees it', async () => (await detail(id, second)).status === 'EXECUTED');
      await door.shut();
      await door.open();
      const { proposal } = (await answer).executeProposal;
      expect(proposal.status).toBe('EXECUTED');
      expect((await detail(id)).execution?.attempts).toMatchObject([{ by: { name: HARVEST }, error: null }]);
      await both();
    }, 60_000);

    test('outlives its proposer on the channel, who signs nothing any more', async () => {
      const change = { setBatch: { maxMessageCount: 77 } };
      const { came } = await parley.signElsewhere<{ proposal: Detail }>(
        { propose: changing(change, { title: 'Larger batches' }) },
        ...([northwind, CAME] as const),
      );
      const { id } = came.proposal;
      const removal = await approved(changing({ removeOrganization: NORTHWIND }));
      await execute(removal);
      await both();
      expect(await detail(id)).toMatchObject({ status: 'ACTIVE', proposer: { name: NORTHWIND } });
      const write = { castVote: { proposal: id, choice: 'YES' } };
      await expect(parley.signElsewhere(write, northwind, 'vote { id }')).rejects.toThrow(/NorthwindMSP/);
      for (const { mspId, users } of fabric.orderingOrganizations) {
        if (users['admin'] !== undefined && (await detail(id)).status === 'ACTIVE')
          await parley.signElsewhere(write, { mspId, ...users['admin'] }, 'vote { id }');
      }
      expect((await execute(id)).executeProposal.proposal.status).toBe('EXECUTED');
    });

    const newest = async (): Promise<readonly Pick<Detail, 'id' | 'nativeId'>[]> => {
      const { proposals } = await parley.ask<{ proposals: { edges: { node: Detail }[] } }>(
        '{ proposals(first: 3) { edges { node { id nativeId } } } }',
      );
      return proposals.edges.map(({ node }) => node);
    };

    /** The serialised update that changes the configuration in force so. */
    async function updating(change: (application: common.ConfigGroup) => void): Promise<Buffer> {
      const ledger = parley.ledgers.get('trade');
      if (ledger === undefined) throw new Error('The channel is not read');
      const { config } = await ledger.seed((await ledger.head()).number + 1);
      const block = common.Block.deserializeBinary(config?.bytes ?? new Uint8Array());
      const original = configOf(block).getConfig()?.getChannelGroup() ?? new common.ConfigGroup();
      const updated = original.cloneMessage();
      change(updated.getGroupsMap().get('Application') ?? new common.ConfigGroup());
      return Buffer.from(computeConfigUpdate('trade', original, updated).serializeBinary());
    }

    const anotherPolicy = (name: string): Promise<Buffer> =>
      updating((application) => {
        const readers = application.getPoliciesMap().get('Readers')?.cloneMessage();
        if (readers === undefined) throw new Error('There is no policy of readers');
        readers.setVersion(0);
        application.getPoliciesMap().set(name, readers);
      });

    /** Another MSP id for an organisation: its own administrator may sign that, and no orderer takes it. */
    const renaming = (mspId: string, other: string): Promise<Buffer> =>
      updating((application) => {
        const value = application.getGroupsMap().get(mspId)?.getValuesMap().get('MSP');
        const wrapped = msp.MSPConfig.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
        const inner = msp.FabricMSPConfig.deserializeBinary(wrapped.getConfig_asU8());
        inner.setName(other);
        wrapped.setConfig(inner.serializeBinary());
        value?.setValue(wrapped.serializeBinary());
      });
  });
}
