import { createSourceEventStream, getOperationAST, parse, validate, type ExecutionResult } from 'graphql';
import { createExecutor } from '../../../src/gateway/execute/executor.js';
import type { RequestContext } from '../../../src/subgraphs/context.js';
import { isStreamSource, type OpenStream, type StreamItem, type StreamSource } from '../../../src/subgraphs/stream.js';
import type { GraphWorld } from './world.js';

/** What one item of a stream was told as, and what resumes after it. */
export interface Told<Data> {
  readonly data: Data;
  readonly cursor: string;
}

type Variables = Readonly<Record<string, unknown>>;

/** A subscription on the world's linked graph, read as the gateway reads it: each batch on a context of its own. */
export interface Reading<Data> {
  readonly source: StreamSource;
  readonly stream: OpenStream;
  /** The next items, executed; waits for as many. */
  next(count: number): Promise<Told<Data>[]>;
  /** What comes until nothing came for a while. */
  rest(quietMs?: number): Promise<Told<Data>[]>;
  close(): void;
}

/** The stream's source, as the root field's `subscribe` gives it. */
export async function sourceOf(
  world: GraphWorld,
  document: string,
  variables: Variables,
  context: RequestContext,
): Promise<StreamSource> {
  const parsed = parse(document);
  const [problem] = validate(world.schema, parsed);
  if (problem !== undefined) throw problem;
  const made = await createSourceEventStream({
    ...{ schema: world.schema, document: parsed, variableValues: variables, contextValue: context },
  });
  if (Symbol.asyncIterator in made && isStreamSource(made)) return made;
  throw 'errors' in made ? (made.errors?.[0]?.originalError ?? made.errors?.[0]) : new TypeError('No source');
}

/** Opens it where `after` says, or from now on. */
export async function read<Data>(
  world: GraphWorld,
  document: string,
  variables: Variables = {},
  context: RequestContext = world.context(),
): Promise<Reading<Data>> {
  const source = await sourceOf(world, document, variables, context);
  const stream = await source.resume();
  const parsed = parse(document);
  const compiled = createExecutor(world.schema, { compileFrom: 1 });
  const interpreted = createExecutor(world.schema, { compileFrom: Infinity });
  const field = getOperationAST(parsed)?.selectionSet.selections[0];
  if (field?.kind !== 'Field') throw new TypeError('A subscription has one root field');
  const key = field.alias?.value ?? field.name.value;

  /** Both engines, and both must say the same. */
  const told = async (items: readonly StreamItem[]): Promise<Told<Data>[]> => {
    const [mine, theirs] = [context.again(fail), context.again(fail)];
    return Promise.all(
      items.map(async (item) => {
        const on = { document: parsed, variables, rootValue: item.value };
        const data = dataOf(await compiled({ ...on, context: mine }), key);
        const other = dataOf(await interpreted({ ...on, context: theirs }), key);
        if (JSON.stringify(data) !== JSON.stringify(other))
          throw new Error(`Compiled ${JSON.stringify(data)} is not ${JSON.stringify(other)}`);
        return { data: data as Data, cursor: item.cursor() };
      }),
    );
  };
  const take = async (signal: AbortSignal, enough: (all: readonly StreamItem[]) => boolean): Promise<StreamItem[]> => {
    const all: StreamItem[] = [];
    while (!enough(all)) {
      try {
        all.push(...(await stream.next(signal)).items);
      } catch (error) {
        if (signal.aborted) break;
        throw error;
      }
    }
    return all;
  };
  return {
    source,
    stream,
    async next(count) {
      const items = await take(AbortSignal.timeout(60_000), (all) => all.length >= count);
      if (items.length < count) throw new Error(`${items.length} of ${count} items came within a minute`);
      return told(items);
    },
    rest: async (quietMs = 300) => told(await take(AbortSignal.timeout(quietMs), () => false)),
    close: () => stream.close(),
  };
}

function dataOf({ data, errors }: ExecutionResult, key: string): unknown {
  const [error] = errors ?? [];
  if (error !== undefined) throw error;
  return (JSON.parse(JSON.stringify(data)) as Record<string, unknown>)[key];
}

const fail = (error: Error): never => {
  throw error;
};
