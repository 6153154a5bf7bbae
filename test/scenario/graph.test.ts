import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operations, type Operations } from '../support/operations.js';
import { alive, ask, eventually, parley, startWorld, type GraphAnswer, type World } from '../support/world.js';

// The dev world as `npm start` brings it up, asked as a portal developer, a platform engineer and an auditor would.

const named = operations();
let world: World;
beforeAll(async () => {
  world = await startWorld(['--no-story']);
}, 240_000);
afterAll(async () => world.dispose(), 60_000);

type Variables<Name extends keyof Operations> = Operations[Name][0];
type Data<Name extends keyof Operations> = Operations[Name][1];
type Filter = NonNullable<Variables<'Timeline'>['filter']>;

const run = <Name extends keyof Operations>(name: Name, variables: Variables<Name>): Promise<GraphAnswer> =>
  ask(world.dev.parley.url, named.get(name) ?? '', variables, name);

/** The data of an answer that must have no error. */
async function dataOf<Name extends keyof Operations>(name: Name, variables: Variables<Name>): Promise<Data<Name>> {
  const answer = await run(name, variables);
  expect(answer.errors).toBeUndefined();
  return answer.data as Data<Name>;
}

const ledgers = async (): Promise<Data<'LedgerHeads'>['ledgers']> => (await dataOf('LedgerHeads', {})).ledgers;

const idOf = async (name: string): Promise<string> =>
  (await ledgers()).find((ledger) => ledger.name === name)?.id ?? '';

type TimelineNode = Data<'Timeline'>['transactions']['edges'][number]['node'];

async function someTransactions(ledger: string, filter: Filter = {}): Promise<readonly TimelineNode[]> {
  const data = await dataOf('Timeline', { filter: { ledgers: [ledger], ...filter } });
  return data.transactions.edges.map(({ node }) => node);
}

