import { describe, expect, test } from '@jest/globals';
import type { NodeHealthState, NodeHealthWatch } from '../../../../src/subgraphs/context.js';
import { sealStream } from '../../../../src/subgraphs/streamCursor.js';
import { operations } from '../../../support/operations.js';
import { read } from '../streaming.js';
import type { GraphWorld } from '../world.js';

interface Change {
  readonly change: string;
  readonly kind: string;
  readonly at: string;
  readonly membership: {
    readonly id: string;
    readonly nativeId: string;
    readonly status: string;
    readonly role: string;
  };
  readonly cause: { readonly __typename: string; readonly id: string } | null;
}
interface HealthChange {
  readonly before: string;
  readonly at: string;
  readonly node: { readonly id: string; readonly health: string; readonly role: string };
}

/** Nodes whose health a test decides. */
class Watch implements NodeHealthWatch {
  changes = 0;
  readonly #states = new Map<string, NodeHealthState>();
  readonly #past: (readonly NodeHealthState[])[] = [[]];
  readonly #waiting = new Set<() => void>();

  set(state: NodeHealthState): void {
    this.#states.set(state.node, state);
    this.changes += 1;
    this.#past.push([...this.#states.values()]);
    this.#waiting.forEach((wake) => wake());
  }

  current(scope: { readonly ledgers: readonly string[] }): readonly NodeHealthState[] {
    return this.at(this.changes, scope);
  }

  at(changes: number, { ledgers }: { readonly ledgers: readonly string[] }): readonly NodeHealthState[] {
    return (this.#past[changes] ?? []).filter((state) => state.ledgers.some((ledger) => ledgers.includes(ledger)));
  }

  async changed(after: number, signal: AbortSignal): Promise<number> {
    while (this.changes === after && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      this.#waiting.clear();
    }
    return this.changes;
  }
}

export function partyStreams(world: () => GraphWorld): void {
  const operation = (name: string): string => operations().get(name) ?? '';

  describe('changes of membership', () => {
    const beginning = (): string =>
      sealStream(world().context(), { field: 'membershipChanged', filter: {} }, new Map());

    test('are those of the config blocks, in order, each with the standing that it led to and its block', async () => {
      const { channel, blocks } = world();
      const expected = blocks.flatMap((block) =>
        (block.config?.memberships ?? []).map(({ mspId, role, change }) => ({
          change,
          kind: 'APPENDED',
          at: new Date(block.timestampMs ?? 0).toISOString(),
          membership: expect.objectContaining({ nativeId: mspId, role, recordedOn: { id: channel, name: 'trade' } }),
          cause: { __typename: 'FabricBlock', id: `${channel}/block/${block.number}` },
        })),
      );
      expect(expected.length).toBeGreaterThan(4);
      const withTime = operation('MembershipChanges').replace('cause {', 'at cause {');
      const stream = await read<Change>(world(), withTime, {
        ...{ network: 'network/harbour', after: beginning() },
      });
      const told = await stream.next(expected.length);
      expect(told.map(({ data }) => data)).toMatchObject(expected);
      const third = told.filter(({ data }) => data.membership.nativeId === 'Org3MSP');
      expect(third.map(({ data }) => [data.change, data.membership.status])).toEqual([
        ['JOINED', 'ACTIVE'],
        ['REMOVED', 'REMOVED'],
      ]);
      // The same thing as the membership that is asked for by its id.
      const { nodes } = await world().ask<{ nodes: ({ nativeId: string; role: string } | null)[] }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Membership { nativeId role } } }',
        { ids: told.map(({ data }) => data.membership.id) },
      );
      expect(nodes).toEqual(
        told.map(({ data: { membership } }) => ({ nativeId: membership.nativeId, role: membership.role })),
      );
      expect(await stream.rest()).toEqual([]);
      stream.close();
      const later = await read<Change>(world(), withTime, { after: told[2]?.cursor });
      expect((await later.rest()).map(({ data }) => data)).toEqual(told.slice(3).map(({ data }) => data));
      later.close();
    });

