import { describe, expect, test } from '@jest/globals';
import { openStreamCursor } from '../../../../src/subgraphs/streamCursor.js';
import type { GraphWorld } from '../world.js';

interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string;
    readonly startCursor: string;
  };
  readonly streamCursor: string;
}

const FIELDS =
  'edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } streamCursor';
const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: TransactionFilter, $orderBy: TransactionOrder) {
  list: transactions(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) { ${FIELDS} } }`;

export function pages(world: () => GraphWorld): void {
  describe('pages', () => {
    const read = async (variables: Record<string, unknown>): Promise<Connection> =>
      (await world().ask<{ list: Connection }>(PAGE, variables)).list;
    const idsOf = ({ edges }: Connection): string[] => edges.map(({ node }) => node.id);
    const code = async (variables: Record<string, unknown>): Promise<unknown> => {
      const { errors } = await world().run(PAGE, variables);
      return (errors?.[0]?.originalError as { code?: string } | undefined)?.code;
    };

    test('have one cursor for a place, whoever says it', async () => {
      const { edges, pageInfo } = await read({ first: 3 });
      expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges[0]?.cursor, edges.at(-1)?.cursor]);
      const next = await read({ first: 3, after: pageInfo.endCursor });
      const back = await read({ last: 3, before: next.pageInfo.startCursor });
      expect(back.edges).toEqual(edges);
    });

    test('follow each other forward through everything, once each, while blocks arrive', async () => {
      const filters = [
        undefined,
        { ledgers: [world().channel] },
        { members: ['member/harvest'] },
        { outcome: 'FAILED' },
      ];
      for (const filter of filters) {
        const whole = await read({ first: 100, filter });
        const seen: string[] = [];
        let page = await read({ first: 7, filter });
        for (let rounds = 0; rounds < 30; rounds += 1) {
          seen.push(...idsOf(page));
          if (!page.pageInfo.hasNextPage) break;
          if (rounds === 1) await world().grow(1);
          page = await read({ first: 7, after: page.pageInfo.endCursor, filter });
          expect(page.pageInfo.hasPreviousPage).toBe(true);
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.slice(0, 100)).toEqual(idsOf(whole));
      }
    });

    test('go back the way they came', async () => {
      const first = await read({ first: 5 });
      const second = await read({ first: 5, after: first.pageInfo.endCursor });
      const back = await read({ last: 5, before: second.pageInfo.startCursor });
      expect(idsOf(back)).toEqual(idsOf(first));
      expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    });

    test('are read from the end, and in the other order', async () => {
      const oldest = await read({ first: 5, orderBy: { field: 'TIMESTAMP', direction: 'ASC' } });
      const last = await read({ last: 5 });
      expect(idsOf(last).toReversed()).toEqual(idsOf(oldest));
      expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
      const channel = await read({
        first: 3,
        filter: { ledgers: [world().channel] },
        orderBy: { field: 'POSITION', direction: 'ASC' },
      });
      expect(idsOf(channel)).toEqual([0, 1, 2].map((block) => `${world().channel}/tx/${block}.0`));
    });

    test('are refused where their arguments contradict each other or exceed the cap', async () => {
      const { pageInfo } = await read({ first: 2 });
      expect(await code({ first: 101 })).toBe('PAGE_INVALID');
      expect(await code({ first: -1 })).toBe('PAGE_INVALID');
      expect(await code({ first: 1, last: 1 })).toBe('PAGE_INVALID');
      expect(await code({ last: 1, after: pageInfo.endCursor })).toBe('PAGE_INVALID');
    });

    test("are refused with another list's cursor, another filter's, another order's, or a forged one", async () => {
      const { pageInfo, streamCursor } = await read({ first: 2 });
      const after = pageInfo.endCursor;
      expect(await code({ after, filter: { outcome: 'FAILED' } })).toBe('CURSOR_INVALID');
      expect(await code({ after, orderBy: { field: 'POSITION', direction: 'DESC' } })).toBe('CURSOR_INVALID');
      expect(await code({ after: streamCursor })).toBe('CURSOR_INVALID');
      const forged = `${after.slice(0, 40)}${after[40] === 'A' ? 'B' : 'A'}${after.slice(41)}`;
      expect(await code({ after: forged })).toBe('CURSOR_INVALID');
      expect(await code({ after: 'nonsense' })).toBe('CURSOR_INVALID');
      expect(await code({ after: '' })).toBe('CURSOR_INVALID');
      // The same filter in other words is the same filter.
      const spelt = { ledgers: null, outcome: null };
      expect(await code({ after, filter: spelt })).toBeUndefined();
      expect(await code({ after, first: 3 })).toBeUndefined();
    });

    test('say where a stream goes on: the heights that the first page saw, with their hashes', async () => {
      const filter = { chaincodes: ['assets'] };
      const first = await read({ first: 2, filter });
      await world().grow(1);
      const second = await read({ first: 2, after: first.pageInfo.endCursor, filter });
      const context = world().context();
      const open = (cursor: string, bound: object) =>
        openStreamCursor(context, { field: 'transactionAdded', filter: bound }, cursor).position;
      const position = open(first.streamCursor, filter);
      expect(open(second.streamCursor, filter)).toEqual(position);
      const tip = world().blocks.at(-1);
      const { number = 0, hash = '' } = tip ?? {};
      expect(position.get(world().channel)).toEqual({
        ...{ block: { number, hash }, through: null, final: number, finalThrough: 0 },
        recent: [hash.slice(0, 16)],
      });
      expect(() => open(first.streamCursor, {})).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
    });

    test('of one block and of one transaction are in their own order', async () => {
      const document = `query ($id: ID!, $after: String) { node(id: $id) { ... on Block { list: transactions(first: 15, after: $after) { totalCount ${FIELDS} } } } }`;
      const id = `${world().channel}/block/20`;
      const seen: string[] = [];
      let after: string | undefined;
      for (let more = true; more;) {
        const { node } = await world().ask<{ node: { list: Connection } }>(document, { id, after });
        seen.push(...idsOf(node.list));
        after = node.list.pageInfo.endCursor;
        more = node.list.pageInfo.hasNextPage;
      }
      expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => `${world().channel}/tx/20.${index}`));
      const { errors } = await world().run(document, { id: `${world().channel}/block/42`, after });
      expect(errors?.[0]?.originalError).toMatchObject({ code: 'CURSOR_INVALID' });
    });

    test("of a member's transactions are the union over its organisations and addresses", async () => {
      const document = `query ($after: String) { member(by: { id: "member/harvest" }) { list: transactions(first: 20, after: $after) { ${FIELDS} } } }`;
      const seen: string[] = [];
      let after: string | undefined;
      for (let more = true; more;) {
        const { member } = await world().ask<{ member: { list: Connection } }>(document, { after });
        seen.push(...idsOf(member.list));
        after = member.list.pageInfo.endCursor;
        more = member.list.pageInfo.hasNextPage;
      }
      const all: string[] = [];
      after = undefined;
      for (let more = true; more;) {
        const page: Connection = await read({ first: 100, after, filter: { members: ['member/harvest'] } });
        all.push(...idsOf(page));
        after = page.pageInfo.endCursor;
        more = page.pageInfo.hasNextPage;
      }
      expect(seen).toEqual(all);
      expect(seen.some((id) => id.startsWith('fabric:')) && seen.some((id) => id.startsWith('eip155:'))).toBe(true);
    });

    test('of filters agree with what the blocks hold', async () => {
      const count = async (filter: object): Promise<number> => (await read({ first: 100, filter })).edges.length;
      const transactions = world().blocks.flatMap((block) =>
        block.transactions.map((transaction) => ({ block, transaction })),
      );
      const { channel } = world();
      const conflicts = transactions.filter(({ transaction }) => transaction.outcome === 'FAILED').length;
      expect(await count({ ledgers: [channel], outcome: 'FAILED' })).toBe(conflicts);
      const transfers = transactions.filter(({ transaction }) => transaction.function === 'transfer').length;
      expect(await count({ ledgers: [channel], functions: ['transfer'] })).toBe(transfers);
      const inRange = transactions.filter(({ block }) => block.number >= 3 && block.number <= 9).length;
      expect(await count({ ledgers: [channel], range: { from: '3', to: '0x9' } })).toBe(inRange);
      expect(await count({ addresses: [world().busy.accounts[2]] })).toBeGreaterThan(0);
      expect(await count({ ledgers: [] })).toBe(0);
      expect(await count({ members: ['member/NobodyMSP'] })).toBe(0);
      expect(await count({ confirmation: ['PENDING'] })).toBe(0);
      expect(await code({ filter: { ledgers: ['trade'] } })).toBe('ID_INVALID');
      expect(await code({ filter: { members: ['harvest'] } })).toBe('ID_INVALID');
    });
  });
}
