import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithBench } from '../temporary.js';
import type { FromClient, Subscribe, ToClient } from './messages.js';

export interface Deliveries {
  readonly blocks: Float64Array;
  readonly times: Float64Array;
}
export interface Counted {
  readonly count: number;
  readonly bytes: number;
  readonly ended: number;
  readonly firstEnd: string;
}

/** Subscribers in processes of their own. */
export interface Fleet {
  /** Opens so many more subscribers, shared out evenly; each of its own member where members are given. */
  open(url: string, count: number, subscription: Subscribe, members?: readonly string[]): Promise<void>;
  counted(): Promise<Counted>;
  /** What came since the last time. */
  take(): Promise<Deliveries>;
  close(): Promise<void>;
}

const CLIENT = fileURLToPath(new URL('./client.js', import.meta.url));

export function startFleet(processes: number): Fleet {
  const children = Array.from({ length: processes }, () => endWithBench(fork(CLIENT, { serialization: 'advanced' })));
  const ask = <K extends FromClient['kind']>(kind: K, messages: readonly ToClient[]) =>
    Promise.all(children.map((child, i) => answer(child, messages[i % messages.length] ?? { kind: 'count' }, kind)));
  return {
    async open(url, count, subscription, members) {
      const each = Math.ceil(count / processes);
      const messages = children.map((_, i): ToClient => {
        const [from, to] = [i * each, Math.min((i + 1) * each, count)];
        return { kind: 'open', url, count: to - from, subscription, members: members?.slice(from, to) ?? null };
      });
      await ask('opened', messages);
    },
    async counted() {
      const all = await ask('counted', [{ kind: 'count' }]);
      const sum = (key: 'count' | 'bytes' | 'ended'): number => all.reduce((total, one) => total + one[key], 0);
      const firstEnd = all.map((one) => one.firstEnd).find((text) => text !== '') ?? '';
      return { count: sum('count'), bytes: sum('bytes'), ended: sum('ended'), firstEnd };
    },
    async take() {
      const all = await ask('taken', [{ kind: 'take' }]);
      return { blocks: joined(all.map(({ blocks }) => blocks)), times: joined(all.map(({ times }) => times)) };
    },
    async close() {
      const gone = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of children) child.send({ kind: 'close' } satisfies ToClient);
      await Promise.all(gone);
    },
  };
}

function answer<K extends FromClient['kind']>(
  child: ChildProcess,
  message: ToClient,
  kind: K,
): Promise<Extract<FromClient, { kind: K }>> {
  return new Promise((resolve, reject) => {
    child.once('message', (said: FromClient) => {
      if (said.kind === kind) resolve(said as Extract<FromClient, { kind: K }>);
      else reject(new Error(said.kind === 'failed' ? said.reason : `a client said ${said.kind}`));
    });
    child.send(message);
  });
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
