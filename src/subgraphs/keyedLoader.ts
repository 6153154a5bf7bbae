import DataLoader from 'dataloader';

/** The most keys that one statement takes; more are asked for in several. */
const MAX_KEYS = 1000;

/** A loader whose keys are told apart by their text. One is made for each request. */
export function keyedLoader<Key, Value>(
  read: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>,
  textOf: (key: Key) => string,
): DataLoader<Key, Value, string> {
  return new DataLoader<Key, Value, string>(read, { cacheKeyFn: textOf, maxBatchSize: MAX_KEYS });
}

/** As `keyedLoader`, for reads that take one request for many parents: parents asked with the same request share one read. */
export function eachLoader<Parent, Request, Value>(
  read: (parents: readonly Parent[], request: Request) => Promise<readonly Value[]>,
  textOf: (parent: Parent) => string,
): DataLoader<{ readonly parent: Parent; readonly request: Request }, Value, string> {
  const requestText = (request: Request): string => JSON.stringify(request);
  return new DataLoader(
    async (keys) => {
      const groups = Map.groupBy(keys, ({ request }) => requestText(request));
      const answers = new Map<object, Value | Error>();
      await Promise.all([...groups.values()].map((group) => readGroup(group, read, answers)));
      return keys.map((key) => answers.get(key) ?? new Error('A batched read left a parent without an answer'));
    },
    { cacheKeyFn: ({ parent, request }) => `${textOf(parent)} ${requestText(request)}`, maxBatchSize: MAX_KEYS },
  );
}

async function readGroup<Parent, Request, Value>(
  group: readonly { readonly parent: Parent; readonly request: Request }[],
  read: (parents: readonly Parent[], request: Request) => Promise<readonly Value[]>,
  answers: Map<object, Value | Error>,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const values = await read(
    group.map(({ parent }) => parent),
    first.request,
  );
  group.forEach((key, index) => {
    const value = values[index];
    if (value !== undefined) answers.set(key, value);
  });
}

/** One read for each request, on first use. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}
