import { readdirSync, readFileSync } from 'node:fs';

const TASKS = '/proc/self/task';
/** Less than this is not worth a word. */
const WORTH_TELLING_SECONDS = 0.05;

interface Times {
  readonly name: string;
  readonly ranNs: number;
  /** Ready, but without a core: others had them all. */
  readonly readyNs: number;
}

/**
 * Where the threads of this process have been since this was made: on a core, or ready without one; the rest of the time they waited for
 * work. Only Linux tells (its `schedstat`), and only of threads that still live.
 */
export class ThreadTimes {
  private readonly startedMs = performance.now();
  private readonly before = read();

  /** One line, threads of one name together; null where nobody tells. */
  tell(): string | null {
    const seconds = (performance.now() - this.startedMs) / 1_000;
    const byName = new Map<string, { count: number; ran: number; ready: number }>();
    for (const [id, { name, ranNs, readyNs }] of read()) {
      const { ranNs: ranBefore = 0, readyNs: readyBefore = 0 } = this.before.get(id) ?? {};
      const sum = byName.get(name) ?? { count: 0, ran: 0, ready: 0 };
      sum.count += 1;
      sum.ran += (ranNs - ranBefore) / 1e9;
      sum.ready += (readyNs - readyBefore) / 1e9;
      byName.set(name, sum);
    }
    const busy = [...byName].filter(([, { ran }]) => ran > WORTH_TELLING_SECONDS).sort(([, a], [, b]) => b.ran - a.ran);
    if (busy.length === 0) return null;
    const told = busy.map(
      ([name, { count, ran, ready }]) =>
        `${name} (${count}) ${ran.toFixed(2)} s, ready without a core ${ready.toFixed(2)} s`,
    );
    return `in ${seconds.toFixed(2)} s ran: ${told.join('; ')}`;
  }
}

function read(): ReadonlyMap<string, Times> {
  const times = new Map<string, Times>();
  for (const id of tasks()) {
    const stat = textOf(id, 'schedstat');
    const name = textOf(id, 'comm');
    if (stat === null || name === null) continue;
    const [ranNs = 0, readyNs = 0] = stat.split(' ').map(Number);
    times.set(id, { name: name.trim(), ranNs, readyNs });
  }
  return times;
}

function tasks(): readonly string[] {
  return process.platform === 'linux' ? readdirSync(TASKS) : [];
}

/** Null for a thread that has ended meanwhile. */
function textOf(id: string, file: string): string | null {
  try {
    return readFileSync(`${TASKS}/${id}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
