import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 14;

/** Where the time of a process' busiest thread went: own time by function, the most first, as lines of text. */
export function profileLines(directory: string): string[] {
  const profiles = readdirSync(directory)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Profile);
  const summaries = profiles.map(summary).sort((a, b) => b.busyMs - a.busyMs);
  return summaries
    .slice(0, 2)
    .flatMap(({ busyMs, wholeMs, functions }) => [
      `a thread, busy ${(busyMs / 1000).toFixed(1)} s of ${(wholeMs / 1000).toFixed(1)} s:`,
      ...functions.slice(0, SHOWN).map(([name, ms]) => `  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${name}`),
    ]);
}

function summary({ nodes, samples, timeDeltas }: Profile) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const own = new Map<string, number>();
  let wholeMs = 0;
  for (const [i, id] of samples.entries()) {
    const ms = (timeDeltas[i] ?? 0) / 1000;
    const name = names.get(id) ?? '';
    wholeMs += ms;
    own.set(name, (own.get(name) ?? 0) + ms);
  }
  const idle = (own.get('(idle)') ?? 0) + (own.get('(root)') ?? 0);
  own.delete('(idle)');
  own.delete('(root)');
  return { wholeMs, busyMs: wholeMs - idle, functions: [...own].sort((a, b) => b[1] - a[1]) };
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^.*\/(dist|node_modules)\//, '');
  if (url === '') return functionName;
  return `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`;
}
