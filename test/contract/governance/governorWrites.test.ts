import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { devAccount } from '../../../devnet/ethereum/index.js';
import type { Config, EthereumLedgerConfig } from '../../../src/config/index.js';
import { ParleyError } from '../../../src/errors/index.js';
import { readBallot } from '../../../src/ledgers/ethereum/index.js';
import { runIngest } from '../../../src/ingest/index.js';
import { pause } from '../../../src/lib/pause.js';
import { grantScope } from '../../../src/model/scope.js';
import { openGraph } from '../../support/governingWorld.js';
import {
  addressOf,
  DELAY,
  governorContract,
  governorWorld,
  IDLE,
  PERIOD,
  VOTES,
  type GovernorWorld,
} from '../../support/governorWorld.js';
import { workbench } from '../../support/indexing.js';
import { ledgerOptions } from '../ethereumWorld.js';

const MEMBERS = ['harvest', 'meridian', 'northwind', 'idle'] as const;
const PROPOSAL = `id status nativeStatus statusSource title tally { satisfied choices { choice weight } missing { id } }`;
const PREVIEW = `query ($input: ProposeInput!) { previewProposal(input: $input) {
  title payloadDigest problems { code message } requirement { ... on TokenQuorumRule { quorumWeight countingMode } }
  actions { ... on EvmCall { data value method { signature arguments { value } } } } } }`;
const PROPOSE = `mutation ($input: ProposeInput!) { propose(input: $input) { proposal { ${PROPOSAL} } transaction { outcome } } }`;
const VOTE = `mutation ($input: CastVoteInput!) { castVote(input: $input) {
  vote { choice nativeChoice weight reason verified voter { id } } proposal { ${PROPOSAL} } } }`;
const EXECUTE = `mutation ($input: ExecuteProposalInput!) { executeProposal(input: $input) {
  proposal { status execution { attempts { by { name } error { code } } transaction { hash } } } } }`;
const WITHDRAW = `mutation ($input: WithdrawProposalInput!) { withdrawProposal(input: $input) { proposal { id status } } }`;
const READ = `query ($id: ID!) { proposal(id: $id) { ${PROPOSAL} } }`;
const INBOX = `{ viewer { inbox(first: 5) { edges { node { id } } } } }`;
const PREPARE = `mutation ($input: PrepareInput!) { prepare(input: $input) { id stage scheme bytes digest summary } }`;
const SUBMIT = `mutation ($input: SubmitSignatureInput!) { submitSignature(input: $input) {
  next { id } proposal { ${PROPOSAL} } vote { choice reason weight voter { id } voterAccount { address } evidence { __typename } } } }`;

interface Made {
  readonly proposal: { readonly id: string; readonly status: string };
}
interface ToSign {
  readonly prepare: {
    readonly id: string;
    readonly stage: string;
    readonly scheme: string;
    readonly bytes: string;
    readonly digest: string;
    readonly summary: string;
  };
}