describe('the world', () => {
  test('has three ledgers and three members', async () => {
    expect((await ledgers()).map(({ name }) => name).sort()).toEqual(['payments', 'settlement', 'trade']);
    const data = await dataOf('NetworkOverview', { network: 'network/harbour' });
    const names = data.network?.memberships.edges.map(({ node }) => node.member.name);
    expect(names).toEqual(expect.arrayContaining(['Harvest Co-op', 'Meridian Shipping', 'Northwind Bank']));
    expect(data.network?.ledgers).toHaveLength(3);
  });

  test('is described in dev.json with absolute paths and living processes', () => {
    const { dev } = world;
    for (const pid of [dev.parley.pid, dev.ethereum.pid, ...Object.values(dev.fabric.pids)])
      expect(alive(pid)).toBe(true);
    expect(dev.parley.config.startsWith('/')).toBe(true);
    expect(Object.keys(dev.fabric.organizations).sort()).toEqual(['HarvestMSP', 'MeridianMSP', 'NorthwindMSP']);
    expect(dev.fabric.channels.trade?.id).toMatch(/^fabric:[0-9a-f]{32}$/);
  });

  test('is ready, alive and measured', async () => {
    const { url } = world.dev.parley;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await eventually('ready', async () => (await fetch(`${url}/readyz`)).status === 200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('parley_');
    expect(await (await fetch(`${url}/schema.graphql`)).text()).toContain('type Query');
  });
});

describe('explore', () => {
  test('MemberProfile: one party over all ledgers', async () => {
    const data = await dataOf('MemberProfile', { member: 'member/meridian' });
    expect(data.member?.memberships.edges.map(({ node }) => node.recordedOn?.name).sort()).toEqual([
      'payments',
      'settlement',
      'trade',
    ]);
    expect(data.member?.accounts).toHaveLength(1);
    expect(data.member?.transactions.edges.length).toBeGreaterThan(0);
  });

  test('Timeline: every ledger in one order, newest first, pages without overlap', async () => {
    const seen: TimelineNode[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page += 1) {
      const data: Data<'Timeline'> = await dataOf('Timeline', { after, filter: null });
      seen.push(...data.transactions.edges.map(({ node }) => node));
      if (!data.transactions.pageInfo.hasNextPage) break;
      after = data.transactions.pageInfo.endCursor;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(new Set(seen.map(({ ledger }) => ledger.name)).size).toBe(3);
    const times = seen.map(({ timestamp }) => Date.parse(timestamp ?? ''));
    expect([...times].sort((a, b) => b - a)).toEqual(times);
  });

  test('LedgerHeads, Events, Activity', async () => {
    const heads = await dataOf('LedgerHeads', {});
    for (const ledger of heads.ledgers) {
      expect(Number(ledger.height)).toBeGreaterThan(10);
      expect(ledger.latestBlock).not.toBeNull();
      expect(ledger.lag).not.toBeNull();
    }
    const events = await dataOf('Events', { filter: null });
    expect(events.events.edges.length).toBe(50);
    const contractEvents = await dataOf('Events', {
      filter: { names: ['Transfer'] },
    });
    expect(contractEvents.events.edges.some(({ node }) => 'decoded' in node && node.decoded !== null)).toBe(true);
    const activity = await dataOf('Activity', {
      time: { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 60_000).toISOString() },
    });
    expect(activity.activity.reduce((sum, bucket) => sum + bucket.transactions, 0)).toBeGreaterThan(50);
  });

  test('Search: a hash, a number, an address, an MSP id, a name', async () => {
    const [chainTransaction] = await someTransactions(await idOf('settlement'));
    const [fabricTransaction] = await someTransactions(await idOf('trade'));
    const wanted: readonly (readonly [string, string])[] = [
      [String(chainTransaction?.hash), 'EthereumTransaction'],
      [String(fabricTransaction?.hash), 'FabricTransaction'],
      ['3', 'FabricBlock'],
      [world.dev.ethereum.contracts.SettlementToken?.address ?? '', 'Account'],
      ['HarvestMSP', 'Member'],
      ['Northwind', 'Member'],
      ['trade', 'Channel'],
      ['goods', 'Chaincode'],
      ['Containers are sealed', 'ConsortiumProposal'],
    ];
    for (const [text, type] of wanted) {
      const data = await dataOf('Search', { text });
      expect([text, data.search.edges.map(({ node }) => node.__typename)]).toEqual([
        text,
        expect.arrayContaining([type]),
      ]);
    }
  });

  test('Refetch: every id that the graph gives leads back to its thing', async () => {
    const timeline = await someTransactions(await idOf('trade'));
    const ids = [
      ...(await ledgers()).map(({ id }) => id),
      'network/harbour',
      'member/harvest',
      ...timeline.slice(0, 5).map(({ id }) => String(id)),
    ];
    for (const id of ids) expect((await dataOf('Refetch', { id })).node?.id).toBe(id);
    const many = await dataOf('RefetchMany', {
      ids: [...ids, 'member/nobody-at-all'],
    });
    expect(many.nodes.map((node) => node?.id ?? null)).toEqual([...ids, null]);
  });
});

describe('Fabric', () => {
  test('ChannelDetail: organisations, consensus, policies, chaincodes and their approvals', async () => {
    const data = await dataOf('ChannelDetail', { channel: await idOf('trade') });
    expect(data.channel?.organizations.map(({ mspId }) => mspId).sort()).toEqual([
      'HarvestMSP',
      'MeridianMSP',
      'NorthwindMSP',
    ]);
    expect(data.channel?.chaincodes.map(({ name }) => name).sort()).toEqual(['consortium', 'goods']);
    for (const { approvals } of data.channel?.chaincodes ?? [])
      for (const approval of approvals)
        expect(approval).toMatchObject({ approved: true, transaction: { hash: expect.any(String) } });
    expect(data.channel?.policies.length).toBeGreaterThan(4);
    expect(data.channel?.configHistory.edges.length).toBeGreaterThan(0);
  });

  test('FabricBlockDetail: each block of trade, every orderer signature and endorsement verified', async () => {
    const channel = await idOf('trade');
    const height = Number((await ledgers()).find(({ id }) => id === channel)?.height);
    for (const number of [0, 1, Math.floor(height / 2), height]) {
      const { channel: found } = await dataOf('FabricBlockDetail', { channel, number: String(number) });
      expect(found?.block?.signatures.every(({ verified }) => verified)).toBe(true);
      if (number > 0) expect(found?.block?.signatures.length).toBeGreaterThan(0);
      for (const { node } of found?.block?.transactions.edges ?? [])
        for (const endorsement of 'endorsements' in node ? node.endorsements : [])
          expect(endorsement.verified).toBe(true);
    }
  });

  test('Evaluate: a read of the chaincode itself, and its refusal with its own words', async () => {
    const channel = await idOf('trade');
    const lots = await someTransactions(channel, { chaincodes: ['goods'], outcome: 'SUCCEEDED' });
    expect(lots.length).toBeGreaterThan(0);
    const good = await run('Evaluate', { input: { channel, chaincode: 'consortium', function: 'GetNetwork' } });
    expect(good.errors).toBeUndefined();
    expect((good.data as { evaluate: { resultJson: unknown } }).evaluate.resultJson).not.toBeNull();
    const refused = await run('Evaluate', { input: { channel, chaincode: 'goods', function: 'NoSuchFunction' } });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'EVALUATE_FAILED', retryable: false });
  });
});

