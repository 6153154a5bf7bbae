import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installAndApprove } from '../../devnet/fabric/deploy.js';
import {
  CHANNEL,
  consortiumNetwork,
  fingerprintOf,
  heightAt,
  FOUNDERS,
  INVITED,
  registerAt,
  type ConsortiumNetwork,
  type NetworkKind,
} from '../support/consortiumNetwork.js';
import { operations } from '../support/operations.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { Trading } from '../support/trading.js';
import { changeByte, tampered } from '../support/votingChannel.js';
import { Watching, type MembershipSeen, type ProposalSeen } from '../support/watching.js';
import { eventually, parley as command } from '../support/world.js';

type Thing = Record<string, unknown>;
type Node = Thing & { readonly id: string; readonly status: string };

const NETWORK = 'network/harbour';
const NAMES: Readonly<Record<string, string>> = {
  ...{ HarvestMSP: 'harvest', MeridianMSP: 'meridian', NorthwindMSP: 'northwind', AtlasMSP: 'atlas' },
};

/** A fourth organisation comes and goes by votes, while those who trade on the channel go on. */
export function governanceSuite(kind: NetworkKind): void {
  describe(`a consortium decides: ${kind.name}`, () => {
    const named = operations();
    let network: ConsortiumNetwork;
    let config: ConfigDirectory;
    let parley: RunningParley;
    let files: string;
    let channel = '';
    let trading: Trading;
    let watching: Watching<ProposalSeen>;
    let comings: Watching<MembershipSeen>;

    beforeAll(async () => {
      files = mkdtempSync(join(tmpdir(), 'parley-consortium-'));
      network = await consortiumNetwork(join(files, 'network'), kind);
      config = configDirectory();
      parley = await startParley(config.write('harbour', ledgers(), { ...members(), ...consortium() }));
      channel = await eventually('the channel is known', async () => {
        const { channels } = await asked<{ channels: { id: string }[] }>('{ channels { id } }');
        return channels[0]?.id;
      });
      const founders = FOUNDERS.map((mspId) => ({ mspId, name: NAMES[mspId] }));
      await submit('HarvestMSP', 'consortium', 'FoundNetwork', [
        ...['harbour', 'Harbour Trade', '', JSON.stringify(founders), '67', 'GREATER_THAN_OR_EQUAL_TO', '24'],
      ]);
      trading = new Trading((mspId, lot) =>
        submit(mspId, 'goods', 'RegisterLot', [lot, 'Huila', 'Caturra', '900', 'A', 'Pitalito']),
      );
      watching = Watching.proposals(parley.url);
      comings = Watching.memberships(parley.url);
    }, 240_000);
    afterAll(async () => {
      await watching?.close();
      await comings?.close();
      await trading?.stop();
      await parley?.stop();
      await killLeftovers();
      config?.remove();
      await network?.close();
      if (files !== undefined) rmSync(files, { recursive: true, force: true });
    }, 120_000);

    const profileOf = (mspId: string): string => network.organization(mspId).files.connectionProfile;
    const userOf = (mspId: string, user: string) => {
      const found = network.organization(mspId).files.users[user];
      if (found === undefined) throw new Error(`${mspId} has no ${user}`);
      return found;
    };
    const ledgers = () => {
      const identity = { mspId: 'HarvestMSP', ...userOf('HarvestMSP', 'user1') };
      return [{ name: CHANNEL, fabric: { channel: CHANNEL, connectionProfile: profileOf('HarvestMSP'), identity } }];
    };
    const members = () => ({
      members: FOUNDERS.map((mspId) => ({ id: NAMES[mspId], name: NAMES[mspId], mspIds: [mspId] })),
      // Northwind keeps its key to itself.
      signers: ['HarvestMSP', 'MeridianMSP'].map((mspId) => ({
        ...{ id: `${NAMES[mspId]}-admin`, member: NAMES[mspId], fabric: { mspId, ...userOf(mspId, 'admin') } },
      })),
    });
    const consortium = () => ({
      network: { id: 'harbour', name: 'Harbour Trade', consortium: { channel: CHANNEL, chaincode: 'consortium' } },
    });

    async function asked<T>(query: string, variables: Thing = {}, member?: string): Promise<T> {
      const headers = {
        'content-type': 'application/json',
        ...(member === undefined ? {} : { 'parley-member': member }),
      };
      const body = JSON.stringify({ query, variables });
      const response = await fetch(`${parley.url}/graphql`, { method: 'POST', headers, body });
      const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    }
    const run = async (name: string, variables: Thing, member?: string): Promise<Thing> =>
      Object.values(await asked<Thing>(named.get(name) ?? '', variables, member))[0] as Thing;
    const submit = async (mspId: string, chaincode: string, name: string, args: readonly string[]): Promise<Thing> => {
      const asked = { channel, chaincode, function: name, arguments: args, signer: `${NAMES[mspId]}-admin` };
      const { transaction } = await run('Submit', { input: asked });
      return transaction as Thing;
    };
    const vote = (proposal: string, member: string): Promise<Thing> =>
      run('CastVote', { input: { proposal, choice: 'YES' } }, member);
    const detail = (id: string): Promise<Node> => run('ProposalDetail', { id }) as Promise<Node>;
    const reaches = (id: string, status: string): Promise<Node> =>
      eventually(`${id} is ${status}`, async () => {
        const found = await detail(id);
        return found.status === status && found;
      });
    const propose = async (input: Thing, member: string): Promise<Node> =>
      (await run('Propose', { input }, member))['proposal'] as Node;

    /** What an organisation signs with its own key, in as many stages as there are, and what came of it. */
    async function signedElsewhere(
      mspId: string,
      write: Thing,
      signing: (request: Request) => Promise<string>,
    ): Promise<Thing> {
      const certificate = readFileSync(userOf(mspId, 'admin').certificate, 'utf8');
      const fields = 'id stage bytes digest scheme summary file { name content }';
      const { prepare } = await asked<{ prepare: Request }>(
        `mutation ($input: PrepareInput!) { prepare(input: $input) { ${fields} } }`,
        { input: { identity: { fabric: { mspId, certificate } }, write } },
      );
      for (let request: Request | null = prepare; ;) {
        const signature = await signing(request);
        const { submitSignature }: Submitted = await asked(
          `mutation ($input: SubmitSignatureInput!) { submitSignature(input: $input) { next { ${fields} }
            proposal { id ... on ConsortiumProposal { status } } vote { id } invitation { id } transaction { id } } }`,
          { input: { request: request.id, signature } },
        );
        request = submitSignature.next;
        if (request === null) return submitSignature;
      }
    }
    const byKey =
      (mspId: string) =>
      ({ bytes }: Request): Promise<string> => {
        const key = createPrivateKey(readFileSync(userOf(mspId, 'admin').privateKey, 'utf8'));
        return Promise.resolve(`0x${sign('sha256', Buffer.from(bytes.slice(2), 'hex'), key).toString('hex')}`);
      };
    /** On a machine without a network: the file is carried there, and the signature back. */
    const byFile =
      (mspId: string) =>
      async ({ file }: Request): Promise<string> => {
        const path = join(files, file.name);
        const out = `${path}.signature`;
        writeFileSync(path, Buffer.from(file.content.slice(2), 'hex'));
        const { code, output } = await command(
          'vote',
          'sign',
          path,
          '--key',
          userOf(mspId, 'admin').privateKey,
          '--yes',
          '--out',
          out,
        );
        expect(`${code} ${output}`).toMatch(/^0 /);
        return readFileSync(out, 'utf8').trim();
      };

    /** The configuration proposal that carries a decision out; it opens by itself. */
    const carryingOut = (decision: string): Promise<Node> =>
      eventually('the configuration proposal opens by itself', async () => {
        const { proposal } = await asked<{ proposal: { related: Node[] } }>(
          'query ($id: ID!) { proposal(id: $id) { related { id mechanism status title } } }',
          { id: decision },
        );
        return proposal.related.find((one) => one['mechanism'] === 'FABRIC_CONFIG');
      });
    async function carriedOut(decision: string, signers: readonly (() => Promise<unknown>)[]): Promise<void> {
      const { id } = await carryingOut(decision);
      for (const signer of signers) await signer();
      await reaches(id, 'APPROVED');
      await run('Execute', { input: { proposal: id } }, 'harvest');
      await reaches(id, 'EXECUTED');
    }
    const organizations = async (): Promise<string[]> => {
      const { channels } = await asked<{ channels: { organizations: { mspId: string }[] }[] }>(
        '{ channels { organizations { mspId } } }',
      );
      return channels[0]?.organizations.map(({ mspId }) => mspId).sort() ?? [];
    };

    test('Harvest proposes to invite Atlas; the others vote, Northwind with a file', async () => {
      trading.start();
      const principal = fingerprintOf(network.organization(INVITED));
      const action = { inviteMember: { name: 'Atlas Roasters', principal } };
      const { id } = await propose(
        { consortium: { network: NETWORK, title: 'Invite Atlas Roasters', action } },
        'harvest',
      );
      await vote(id, 'harvest');
      await vote(id, 'meridian');
      const inbox = await asked<{ viewer: { inbox: { edges: { node: Node }[] } } }>(
        named.get('Inbox') ?? '',
        {},
        'member/northwind',
      );
      expect(inbox.viewer.inbox.edges.map(({ node }) => node.id)).toEqual([id]);
      await signedElsewhere('NorthwindMSP', { castVote: { proposal: id, choice: 'YES' } }, byFile('NorthwindMSP'));
      const decided = await reaches(id, 'EXECUTED');
      expect(decided['votes']).toMatchObject({
        edges: [1, 2, 3].map(() => ({ node: { choice: 'YES', verified: true } })),
      });
      await watching.breakOff();
    }, 240_000);

    test('Atlas accepts, and is admitted to the channel by the signatures of its members', async () => {
      const { network: found } = await asked<{
        network: { invitations: { edges: { node: Node & { proposal: Node } }[] } };
      }>(named.get('NetworkGovernance') ?? '', { network: NETWORK });
      const [invitation] = found.invitations.edges.map(({ node }) => node);
      if (invitation === undefined) throw new Error('nobody is invited');
      const { rootCertificatePem, tlsRootCertificatePem } = network.organization(INVITED);
      const organization = {
        ...{ mspId: INVITED, rootCertificates: [rootCertificatePem], tlsRootCertificates: [tlsRootCertificatePem] },
        anchorPeers: [hostPort(network.organization(INVITED).peerEndpoint)],
      };
      const acceptInvitation = { invitation: invitation.id, name: 'Atlas Roasters', organization };
      await signedElsewhere(INVITED, { acceptInvitation }, byKey(INVITED));
      expect(await standing()).toEqual([{ status: 'JOINING', member: { name: 'Atlas Roasters', status: 'INVITED' } }]);
      await comings.breakOff(1);
      const decision = invitation.proposal.id;
      const config = await carryingOut(decision);
      await carriedOut(decision, [() => vote(config.id, 'harvest'), () => vote(config.id, 'meridian')]);
      expect(await organizations()).toEqual([INVITED, ...FOUNDERS].sort());
      expect(await standing()).toEqual([{ status: 'ACTIVE', member: { name: 'Atlas Roasters', status: 'ACTIVE' } }]);
    }, 240_000);

    test("Atlas' peer joins and reads", async () => {
      await network.join(INVITED);
      const height = await eventually('the peer of Atlas has the blocks', async () => {
        const blocks = await heightAt(network.organization(INVITED));
        return blocks > 0 && blocks;
      });
      expect(height).toBeGreaterThan(5);
      await watching.breakOff();
      await comings.breakOff(2);
    }, 120_000);

    test('an endorsement policy comes to need Atlas, and trading goes on meanwhile', async () => {
      const atlas = network.organization(INVITED);
      await installAndApprove(atlas, network.chaincodes.consortium);
      await installAndApprove(atlas, network.chaincodes.goods);
      const endorsementPolicy = "OutOf(2, 'HarvestMSP.peer', 'AtlasMSP.peer')";
      const goods = { channel, name: 'goods', version: '1.0', endorsementPolicy };
      const { id } = await propose({ fabricLifecycle: { ...goods } }, 'harvest');
      await vote(id, 'meridian');
      await signedElsewhere('NorthwindMSP', { castVote: { proposal: id, choice: 'YES' } }, byKey('NorthwindMSP'));
      // With its own tools, as its peer has to know the package.
      await installAndApprove(atlas, { ...network.chaincodes.goods, endorsementPolicy }, 2);
      await reaches(id, 'APPROVED');
      await run('Execute', { input: { proposal: id } }, 'harvest');
      await reaches(id, 'EXECUTED');
      await trading.more(3);
      expect(await trading.stop()).toEqual([]);
      const { transaction } = await run('Submit', {
        input: {
          ...{ channel, chaincode: 'goods', function: 'RegisterLot', signer: 'harvest-admin' },
          ...{
            arguments: ['lot-alone', 'Huila', 'Caturra', '900', 'A', 'Pitalito'],
            endorsingOrganizations: ['HarvestMSP'],
          },
        },
      });
      expect(transaction).toMatchObject({ outcome: 'FAILED', validationCode: 'ENDORSEMENT_POLICY_FAILURE' });
    }, 240_000);

    test('Atlas is voted out, and its next transaction is refused', async () => {
      const removal = { title: 'Atlas leaves us', action: { removeMember: `member/${INVITED}` } };
      const { id } = await propose({ consortium: { network: NETWORK, ...removal } }, 'meridian');
      await vote(id, 'harvest');
      await vote(id, 'meridian');
      await signedElsewhere('NorthwindMSP', { castVote: { proposal: id, choice: 'YES' } }, byFile('NorthwindMSP'));
      await reaches(id, 'EXECUTED');
      const config = await carryingOut(id);
      const northwind = () =>
        signedElsewhere('NorthwindMSP', { castVote: { proposal: config.id, choice: 'YES' } }, byFile('NorthwindMSP'));
      await carriedOut(id, [() => vote(config.id, 'harvest'), () => vote(config.id, 'meridian'), northwind]);
      expect(await organizations()).toEqual([...FOUNDERS]);
      expect(await standing()).toEqual([{ status: 'REMOVED', member: { name: 'Atlas Roasters', status: 'REMOVED' } }]);
      await expect(registerAt(network.organization(INVITED), 'lot-of-atlas')).rejects.toThrow();
    }, 240_000);

    test('a subscriber to memberships who resumed twice saw Atlas come and go, each step once', async () => {
      const seen = await comings.close();
      expect(seen.map(({ change, membership: { nativeId, status } }) => [nativeId, change, status])).toEqual([
        [INVITED, 'INVITED', 'JOINING'],
        [INVITED, 'JOINED', 'ACTIVE'],
        [INVITED, 'REMOVED', 'REMOVED'],
      ]);
      const causes = seen.map(({ cause }) => Number(cause.number));
      expect([...causes].sort((a, b) => a - b)).toEqual(causes);
    });

    test('a subscriber who resumed twice in between saw every change once', async () => {
      const seen = await watching.close();
      const versions = seen.map(
        ({ proposal, change }) => `${proposal.id} ${change} ${proposal.status} ${proposal.tally.outstanding}`,
      );
      expect(new Set(versions).size).toBe(versions.length);
      const { proposals } = await asked<{ proposals: { edges: { node: Node & { title: string } }[] } }>(
        '{ proposals(first: 50) { edges { node { id title status } } } }',
      );
      const since = proposals.edges
        .map(({ node }) => node)
        .filter(({ id }) => versions.some((text) => text.startsWith(id)));
      // Each ends, for the subscriber, as the graph has it.
      for (const { id, status } of since)
        expect(seen.findLast(({ proposal }) => proposal.id === id)?.proposal.status).toBe(status);
      expect(since.map(({ title }) => title)).toEqual(
        expect.arrayContaining([
          ...['Invite Atlas Roasters', 'Add Atlas Roasters (AtlasMSP)', 'goods 1.0, sequence 2'],
          ...['Atlas leaves us', 'Remove Atlas Roasters (AtlasMSP)'],
        ]),
      );
    });

    const standing = async (): Promise<unknown> => {
      const { network: found } = await asked<{ network: { memberships: { edges: { node: Thing }[] } } }>(
        `query ($id: ID!) { network(id: $id) { memberships(first: 50) { edges { node {
          nativeId status member { name status } } } } } }`,
        { id: NETWORK },
      );
      const own = found.memberships.edges.filter(({ node }) => node['nativeId'] === INVITED);
      return own.map(({ node: { status, member } }) => ({ status, member }));
    };

    const verified = (proposal: string, name: string, ...more: readonly string[]) =>
      command('vote', 'verify', proposal, '--config', join(config.path, `${name}.yaml`), ...more);
    const copyOf = (name: string, change: Parameters<typeof tampered>[2]): void => {
      config.write(name, ledgers(), { ...members(), ...consortium() });
      tampered(join(config.path, 'harbour.db'), join(config.path, `${name}.db`), change);
    };
    const proposed = async (): Promise<readonly Node[]> => {
      const { proposals } = await asked<{ proposals: { edges: { node: Node }[] } }>(
        '{ proposals(first: 50) { edges { node { id mechanism } } } }',
      );
      return proposals.edges.map(({ node }) => node);
    };

    /** What the ledger has once all is decided. */
    let proposals: readonly Node[] = [];

    /** One transaction after the other; whether it succeeds is nothing to the blocks. */
    const blocksMeanwhile = (): { stop(): Promise<number> } => {
      let [count, goesOn] = [0, true];
      const asked = { channel, chaincode: 'goods', function: 'RegisterLot', signer: 'harvest-admin' };
      const lot = () => [`lot-meanwhile-${count}`, 'Huila', 'Caturra', '900', 'A', 'Pitalito'];
      const writes = (async () => {
        for (; goesOn; count += 1)
          await run('Submit', { input: { ...asked, arguments: lot(), endorsingOrganizations: ['HarvestMSP'] } });
      })();
      return {
        stop: async () => {
          goesOn = false;
          await writes;
          return count;
        },
      };
    };

    test('each vote is proven from raw blocks, of the store and of a peer, while more of them come', async () => {
      proposals = await proposed();
      expect(proposals).toHaveLength(7);
      const meanwhile = blocksMeanwhile();
      for (const { id } of proposals) {
        const { code, output } = await verified(id, 'harbour');
        expect(`${code} ${output}`).toMatch(/^0 /);
      }
      const { code, output } = await verified(proposals[0]?.id ?? '', 'harbour', '--from-ledger');
      expect(`${code} ${output}`).toMatch(/^0 [^]*raw blocks from the nodes/);
      expect(await meanwhile.stop()).toBeGreaterThan(3);
    }, 120_000);

    test('and not on a copy of the store with other votes, or with other blocks', async () => {
      const each = new Map(proposals.map((proposal) => [proposal['mechanism'], proposal.id]));
      expect([...each.keys()].sort()).toEqual(['CONSORTIUM', 'FABRIC_CONFIG', 'FABRIC_LIFECYCLE']);
      await parley.stop();
      copyOf('votes', (database) => {
        database.prepare(`update vote set state = json_replace(state, '$.choice', 'NO')`).run();
      });
      for (const { id } of proposals) {
        const { code, output } = await verified(id, 'votes');
        expect(`${code} ${output}`).toMatch(/^1 [^]*✗ vote of [^]*choice: the store says "NO", the blocks say "YES"/);
      }
      copyOf('blocks', (database) => {
        const rows = database.prepare('select distinct number from vote').all() as { readonly number: number }[];
        for (const { number } of rows) changeByte(database, number, (bytes) => bytes.length >> 1);
      });
      for (const id of each.values()) {
        const { code, output } = await verified(id, 'blocks');
        expect(`${code} ${output}`).toMatch(/^1 [^]*✗ block \d+: /);
      }
    }, 120_000);

    test('nor on one that tells of more than its blocks: forged after the last, or without the last raw ones', async () => {
      const decisions = proposals.filter(({ mechanism }) => mechanism === 'CONSORTIUM');
      copyOf('forged', (database) => {
        // Each decision has one more vote, and is rejected.
        database.exec(`
          insert into vote select ledger, 100000 + seq, 0, 100000 + seq, block_hash, canonical, latest, timestamp_ms, proposal, 'HarvestMSP',
            replace(replace(state, 'NorthwindMSP', 'HarvestMSP'), '"YES"', '"NO"') from vote
            where voter = 'NorthwindMSP' and proposal like 'CONSORTIUM/%';
          insert into proposal select ledger, 100000 + seq, 0, 100000 + seq, block_hash, canonical, 1, timestamp_ms, proposal, mechanism,
            'REJECTED', status_before, lapses, created_ms, closes_ms, proposer, decision,
            json_replace(state, '$.status', 'REJECTED') from proposal where latest = 1 and mechanism = 'CONSORTIUM'`);
      });
      expect(decisions).toHaveLength(2);
      for (const { id } of decisions) {
        const { code, output } = await verified(id, 'forged');
        expect(`${code} ${output}`).toMatch(
          /^1 [^]*✗ proposal as of block 100\d+: the store has it \("REJECTED"\), no block/,
        );
        expect(output).toMatch(/✗ vote of HarvestMSP in block 100\d+: the store has it \("NO"\), no block does/);
        expect(output).toContain('✗ 2 differ');
      }
      copyOf('cut', (database) => {
        const [{ number }] = database.prepare('select max(number) as number from vote').all() as [{ number: number }];
        database.prepare('delete from raw_block where number >= ?').run(number);
      });
      for (const { id } of decisions) {
        const { code, output } = await verified(id, 'cut');
        expect(`${code} ${output}`).toMatch(/^1 [^]*✗ blocks? \d+[^:]*: the store has no raw bytes, its tip is block/);
      }
    }, 120_000);

    test('the index is what the ledger says, and a standing that was altered is found', async () => {
      const compared = async (name: string): Promise<string> => {
        const { code, output } = await command('verify', '--config', join(config.path, `${name}.yaml`));
        return `${code} ${output}`;
      };
      expect(await compared('harbour')).toMatch(/^0 /);
      copyOf('standings', (database) => {
        database.prepare(`update membership set change = 'REMOVED' where change = 'INVITED'`).run();
      });
      expect(await compared('standings')).toMatch(/^1 [^]*membership[^]*change[^]*REMOVED[^]*INVITED/);
    }, 120_000);
  });
}

interface Submitted {
  readonly submitSignature: Thing & { readonly next: Request | null };
}

interface Request {
  readonly id: string;
  readonly stage: string;
  readonly bytes: string;
  readonly file: { readonly name: string; readonly content: string };
}

const hostPort = (endpoint: string): { host: string; port: number } => {
  const cut = endpoint.lastIndexOf(':');
  return { host: endpoint.slice(0, cut), port: Number(endpoint.slice(cut + 1)) };
};