describe('A governor through the graph', () => {
  let world: GovernorWorld;
  let graph: Awaited<ReturnType<typeof openGraph>>;
  let close: () => Promise<void> = async () => {};
  let caughtUp: () => Promise<void>;

  beforeAll(async () => {
    world = await governorWorld('blocks');
    const { ledger, governor } = world;
    const bench = await workbench();
    const stop = new AbortController();
    const ingest = runIngest({
      ...{ ledger, store: bench.store, signal: stop.signal, keepRetracted: 50, listener: () => undefined },
      observers: () => [world.observer()],
    });
    const config = configOf(world, governor);
    graph = await openGraph(config, bench.url, new Map([[ledger.id, ledger]]));
    caughtUp = async () => {
      const { number } = await ledger.head();
      for (let tries = 0; tries < 200; tries += 1) {
        const [row] = await bench.store.ledgers(grantScope([ledger.id]));
        if ((row?.tip?.number ?? -1) >= number) return;
        await pause(50, stop.signal);
      }
      throw new Error('The chain is not indexed');
    };
    close = async () => {
      await graph.close();
      stop.abort();
      await Promise.allSettled([ingest]);
      await bench.close();
    };
    await caughtUp();
  }, 60_000);
  afterAll(async () => {
    await close();
    await world?.close();
  }, 30_000);

  const ask = async <T>(...asked: Parameters<typeof graph.run>): Promise<T> => {
    const { data, errors } = await graph.run(...asked);
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
    return data as T;
  };
  const refusal = async (...asked: Parameters<typeof graph.run>): Promise<{ code: string; message: string }> => {
    const { errors: [error] = [] } = await graph.run(...asked);
    if (error === undefined) throw new Error('It was not refused');
    const { originalError: cause, message } = error;
    return { code: cause instanceof ParleyError ? cause.code : 'OTHER', message };
  };
  const wanted = (title: string, more: object = {}): object => ({
    governor: {
      ...{ chain: world.ledger.id, governor: world.governor, title, body: 'Why not.' },
      calls: [{ target: world.governor, function: 'setVotingPeriod', arguments: [40] }],
      ...more,
    },
  });
  const proposed = async (title: string, more: object = {}): Promise<string> => {
    const { propose } = await ask<{ propose: Made }>(PROPOSE, { input: wanted(title, more) }, 'harvest');
    return propose.proposal.id;
  };
  const opened = async (title: string, more: object = {}): Promise<string> => {
    const proposal = await proposed(title, more);
    await world.pass(DELAY + 1);
    await caughtUp();
    return proposal;
  };
  const sign = (index: number, digest: string): string => devAccount(index).signingKey.sign(digest).serialized;
  const prepared = async (index: number, write: object): Promise<ToSign['prepare']> => {
    const input = { identity: { address: addressOf(index) }, write };
    return (await ask<ToSign>(PREPARE, { input })).prepare;
  };

  test('is asked what a proposal would be, and what stands against it', async () => {
    const { previewProposal } = await ask<{ previewProposal: object }>(PREVIEW, { input: wanted('Longer') }, 'harvest');
    expect(previewProposal).toMatchObject({
      ...{ title: 'Longer', problems: [], payloadDigest: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
      requirement: { quorumWeight: String(VOTES * 2n), countingMode: 'support=bravo&quorum=for,abstain' },
      actions: [{ value: '0', method: { signature: 'setVotingPeriod(uint32)', arguments: [{ value: '40' }] } }],
    });
    // The timelock owns none of these.
    const calls = [{ target: world.token, function: 'transfer', arguments: [addressOf(1), '1'] }];
    expect(await ask(PREVIEW, { input: wanted('Nothing', { calls }) }, 'harvest')).toMatchObject({
      previewProposal: {
        problems: [{ code: 'CALL_REVERTED', message: expect.stringMatching(/Call 1.*would revert/) }],
      },
    });
  });

  test.each([
    ['no calls', { calls: [] }, 'INPUT_INVALID', /calls/],
    [
      'garbage for data',
      { calls: [{ target: '0x0000000000000000000000000000000000000001', data: '0x', function: 'x()' }] },
      'INPUT_INVALID',
      /Both/,
    ],
    [
      'a governor that nobody reads',
      { governor: '0x0000000000000000000000000000000000000001' },
      'GOVERNANCE_REFUSED',
      /not read here/,
    ],
    [
      'a function of no known ABI',
      { calls: [{ target: '0x0000000000000000000000000000000000000001', function: 'unheard' }] },
      'ABI_UNKNOWN',
      /unheard/,
    ],
    ['two lines for a title', { title: 'One\nTwo' }, 'INPUT_INVALID', /title/],
  ])('is proposed nothing with %s', async (_, more, code, message) => {
    const refused = await refusal(PROPOSE, { input: wanted('Bad', more) }, 'harvest');
    expect(refused).toEqual({ code, message: expect.stringMatching(message) });
    // A preview shows why; of a governor that nobody reads there is no rule to show either.
    if (code === 'GOVERNANCE_REFUSED') return;
    const { previewProposal } = await ask<{ previewProposal: object }>(
      PREVIEW,
      { input: wanted('Bad', more) },
      'harvest',
    );
    expect(previewProposal).toMatchObject({
      ...{ actions: [], payloadDigest: null, problems: [{ code, message: expect.stringMatching(message) }] },
      requirement: { quorumWeight: String(VOTES * 2n) },
    });
  });

  test('is proposed to, voted on by three, one of them elsewhere without funds, queued and executed', async () => {
    const proposal = await proposed('Longer', { idempotencyKey: 'longer' });
    expect(await ask(READ, { id: proposal })).toMatchObject({ proposal: { status: 'PENDING', title: 'Longer' } });
    const again = await refusal(PROPOSE, { input: wanted('Longer') }, 'meridian');
    expect(again).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/proposed already/) });
    expect(await proposed('Longer', { idempotencyKey: 'longer' })).toBe(proposal);
    const early = await refusal(VOTE, { input: { proposal, choice: 'YES' } }, 'harvest');
    expect(early).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/no votes now/) });
    await world.pass(DELAY + 1);
    await caughtUp();
    expect(await ask(VOTE, { input: { proposal, choice: 'YES', reason: 'More time' } }, 'harvest')).toMatchObject({
      castVote: {
        vote: {
          choice: 'YES',
          nativeChoice: 'For',
          weight: String(VOTES),
          reason: 'More time',
          verified: true,
          voter: { id: 'member/harvest' },
        },
        proposal: { status: 'ACTIVE', tally: { missing: [{ id: 'member/meridian' }, { id: 'member/northwind' }] } },
      },
    });
    expect(await ask(INBOX, {}, 'northwind')).toMatchObject({
      viewer: { inbox: { edges: [{ node: { id: proposal } }] } },
    });
    expect(await ask(INBOX, {}, 'harvest')).toMatchObject({ viewer: { inbox: { edges: [] } } });
    const twice = await refusal(VOTE, { input: { proposal, choice: 'NO' } }, 'harvest');
    expect(twice).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/voted on it already/) });
    const weightless = await refusal(VOTE, { input: { proposal, choice: 'NO' } }, 'idle');
    expect(weightless).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/no weight/) });
    await ask(VOTE, { input: { proposal, choice: 'ABSTAIN' } }, 'meridian');

    await world.chain.request('anvil_setBalance', [addressOf(3), '0x0']);
    const ballot = await prepared(3, { castVote: { proposal, choice: 'YES', reason: 'Elsewhere' } });
    expect(ballot).toMatchObject({
      stage: 'BALLOT',
      scheme: 'EIP712',
      summary: expect.stringContaining('Vote YES on “Longer”'),
    });
    const bytes = Buffer.from(ballot.bytes.slice(2), 'hex');
    // Whoever signs elsewhere reads the bytes, and computes the digest from them.
    expect(Buffer.from(readBallot(bytes).digest).toString('hex')).toBe(ballot.digest.slice(2));
    const shown = JSON.parse(bytes.toString()) as object;
    expect(shown).toMatchObject({
      primaryType: 'ExtendedBallot',
      domain: { name: 'Harbour Governor', version: '1', chainId: '31337', verifyingContract: world.governor },
      message: { support: '1', voter: addressOf(3), nonce: '0', reason: 'Elsewhere', params: '0x' },
    });
    const wrong = await refusal(SUBMIT, { input: { request: ballot.id, signature: sign(5, ballot.digest) } });
    expect(wrong).toEqual({ code: 'SIGNATURE_INVALID', message: expect.stringMatching(/not signed by its voter/) });
    const signature = sign(3, ballot.digest);
    expect(await ask(SUBMIT, { input: { request: ballot.id, signature } })).toMatchObject({
      submitSignature: {
        next: null,
        vote: {
          choice: 'YES',
          reason: 'Elsewhere',
          weight: String(VOTES),
          voter: { id: 'member/northwind' },
          voterAccount: { address: addressOf(3) },
          evidence: { __typename: 'Log' },
        },
        proposal: { tally: { satisfied: true, missing: [] } },
      },
    });

    const soon = await refusal(EXECUTE, { input: { proposal } }, 'harvest');
    expect(soon).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/nothing to be carried out/i) });
    await world.pass(PERIOD + 1);
    await caughtUp();
    expect(await ask(READ, { id: proposal })).toMatchObject({
      proposal: { status: 'APPROVED', statusSource: 'DERIVED', nativeStatus: 'Succeeded' },
    });
    expect(await ask(EXECUTE, { input: { proposal } }, 'meridian')).toMatchObject({
      executeProposal: { proposal: { status: 'QUEUED' } },
    });
    await world.seconds(3);
    await caughtUp();
    expect(await ask(EXECUTE, { input: { proposal } }, 'meridian')).toMatchObject({
      executeProposal: {
        proposal: { status: 'EXECUTED', execution: { attempts: [{ by: { name: addressOf(2) }, error: null }] } },
      },
    });
  }, 60_000);

  test('takes a ballot without a reason, and none twice or of another proposal', async () => {
    const [one, other] = [await opened('One'), await opened('Other')];
    const ballot = await prepared(3, { castVote: { proposal: one, choice: 'NO' } });
    const stale = await prepared(3, { castVote: { proposal: other, choice: 'NO' } });
    const foreign = await refusal(SUBMIT, { input: { request: stale.id, signature: sign(3, ballot.digest) } });
    expect(foreign.code).toBe('SIGNATURE_INVALID');
    expect(await ask(SUBMIT, { input: { request: ballot.id, signature: sign(3, ballot.digest) } })).toMatchObject({
      submitSignature: { vote: { choice: 'NO', reason: null } },
    });
    // Its nonce was used by the other ballot.
    const late = await refusal(SUBMIT, { input: { request: stale.id, signature: sign(3, stale.digest) } });
    expect(late).toEqual({
      code: 'GOVERNANCE_REFUSED',
      message: expect.stringMatching(/not the one to be cast any more/),
    });
    const twice = await refusal(PREPARE, {
      input: { identity: { address: addressOf(3) }, write: { castVote: { proposal: one, choice: 'YES' } } },
    });
    expect(twice).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/voted on it already/) });
  }, 60_000);

  test('takes no ballot by another key, in a broken encoding, of who has no votes, or past its deadline', async () => {
    const proposal = await opened('Bad ballots');
    const castVote = { proposal, choice: 'YES' };
    const ballot = await prepared(3, { castVote });
    const good = sign(3, ballot.digest);
    const wrong = [sign(2, ballot.digest), `${good}00`, good.slice(0, -2), '0x', `0x${'00'.repeat(65)}`];
    for (const signature of wrong)
      expect([signature, (await refusal(SUBMIT, { input: { request: ballot.id, signature } })).code]).toEqual([
        ...[signature, 'SIGNATURE_INVALID'],
      ]);
    const powerless = await refusal(VOTE, { input: { ...castVote, signer: `wallet-${IDLE}` } });
    expect(powerless.code).toBe('GOVERNANCE_REFUSED');
    const stranger = { identity: { address: addressOf(7) }, write: { castVote } };
    expect((await refusal(PREPARE, { input: stranger })).code).toMatch(/GOVERNANCE_REFUSED|INPUT_INVALID/);
    // The governor was told to take its time, above.
    await world.pass(2 * PERIOD);
    await caughtUp();
    const late = [
      await refusal(VOTE, { input: { ...castVote, signer: 'wallet-1' } }),
      await refusal(SUBMIT, { input: { request: ballot.id, signature: good } }),
    ];
    for (const { code } of late) expect(code).toBe('GOVERNANCE_REFUSED');
    expect(await ask(READ, { id: proposal })).toMatchObject({ proposal: { status: 'REJECTED' } });
  }, 60_000);

  test('lets its proposer withdraw before the poll opens', async () => {
    const proposal = await proposed('Withdrawn');
    const stranger = await refusal(WITHDRAW, { input: { proposal } }, 'meridian');
    expect(stranger).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/Only the proposer/) });
    expect(await ask(WITHDRAW, { input: { proposal } }, 'harvest')).toMatchObject({
      withdrawProposal: { proposal: { status: 'CANCELED' } },
    });
    const late = await opened('Too late');
    const refused = await refusal(WITHDRAW, { input: { proposal: late } }, 'harvest');
    expect(refused).toEqual({ code: 'GOVERNANCE_REFUSED', message: expect.stringMatching(/before its poll opens/) });
  }, 60_000);
});