describe('Ethereum', () => {
  test('ChainDetail', async () => {
    const data = await dataOf('ChainDetail', { chain: await idOf('settlement') });
    expect(data.chain?.chainId).toBe('31337');
    expect(data.chain?.blocks.edges).toHaveLength(5);
    expect(Number(data.chain?.gas?.baseFee)).toBeGreaterThanOrEqual(0);
  });

  test('EthereumTransactionDetail: a decoded call with its token transfers, and a revert with its reason', async () => {
    const chain = await idOf('settlement');
    const details: NonNullable<NonNullable<Data<'EthereumTransactionDetail'>['chain']>['transaction']>[] = [];
    for (const { hash } of await someTransactions(chain)) {
      const found = (await dataOf('EthereumTransactionDetail', { chain, hash })).chain?.transaction;
      if (found != null) details.push(found);
    }
    expect(details.some(({ method, tokenTransfers }) => method !== null && tokenTransfers.length > 0)).toBe(true);
    const failed = details.filter(({ outcome }) => outcome === 'FAILED');
    expect(failed.length).toBeGreaterThan(0);
    for (const { revertReason } of failed) expect(revertReason).toEqual(expect.any(String));
  });

  test('AccountDetail: a member with its tokens, at the head and at a block; a contract that is read', async () => {
    const chain = await idOf('settlement');
    const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
    const now = await dataOf('AccountDetail', { chain, address, block: null });
    expect(now.chain?.account).toMatchObject({ address, member: { id: 'member/harvest' } });
    expect(now.chain?.account?.tokenBalances?.length).toBeGreaterThan(0);
    const before = await dataOf('AccountDetail', {
      chain,
      address: address.toLowerCase(),
      block: '0',
    });
    expect(BigInt(before.chain?.account?.balance ?? 0)).toBeGreaterThan(BigInt(now.chain?.account?.balance ?? 0));
    const token = world.dev.ethereum.contracts.SettlementToken?.address ?? '';
    const contract = await dataOf('AccountDetail', { chain, address: token, block: null });
    expect(contract.chain?.contract?.name).toBe('SettlementToken');
    expect(contract.chain?.contract?.read?.[0]?.value).toEqual(expect.any(String));
  });
});

describe('an operator', () => {
  test('verify finds nothing while Parley runs', async () => {
    const { code, output } = await parley('verify', '--config', world.dev.parley.config);
    expect([code, output]).toEqual([0, expect.stringContaining('nothing differs')]);
  });

  test('doctor finds nothing to fix', async () => {
    const { code, output } = await parley('doctor', '--config', world.dev.parley.config);
    expect([code, output]).toEqual([0, expect.stringContaining('Nothing to fix.')]);
  });

  test('extensions.sources names every ledger, and each is fresh', async () => {
    const answer = await eventually('fresh sources', async () => {
      const one = await ask(world.dev.parley.url, '{ ledgers { id } }');
      const sources = one.extensions?.sources as readonly { stale: boolean }[] | undefined;
      return sources?.length === 3 && sources.every(({ stale }) => !stale) ? sources : null;
    });
    expect(answer).toHaveLength(3);
  });
});
