import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { parse, subscribe } from 'graphql';
import { StreamBroken, type StreamPosition } from '../../../../src/feed/feed.js';
import { createExecutor } from '../../../../src/gateway/execute/executor.js';
import { createTimelineSubgraph } from '../../../../src/subgraphs/index.js';
import type { StreamBinding } from '../../../../src/subgraphs/streamBinding.js';
import { openStreamCursor, sealStream } from '../../../../src/subgraphs/streamCursor.js';
import { operations } from '../../../support/operations.js';
import { read, sourceOf } from '../streaming.js';
import type { GraphWorld } from '../world.js';

interface BlockChange {
  readonly kind: string;
  readonly confirmation: string;
  readonly position: { readonly block: string; readonly blockHash: string };
  readonly block: { readonly id: string; readonly hash: string; readonly confirmation?: string };
}
interface TransactionChange {
  readonly kind: string;
  readonly confirmation: string;
  readonly position: { readonly blockHash: string; readonly transaction: number };
  readonly transaction: {
    readonly id: string;
    readonly confirmation: string;
    readonly block: { readonly hash: string };
    readonly events: object;
  };
}

const BLOCKS = `subscription ($ledgers: [ID!], $after: Cursor, $minConfirmation: Confirmation, $kinds: [ChangeKind!]) {
  blockAdded(ledgers: $ledgers, after: $after, minConfirmation: $minConfirmation, kinds: $kinds) {
    cursor kind confirmation position { block blockHash transaction event } block { id hash confirmation } } }`;
const TRANSACTIONS = `subscription ($filter: TransactionFilter, $after: Cursor) { transactionAdded(filter: $filter, after: $after) {
  kind confirmation position { blockHash transaction } transaction { id confirmation block { hash } events { edges { node { id } } } } } }`;
const EVENTS = `subscription ($filter: LedgerEventFilter, $after: Cursor) { eventEmitted(filter: $filter, after: $after) {
  kind position { transaction event } event { id position { transaction index } } } }`;

interface Grown {
  readonly id: string;
  readonly transactions: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
}

/** The number of the chain's next block. */
async function nextNumber(world: GraphWorld): Promise<number> {
  const { ledger } = await world.ask<{ ledger: { height: string } }>(
    'query ($id: ID!) { ledger(id: $id) { height } }',
    {
      id: world.chain,
    },
  );
  return Number(ledger.height) + 1;
}

/** The cursor before anything: every item follows. */
const beginning = (world: GraphWorld, binding: StreamBinding): string =>
  sealStream(world.context(), binding, new Map());

const codeOf = async (run: () => Promise<unknown>): Promise<unknown> =>
  run().then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