    test('are also those of the configuration, told to who resumes with another one', async () => {
      const { chain, busy } = world();
      const [, first = '', second = ''] = busy.accounts;
      const now = {
        ...world().people,
        members: [
          { id: 'harvest', name: 'Harvest Co-op', mspIds: ['Org1MSP'], accounts: [{ ledger: chain, address: second }] },
        ],
      };
      const before = await read<Change>(world(), operation('MembershipChanges'));
      const cursor = before.stream.cursor();
      before.close();
      const context = world().context({ people: now });
      const stream = await read<Change>(world(), operation('MembershipChanges'), { after: cursor }, context);
      const told = await stream.next(2);
      expect(
        told.map(({ data }) => [data.change, data.membership.nativeId, data.membership.status, data.cause]),
      ).toEqual([
        ['REMOVED', first, 'REMOVED', null],
        ['JOINED', second, 'ACTIVE', null],
      ]);
      expect(await stream.rest()).toEqual([]);
      stream.close();
      for (const [at, left] of [1, 0].entries()) {
        const again = await read<Change>(world(), operation('MembershipChanges'), { after: told[at]?.cursor }, context);
        expect(await again.rest(100)).toHaveLength(left);
        again.close();
      }
    });

    test('of another network are refused', async () => {
      const opened = read(world(), operation('MembershipChanges'), { network: 'network/elsewhere' });
      await expect(opened).rejects.toMatchObject({ code: 'ID_INVALID' });
    });
  });

  describe('changes of nodes', () => {
    const state = (node: string, health: NodeHealthState['health'], ledger = world().channel): NodeHealthState => ({
      ...{ node, health, ledgers: [ledger], sinceMs: Date.UTC(2026, 0, 1) },
    });

    test('are told live, with what was before, and to who resumes only where they differ', async () => {
      const health = new Watch();
      const context = world().context({ health });
      const [peer, other, gone] = [
        'node/peer/Org1MSP/a:1',
        'node/peer/Org1MSP/b:1',
        'node/orderer/Ordering1MSP/c:1',
      ] as const;
      health.set(state(peer, 'HEALTHY'));
      health.set(state(gone, 'HEALTHY', world().chain));
      const stream = await read<HealthChange>(world(), operation('NodeHealth'), {}, context);
      health.set(state(peer, 'UNREACHABLE'));
      health.set(state(other, 'LAGGING'));
      const told = await stream.next(2);
      expect(told.map(({ data }) => [data.node.id, data.before, data.node.health, data.node.role])).toEqual([
        [peer, 'HEALTHY', 'UNREACHABLE', 'PEER'],
        [other, 'UNKNOWN', 'LAGGING', 'PEER'],
      ]);
      expect(told[0]?.data.at).toBe('2026-01-01T00:00:00.000Z');
      const cursor = told[1]?.cursor;
      health.set(state(peer, 'HEALTHY'));
      health.set(state(peer, 'UNREACHABLE'));
      health.set(state(gone, 'UNREACHABLE', world().chain));
      const resumed = await read<HealthChange>(world(), operation('NodeHealth'), { after: cursor }, context);
      expect((await resumed.rest()).map(({ data }) => [data.node.id, data.before, data.node.health])).toEqual([
        [gone, 'HEALTHY', 'UNREACHABLE'],
      ]);
      const blind = world().context({ health, ledgers: [world().channel] });
      const half = await read<HealthChange>(world(), operation('NodeHealth'), { after: cursor }, blind);
      expect(await half.rest()).toEqual([]);
      for (const one of [stream, resumed, half]) one.close();
    });

    test('are told one by one, so that who joins between two of them is left with nothing stale', async () => {
      const health = new Watch();
      const context = world().context({ health });
      const peer = 'node/peer/Org1MSP/a:1';
      health.set(state(peer, 'HEALTHY'));
      const live = await read<HealthChange>(world(), operation('NodeHealth'), {}, context);
      const after = live.stream.cursor();
      health.set(state(peer, 'UNREACHABLE'));
      const joins = await read<HealthChange>(world(), operation('NodeHealth'), { after }, context);
      const { signal } = new AbortController();
      const joined = await joins.stream.next(signal);
      health.set(state(peer, 'HEALTHY'));
      const told = await live.stream.next(signal);
      const shown = told.items.map(({ value, sequence }) => [(value as { before: string }).before, sequence]);
      expect([joined.items.length, joined.through]).toEqual([1, 2]);
      expect(shown).toEqual([
        ['HEALTHY', 2],
        ['UNREACHABLE', 3],
      ]);
      expect(told.view).toBe(joined.view);
      for (const one of [live, joins]) one.close();
    });
  });
}
