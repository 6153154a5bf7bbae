import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ListInvitationsCommand,
  ListProposalsCommand,
  type ManagedBlockchainClient,
} from '@aws-sdk/client-managedblockchain';
import { knownNow } from '../../../../src/app/knownNow.js';
import { AmbWrites, ambLedgerId, createAmbClient, readSnapshot } from '../../../../src/governance/amb/index.js';
import type { GovernanceWrite, Outcome } from '../../../../src/governance/mechanism.js';
import { createNetwork, join, propose, vote, type AtNetwork } from '../../../support/ambNetwork.js';
import { recordsOf, stored } from '../../../support/ambShapes.js';
import { workbench, type Workbench } from '../../../support/indexing.js';
import { losingDoor, type LosingDoor } from '../../../support/losingDoor.js';
import { motoIsHere, startMoto, type Moto } from '../../../support/moto.js';

// Amazon behind a door that loses answers: the SDK asks once more, and what was done is done once.

const here = await motoIsHere();
const INVITE = { Invitations: [{ Principal: '123456789012' }] };

(here ? describe : describe.skip)('where an answer of Amazon’s is lost', () => {
  let moto: Moto;
  let door: LosingDoor;
  let client: ManagedBlockchainClient;
  let bench: Workbench;
  let harvest: AtNetwork;
  let written: number;

  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
    moto = await startMoto();
    door = await losingDoor(moto.endpoint);
    client = createAmbClient({ region: 'us-east-1', endpoint: moto.endpoint });
  }, 360_000);
  afterAll(async () => {
    client.destroy();
    await door.close();
    await moto.close();
  });
  beforeEach(async () => {
    await fetch(`${moto.endpoint}/moto-api/reset`, { method: 'POST' });
    bench = await workbench();
    harvest = await createNetwork(client);
    written = 0;
  });
  afterEach(() => bench.close());

  /** What the index knows is as old as the first call. */
  const knowing = async (): Promise<(write: GovernanceWrite, loses?: boolean) => Promise<Outcome>> => {
    const { network, member } = harvest;
    await stored(bench.store, recordsOf([await readSnapshot(client, network)], Date.now()), network);
    const writes = new AmbWrites({
      ...{ region: 'us-east-1', endpoint: door.endpoint, network, actingMembers: [member] },
      known: knownNow(bench.store, ambLedgerId(network), 'AMB', null),
      administrator: () => Promise.resolve({ username: 'admin', password: 'Password1' }),
      written: () => (written += 1),
    });
    return async (write, loses = true) => {
      const step = await writes.plan(write, { member, identity: null });
      if (step.kind !== 'call') throw new Error(`expected a call, got ${step.kind}`);
      const before = door.lost();
      if (loses) door.loseNext();
      const outcome = await step.run();
      expect(door.lost() - before).toBe(loses ? 1 : 0);
      return outcome;
    };
  };
  const casting = async (nativeId: string, choice: 'YES' | 'NO'): Promise<GovernanceWrite> => {
    const proposal = await knownNow(bench.store, ambLedgerId(harvest.network), 'AMB', null).proposal(nativeId);
    if (proposal === null) throw new Error(`${nativeId} is not known`);
    return { kind: 'castVote', proposal, choice, reason: null };
  };
  const invitation = async () => (await client.send(new ListInvitationsCommand({}))).Invitations?.[0];

  test('a vote that decided stands, and is the caller’s', async () => {
    const proposal = await propose(client, harvest, INVITE);
    const write = await knowing();
    expect(await write(await casting(proposal, 'YES'))).toEqual({ proposal, invitation: null });
    const { Proposals } = await client.send(new ListProposalsCommand({ NetworkId: harvest.network }));
    expect(Proposals).toMatchObject([{ ProposalId: proposal, Status: 'APPROVED' }]);
    expect(written).toBe(1);
  });

  test('a vote of many stands; one that somebody cast otherwise meanwhile is refused in Amazon’s words', async () => {
    const first = await propose(client, harvest, INVITE);
    await vote(client, harvest, first, 'YES');
    await join(client, harvest.network, (await invitation())?.InvitationId ?? '', 'meridian');
    const [second, third] = [await propose(client, harvest, INVITE), await propose(client, harvest, INVITE)];
    const write = await knowing();
    // Before there is any NO in the network: moto lists the votes of every proposal with each.
    await vote(client, harvest, third, 'YES');
    await expect(write(await casting(third, 'NO'), false)).rejects.toMatchObject({
      ...{ code: 'GOVERNANCE_REFUSED', got: 'ResourceAlreadyExistsException' },
      details: expect.stringContaining('already voted'),
    });
    expect(await write(await casting(second, 'NO'))).toEqual({ proposal: second, invitation: null });
  });

  test('an invitation that was declined is', async () => {
    const proposal = await propose(client, harvest, INVITE);
    await vote(client, harvest, proposal, 'YES');
    const id = (await invitation())?.InvitationId ?? '';
    const write = await knowing();
    expect(await write({ kind: 'rejectInvitation', invitation: id, input: {} })).toEqual({
      proposal: null,
      invitation: id,
    });
    expect(await invitation()).toMatchObject({ InvitationId: id, Status: 'REJECTED' });
  });

  test('who left is out, though Amazon then knows nothing of it', async () => {
    const write = await knowing();
    expect(await write({ kind: 'leave' })).toEqual({ proposal: null, invitation: null });
    await expect(readSnapshot(client, harvest.network)).rejects.toMatchObject({ got: 'ResourceNotFoundException' });
  });
});