export function streams(world: () => GraphWorld): void {
  describe('streams', () => {
    const operation = (name: string): string => {
      const document = operations().get(name);
      if (document === undefined) throw new Error(`schema/operations has no ${name}`);
      return document;
    };

    test('of blocks: the operation as published, from the first block, with cursor, place and payload', async () => {
      const { channel, blocks } = world();
      const binding = { field: 'blockAdded', filter: { ledgers: [channel] } } as const;
      const after = beginning(world(), binding);
      const stream = await read<BlockChange & { cursor: string; ledger: object }>(world(), operation('Blocks'), {
        ...{ ledgers: [channel], after },
      });
      const told = await stream.next(blocks.length);
      stream.close();
      expect(told.map(({ data }) => data.block.hash)).toEqual(blocks.map(({ hash }) => hash));
      expect(new Set(told.map(({ data }) => `${data.kind} ${data.confirmation}`))).toEqual(new Set(['APPENDED FINAL']));
      for (const [at, { data, cursor }] of told.entries()) {
        expect(data).toMatchObject({
          ledger: { id: channel, name: 'trade' },
          position: { block: String(at), blockHash: data.block.hash },
          block: { __typename: 'FabricBlock', id: `${channel}/block/${at}`, channel: { name: 'trade' } },
        });
        expect(data.cursor).toBe(cursor);
      }
      const half = await read<BlockChange>(world(), operation('Blocks'), {
        ledgers: [channel],
        after: told[19]?.cursor,
      });
      expect((await half.next(blocks.length - 20)).map(({ data }) => data.block.id)).toEqual(
        told.slice(20).map(({ data }) => data.block.id),
      );
      expect(await half.rest()).toEqual([]);
      half.close();
    });

    test('of transactions and of events: the operations as published agree with the lists of the same filters', async () => {
      const cases = [
        [
          'Transactions',
          'transactionAdded',
          'transactions',
          'TransactionFilter',
          { ledgers: [world().channel], outcome: 'FAILED' },
        ],
        [
          'Transactions',
          'transactionAdded',
          'transactions',
          'TransactionFilter',
          { addresses: [world().busy.accounts[2] ?? ''] },
        ],
        [
          'Transactions',
          'transactionAdded',
          'transactions',
          'TransactionFilter',
          { members: ['member/harvest'], ledgers: [world().channel] },
        ],
        ['LedgerEvents', 'eventEmitted', 'events', 'LedgerEventFilter', { chaincodes: ['assets'] }],
        ['LedgerEvents', 'eventEmitted', 'events', 'LedgerEventFilter', { names: ['Moved'], ledgers: [world().chain] }],
      ] as const;
      for (const [name, field, list, filterType, filter] of cases) {
        const page = await world().ask<{ page: { edges: { node: { id: string } }[] } }>(
          `query ($filter: ${filterType}) { page: ${list}(first: 100, filter: $filter, orderBy: { field: POSITION, direction: ASC }) { edges { node { id } } } }`,
          { filter },
        );
        const ids = page.page.edges.map(({ node }) => node.id);
        expect(ids.length).toBeGreaterThan(0);
        const after = beginning(world(), { field, filter });
        const stream = await read<Record<string, { id: string }>>(world(), operation(name), { filter, after });
        const told = await stream.next(ids.length);
        stream.close();
        expect(told.slice(0, 100).map(({ data }) => (data['transaction'] ?? data['event'])?.id)).toEqual(ids);
      }
    });

    test('go on where a page was read, with the filter that a client writes, for every list that says so', async () => {
      const { channel, chain, busy } = world();
      const [, account = ''] = busy.accounts;
      const found = await world().ask<{
        transactions: { edges: { node: { id: string; block: { number: string } } }[] };
      }>(
        'query ($filter: TransactionFilter) { transactions(first: 1, filter: $filter) { edges { node { id block { number } } } } }',
        { filter: { ledgers: [chain] } },
      );
      const [newest] = found.transactions.edges;
      const number = newest?.node.block.number ?? '';
      const inBlock = { ledgers: [chain], range: { from: number, to: number } };
      const node = (id: string, type: string, inner: string): string =>
        `{ found: node(id: "${id}") { ... on ${type} { page: ${inner} { streamCursor } } } }`;
      const pages: readonly (readonly [string, string, object])[] = [
        [`{ page: blocks(filter: { ledgers: ["${chain}"] }) { streamCursor } }`, BLOCKS, { ledgers: [chain] }],
        [`{ page: blocks { streamCursor } }`, BLOCKS, {}],
        [`{ found: chain(by: { id: "${chain}" }) { page: blocks { streamCursor } } }`, BLOCKS, { ledgers: [chain] }],
        [
          `{ found: channel(by: { id: "${channel}" }) { page: blocks { streamCursor } } }`,
          BLOCKS,
          { ledgers: [channel] },
        ],
        ['{ page: transactions { streamCursor } }', TRANSACTIONS, {}],
        [
          `{ page: transactions(filter: { addresses: ["${account.toLowerCase()}"], confirmation: [CONFIRMED] }) { streamCursor } }`,
          TRANSACTIONS,
          { filter: { addresses: [account] } },
        ],
        [
          node(`${chain}/account/${account}`, 'Account', 'transactions'),
          TRANSACTIONS,
          { filter: { ledgers: [chain], addresses: [account] } },
        ],
        [node('member/harvest', 'Member', 'transactions'), TRANSACTIONS, { filter: { members: ['member/harvest'] } }],
        [
          node('member/harvest', 'Member', `transactions(filter: { ledgers: ["${chain}"] })`),
          TRANSACTIONS,
          { filter: { ledgers: [chain], members: ['member/harvest'] } },
        ],
        [
          `{ found: block(by: { number: { ledger: "${chain}", number: ${number} } }) { page: transactions { streamCursor } } }`,
          TRANSACTIONS,
          { filter: inBlock },
        ],
        ['{ page: events { streamCursor } }', EVENTS, { filter: null }],
        [node(newest?.node.id ?? '', 'Transaction', 'events'), EVENTS, { filter: inBlock }],
        [node(newest?.node.id ?? '', 'EthereumTransaction', 'logs'), EVENTS, { filter: inBlock }],
        [
          node(`${channel}/chaincode/assets`, 'Chaincode', 'events'),
          EVENTS,
          { filter: { chaincodes: ['assets'], ledgers: [channel] } },
        ],
        [
          node(`${chain}/contract/${busy.token.address}`, 'Contract', 'events'),
          EVENTS,
          { filter: { ledgers: [chain], addresses: [busy.token.address] } },
        ],
      ];
      const before = await Promise.all(
        pages.map(async ([query]) => {
          type Page = { readonly streamCursor: string };
          const data = await world().ask<{ page?: Page; found?: { page: Page } }>(query);
          return (data.page ?? data.found?.page)?.streamCursor ?? '';
        }),
      );
      const from = await nextNumber(world());
      await world().grow(2);
      const tips = await world().ask<{ blocks: { edges: { node: Grown }[] } }>(
        `query ($filter: BlockFilter) { blocks(filter: $filter, orderBy: { field: POSITION, direction: ASC }) { edges { node {
          id transactions { edges { node { id } } } } } } }`,
        { filter: { ledgers: [chain], range: { from } } },
      );
      const grown = tips.blocks.edges.map(({ node: block }) => block);
      expect(grown.length).toBeGreaterThan(1);
      for (const [at, [query, subscription, variables]] of pages.entries()) {
        const stream = await read<{ block?: { id: string }; transaction?: { id: string } }>(world(), subscription, {
          ...variables,
          after: before[at],
        });
        const told = await stream.rest();
        stream.close();
        // What was mined since the page, where the filter lets it through: an account that got something in each block.
        const ids = told.map(({ data }) => data.block?.id ?? data.transaction?.id);
        const ofBlock = /range/.test(JSON.stringify(variables)) || /channel\(/.test(query) || subscription === EVENTS;
        const expected =
          subscription === BLOCKS
            ? grown.map(({ id }) => id)
            : grown.flatMap(({ transactions }) => transactions.edges.map(({ node: one }) => one.id));
        expect({ query, ids }).toEqual({ query, ids: ofBlock ? [] : expected });
      }
    });

    test('take back what a reorg takes back, newest first, as it was, and go on with what replaced it', async () => {
      const { chain } = world();
      await world().grow(2);
      const page = await world().ask<{ blocks: { streamCursor: string } }>(
        'query ($filter: BlockFilter) { blocks(filter: $filter, first: 1) { streamCursor } }',
        { filter: { ledgers: [chain] } },
      );
      const blocks = await read<BlockChange>(world(), BLOCKS, { ledgers: [chain], after: page.blocks.streamCursor });
      const seen = await read<TransactionChange>(world(), TRANSACTIONS, { filter: { ledgers: [chain] } });
      await world().grow(2);
      const appended = await blocks.rest();
      const told = await seen.rest();
      await world().reorg();
      const after = await blocks.rest();
      const back = after.filter(({ data }) => data.kind === 'RETRACTED');
      expect(back).toHaveLength(2);
      expect(after.slice(0, 2)).toEqual(back);
      expect(back.map(({ data }) => data.block.hash)).toEqual(
        appended
          .map(({ data }) => data.block.hash)
          .slice(-2)
          .toReversed(),
      );
      for (const { data } of after) {
        expect(data.position.blockHash).toBe(data.block.hash);
        expect(data.block.confirmation).toBe(data.confirmation);
        expect(data.confirmation === 'RETRACTED').toBe(data.kind === 'RETRACTED');
      }
      // A transaction is taken back as it was, in its old block, although its hash finds the one that was mined again.
      const taken = (await seen.rest()).filter(({ data }) => data.kind === 'RETRACTED');
      const hashes = new Set(back.map(({ data }) => data.block.hash));
      const were = told.filter(({ data }) => hashes.has(data.position.blockHash)).toReversed();
      expect(were.length).toBeGreaterThan(0);
      expect(taken.map(({ data }) => data.transaction)).toEqual(
        were.map(({ data }) => ({ ...data.transaction, confirmation: 'RETRACTED' })),
      );
      // Away during the reorg, with the cursor of before: the same.
      const away = await read<BlockChange>(world(), BLOCKS, { ledgers: [chain], after: appended.at(-1)?.cursor });
      expect((await away.rest()).map(({ data }) => data)).toEqual(
        after.map(({ data }) => ({ ...data, cursor: expect.any(String) })),
      );
      for (const stream of [blocks, seen, away]) stream.close();
    });

    test('a block of a stream costs no statement of its own', async () => {
      const { channel } = world();
      const document =
        'subscription ($after: Cursor, $ledgers: [ID!]) { blockAdded(after: $after, ledgers: $ledgers) { cursor kind position { block } block { id number hash timestamp transactionCount ... on FabricBlock { dataHash } } } }';
      const after = beginning(world(), { field: 'blockAdded', filter: { ledgers: [channel] } });
      const source = await sourceOf(world(), document, { after, ledgers: [channel] }, world().context());
      const stream = await source.resume();
      const { items } = await stream.next(AbortSignal.timeout(60_000));
      stream.close();
      const before = world().store.statements;
      const executor = createExecutor(world().schema, { compileFrom: 1 });
      const context = world().context();
      const parsed = parse(document);
      const results = await Promise.all(
        items.map(({ value }) => executor({ document: parsed, variables: {}, context, rootValue: value })),
      );
      expect(results.length).toBeGreaterThan(0);
      expect(results.every(({ errors }) => errors === undefined)).toBe(true);
      expect(world().store.statements).toBe(before);
    });

    test('of a subgraph alone are iterated as GraphQL says, and end when they are left', async () => {
      const { channel } = world();
      const after = beginning(world(), { field: 'blockAdded', filter: { ledgers: [channel] } });
      const timeline = createTimelineSubgraph();
      const document = parse(
        'subscription ($after: Cursor, $ledgers: [ID!]) { blockAdded(after: $after, ledgers: $ledgers) { kind block { id } } }',
      );
      const results = await subscribe({
        ...{ schema: timeline.schema, document, contextValue: world().context() },
        variableValues: { after, ledgers: [channel] },
      });
      if (!(Symbol.asyncIterator in results)) throw new AggregateError(results.errors ?? []);
      const seen: unknown[] = [];
      for await (const { data } of results) {
        seen.push(data?.['blockAdded']);
        if (seen.length === 3) break;
      }
      expect(seen).toEqual([0, 1, 2].map((at) => ({ kind: 'APPENDED', block: { id: `${channel}/block/${at}` } })));
      expect(await results.next()).toEqual({ done: true, value: undefined });
      const live = await sourceOf(world(), BLOCKS, {}, world().context());
      const iterator = live[Symbol.asyncIterator]();
      const waiting = iterator.next();
      await setTimeout(20);
      await iterator.return?.();
      expect(await waiting).toEqual({ done: true, value: undefined });
    });

    test('are refused with the reason', async () => {
      const { channel, chain } = world();
      const open = (document: string, variables: object, ledgers?: readonly (typeof channel)[]) =>
        codeOf(() =>
          sourceOf(world(), document, { ...variables }, world().context(ledgers === undefined ? {} : { ledgers })),
        );
      const after = beginning(world(), { field: 'blockAdded', filter: { ledgers: [channel] } });
      expect(await open(BLOCKS, { ledgers: [channel], after })).toBeUndefined();
      expect(await open(BLOCKS, { ledgers: [channel, channel], after })).toBeUndefined();
      expect(await open(BLOCKS, { ledgers: [chain], after })).toBe('CURSOR_INVALID');
      expect(await open(BLOCKS, { after })).toBe('CURSOR_INVALID');
      expect(await open(TRANSACTIONS, { filter: { ledgers: [channel] }, after })).toBe('CURSOR_INVALID');
      expect(
        await open(BLOCKS, {
          ledgers: [channel],
          after: `${after.slice(0, 40)}${after[40] === 'A' ? 'B' : 'A'}${after.slice(41)}`,
        }),
      ).toBe('CURSOR_INVALID');
      expect(await open(BLOCKS, { ledgers: [channel], after: 'nonsense' })).toBe('CURSOR_INVALID');
      expect(await open(BLOCKS, { minConfirmation: 'PENDING' })).toBe('INPUT_INVALID');
      expect(await open(BLOCKS, { minConfirmation: 'RETRACTED' })).toBe('INPUT_INVALID');
      expect(await open(BLOCKS, { kinds: [] })).toBe('INPUT_INVALID');
      expect(await open(BLOCKS, { ledgers: ['trade'] })).toBe('ID_INVALID');
      expect(await open(TRANSACTIONS, { filter: { confirmation: ['RETRACTED'] } })).toBe('INPUT_INVALID');
      const page = await world().ask<{ blocks: { streamCursor: string } }>('{ blocks { streamCursor } }');
      expect(await open(BLOCKS, { after: page.blocks.streamCursor })).toBeUndefined();
      expect(await open(BLOCKS, { after: page.blocks.streamCursor }, [channel])).toBe('CURSOR_INVALID');
    });

    test('that cannot go on say where to resume, in a cursor that does', async () => {
      const { chain } = world();
      await world().grow(2);
      const binding = { field: 'blockAdded', filter: { ledgers: [chain] } } as const;
      const page = await world().ask<{ blocks: { streamCursor: string } }>(
        'query ($filter: BlockFilter) { blocks(filter: $filter, first: 1) { streamCursor } }',
        { filter: { ledgers: [chain] } },
      );
      const { position } = openStreamCursor(world().context(), binding, page.blocks.streamCursor);
      const at = position.get(chain);
      if (at?.block == null) throw new Error('The page was read at a block');
      // A client of an index that saw another last block than this one.
      const elsewhere: StreamPosition = new Map([
        [
          chain,
          {
            ...at,
            block: { ...at.block, hash: `0x${'ab'.repeat(32)}` },
            recent: [...at.recent.slice(0, -1), 'ab'.repeat(8)],
          },
        ],
      ]);
      const after = sealStream(world().context(), binding, elsewhere);
      const opened = read<BlockChange>(world(), BLOCKS, { ledgers: [chain], after }).then((stream) => stream.next(1));
      const error = await opened.then(
        () => undefined,
        (refused: unknown) => refused,
      );
      expect(error).toMatchObject({ code: 'RESYNC_REQUIRED', cursor: expect.any(String) });
      expect(error).not.toBeInstanceOf(StreamBroken);
      const resumed = await read<BlockChange>(world(), BLOCKS, {
        ledgers: [chain],
        after: (error as { cursor: string }).cursor,
      });
      const [next] = await resumed.next(1);
      expect(next?.data.block.hash).not.toBe(elsewhere.get(chain)?.block?.hash);
      expect(Number(next?.data.position.block)).toBe(at.block.number);
      resumed.close();
    });
  });
}
