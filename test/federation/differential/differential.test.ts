/** @jest-environment ./test/hostProcess.environment.js */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { execute, parse, subscribe, validate, type ExecutionResult } from 'graphql';
import { compose } from '../../../src/gateway/compose/compose.js';
import { createExecutor } from '../../../src/gateway/execute/executor.js';
import { takeStrayRejections } from '../../../src/gateway/execute/strayRejections.js';
import { link } from '../../../src/gateway/link/link.js';
import { blocks, WorldContext } from '../world/data.js';
import { worldSubgraphs } from '../world/index.js';
import { Sighting } from '../world/timeline.js';
import { FaultyContext, withFaults } from './faults.js';
import { randomDocument } from './randomDocument.js';

declare const hostProcess: NodeJS.Process;

// Jest counts every unhandled rejection as a failure of the test: while graphql-js is the reference, the gateway's own guard is in force.
let undo = (): void => undefined;
beforeAll(() => {
  const others = hostProcess.rawListeners('unhandledRejection') as ((reason: unknown) => void)[];
  hostProcess.removeAllListeners('unhandledRejection');
  const release = takeStrayRejections(hostProcess);
  undo = () => {
    release();
    for (const listener of others) hostProcess.on('unhandledRejection', listener);
  };
});
afterAll(async () => {
  await setTimeout(20);
  undo();
});

const variables = { yes: true, no: false };
const seed = fc.integer({ min: 0, max: 2 ** 31 });

const schemas = [worldSubgraphs(), worldSubgraphs().map(withFaults)].map((subgraphs) =>
  link(subgraphs, compose(subgraphs).api),
);
const [plain, faulty] = schemas as [(typeof schemas)[0], (typeof schemas)[0]];

const plainJson = (result: ExecutionResult) =>
  JSON.parse(JSON.stringify(result)) as { data: unknown; errors?: { path?: unknown[] }[] };
const paths = (result: { errors?: { path?: unknown[] }[] }) =>
  (result.errors ?? []).map(({ path }) => (path ?? []).join('.'));

/** The places in the data that are null because something at or below them failed. */
const nulls = ({ data, errors = [] }: { data: unknown; errors?: { path?: unknown[] }[] }): readonly string[] =>
  [...new Set(errors.map(({ path = [] }) => nullOn(path, data).join('.')))].sort();

function nullOn(path: readonly unknown[], data: unknown): readonly unknown[] {
  let value = data;
  for (const [at, key] of path.entries()) {
    if (value === null || typeof value !== 'object') return path.slice(0, at);
    value = (value as Readonly<Record<string, unknown>>)[String(key)];
  }
  return path;
}

async function both(schema: typeof plain, source: string, context: () => object, rootValue?: object) {
  const document = parse(source);
  expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
  const compiled = createExecutor(schema, { compileFrom: 1 });
  return {
    jit: plainJson(await compiled({ document, variables, context: context(), rootValue })),
    js: plainJson(await execute({ schema, document, variableValues: variables, contextValue: context(), rootValue })),
  };
}

test('compiled and interpreted operations answer alike', async () => {
  await fc.assert(
    fc.asyncProperty(seed, async (documentSeed) => {
      const { jit, js } = await both(plain, randomDocument(plain, documentSeed), () => new WorldContext());
      expect(jit.data).toEqual(js.data);
      // Which of the failing leaves below one null are named is left to whoever executes; that null is accounted for by both.
      expect(nulls(jit)).toEqual(nulls(js));
      expect(paths(jit).length > 0).toBe(paths(js).length > 0);
    }),
    { numRuns: 150 },
  );
});

test('so they do when fields give null, fail, promise and lie', async () => {
  await fc.assert(
    fc.asyncProperty(seed, seed, async (documentSeed, faultSeed) => {
      const { jit, js } = await both(faulty, randomDocument(faulty, documentSeed), () => new FaultyContext(faultSeed));
      expect(jit.data).toEqual(js.data);
      // The compiled operation may name more failing leaves below one null; never fewer places, never none.
      expect(paths(jit).length > 0).toBe(paths(js).length > 0);
    }),
    { numRuns: 250 },
  );
});

test("payloads of subscriptions too, on each item's own value", async () => {
  await fc.assert(
    fc.asyncProperty(seed, seed, fc.constantFrom(...blocks), async (documentSeed, faultSeed, row) => {
      const item = new Sighting(row);
      const source = randomDocument(plain, documentSeed, 'subscription');
      const sound = await both(plain, source, () => new WorldContext(), item);
      expect(sound.jit.data).toEqual(sound.js.data);
      const { jit, js } = await both(faulty, source, () => new FaultyContext(faultSeed), item);
      expect(jit.data).toEqual(js.data);
      expect(paths(jit).length > 0).toBe(paths(js).length > 0);
    }),
    { numRuns: 150 },
  );
});

test('a subscription is streamed by the part that declares it, and each item executed on its value', async () => {
  const document = parse('subscription { sighted(from: 1) { kind block { id number next { id } } witness { id } } }');
  const results = await subscribe({ schema: plain, document, contextValue: new WorldContext() });
  const seen: unknown[] = [];
  for await (const { data, errors } of results as AsyncIterable<ExecutionResult>) {
    expect(errors).toBeUndefined();
    seen.push(data);
  }
  expect(seen).toHaveLength(4);
  expect(plainJson({ data: seen[0] as Record<string, unknown> }).data).toEqual({
    sighted: {
      kind: 'seen red/2',
      block: { id: 'red/2', number: '2', next: { id: 'red/3' } },
      witness: { id: 'member/cyd' },
    },
  });
});

test('what was seen of a thing is shown, where its id would find another version of it', async () => {
  const document = parse(
    'subscription { sighted { block { number next { id } } before { number } again: block { by { id } } } }',
  );
  const [first] = blocks;
  if (first === undefined) throw new Error('The world has blocks');
  const item = new Sighting({ ...first, number: 77, by: 'member/bob' });
  const context = new WorldContext();
  const compiled = createExecutor(plain, { compileFrom: 1 });
  const { data } = plainJson(await compiled({ document, variables: {}, context, rootValue: item }));
  expect(data).toEqual({
    sighted: { block: { number: '77', next: { id: 'red/2' } }, before: null, again: { by: { id: 'member/bob' } } },
  });
  expect(context.batches).toEqual(['blocks:red/76']);
});

test('variables that do not fit are told in the same words', async () => {
  const document = parse('query ($n: BigInt!) { redBlock(number: $n) { id } }');
  const compiled = createExecutor(plain, { compileFrom: 1 });
  const result = await compiled({ document, variables: {}, context: new WorldContext() });
  expect(result).toEqual(
    await execute({ schema: plain, document, variableValues: {}, contextValue: new WorldContext() }),
  );
  expect(result.data).toBeUndefined();
});
