import { eventually, PATIENCE_MS } from '../world.js';
import type { Collected, StreamResult } from './client.js';

/** The one root field of a result; throws what stands in its place. */
export function fieldOf<T>({ data, errors }: StreamResult): T {
  if (errors !== undefined && errors !== null && errors.length > 0) throw new Error(JSON.stringify(errors));
  const [value] = Object.values(data ?? {});
  if (value === undefined) throw new Error('a result has no data');
  return value as T;
}

/** What a stream has shown, once that is enough; throws what ended it before. */
export async function collect<T>(
  what: string,
  stream: Collected,
  isEnough: (items: readonly T[]) => boolean,
  withinMs = PATIENCE_MS,
): Promise<readonly T[]> {
  const shown = (): readonly T[] => stream.results.map((result) => fieldOf<T>(result));
  try {
    await eventually(
      what,
      async () => {
        if (isEnough(shown())) return true;
        if (stream.isOver) throw new Error(`${what}: the stream ended: ${reasonText(await stream.ended)}`);
        return false;
      },
      withinMs,
    );
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new Error(`${cause}\nIt had shown ${JSON.stringify(shown()).slice(0, 4_000)}`, { cause: error });
  }
  return shown();
}

const reasonText = (reason: unknown): string =>
  reason instanceof Error ? `${reason.name}: ${reason.message}` : JSON.stringify(reason);