function configOf({ chain, ledger }: GovernorWorld, governor: string): Config {
  const accounts = [1, 2, 3, IDLE].map(addressOf);
  const options = { ...ledgerOptions(chain), tuning: undefined };
  const settlement: EthereumLedgerConfig = {
    ...{
      ...options,
      kind: 'ethereum',
      id: ledger.id,
      ws: null,
      allowedLag: { blocks: 5, seconds: 30 },
      voters: accounts,
    },
    contracts: [
      { name: 'HarbourGovernor', address: governor, abi: JSON.parse(governorContract.formatJson()) as unknown[] },
    ],
    governors: [{ address: governor, timelock: null }],
  } as EthereumLedgerConfig;
  const signers = [1, 2, IDLE].map((index) => ({
    ...{ id: `wallet-${index}`, member: MEMBERS[index - 1] ?? '', kind: 'ethereum' as const },
    privateKey: devAccount(index).privateKey.slice(2),
  }));
  const members = MEMBERS.map((id, i) => ({
    ...{ id, name: id, mspIds: [], accounts: [{ ledger: ledger.id, address: accounts[i] ?? '' }] },
  }));
  return {
    ...{ file: 'parley.yaml', store: { url: '' }, limits: { pageSize: 100 } as Config['limits'] },
    ...{ ledgers: [settlement], amb: [], signers, members },
    server: { secrets: null } as unknown as Config['server'],
    network: { id: 'harbour', name: 'Harbour Trade', description: null },
  };
}
