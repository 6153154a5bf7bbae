import { setImmediate as nextTurn } from 'node:timers/promises';
import { execute, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compose } from '../../src/gateway/compose/compose.js';
import { createExecutor } from '../../src/gateway/execute/executor.js';
import { link } from '../../src/gateway/link/link.js';
import { mergedByHand } from './merged.js';
import { QUERY, variablesOf } from './question.js';
import { joinSubgraphs } from './subgraphs.js';
import { Loaders, type Page } from './types.js';

type Run = (variables: Page) => Promise<ExecutionResult>;

const ROUNDS = 4;
const CLIENTS = 16;
const TARGET = 1.5;
const LINKED = 'linked, as Parley runs it';
const document = parse(QUERY);

/**
 * The join under the gateway's executor over the linked subgraphs, against one hand-merged schema of the same classes, loaders and rows
 * under graphql-js: answers compared, then timed in turns, each run with the next variables. More than 1 is faster than by hand.
 *
 *     NODE_ENV=production node dist/bench/join/inProcess.js [seconds each; 4]
 */
async function inProcess(secondsEach: number): Promise<string[]> {
  const contenders = contendersOf();
  for (let client = 0; client < CLIENTS; client += 1) {
    const answers = await Promise.all([...contenders.values()].map(async (run) => run(variablesOf(client))));
    if (new Set(answers.map(({ data }) => JSON.stringify(data))).size !== 1)
      throw new Error('The contenders do not answer alike');
  }
  const rates = new Map([...contenders.keys()].map((name): [string, number[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, run] of contenders) rates.get(name)?.push(await rateOf(run, secondsEach / ROUNDS));
  const best = [...rates].map(([name, seen]): [string, number] => [name, Math.max(...seen)]);
  const reference = best[0]?.[1] ?? NaN;
  return best.map(([name, perSecond]) => {
    const ratio = perSecond / reference;
    const verdict = name === LINKED ? ` (target ${TARGET}×: ${ratio >= TARGET ? 'met' : 'NOT MET'})` : '';
    const all = (rates.get(name) ?? []).map((rate) => rate.toFixed(0)).join(' ');
    return `${name.padEnd(26)} ${perSecond.toFixed(0).padStart(6)}/s  ${ratio.toFixed(2)}×${verdict}  (rounds: ${all})`;
  });
}

function contendersOf(): ReadonlyMap<string, Run> {
  const subgraphs = joinSubgraphs();
  const [linked, merged] = [link(subgraphs, compose(subgraphs).api), mergedByHand(subgraphs)];
  return new Map([
    ['hand-merged, graphql-js', interpreted(merged)],
    ['linked, graphql-js', interpreted(linked)],
    [LINKED, compiled(linked)],
    ['hand-merged, compiled', compiled(merged)],
  ]);
}

function interpreted(schema: GraphQLSchema): Run {
  return async (variableValues) =>
    execute({ schema, document, variableValues: { ...variableValues }, contextValue: new Loaders() });
}

function compiled(schema: GraphQLSchema): Run {
  const executor = createExecutor(schema, { compileFrom: 1 });
  return (variables) => executor({ document, variables: { ...variables }, context: new Loaders() });
}

async function rateOf(run: Run, seconds: number): Promise<number> {
  await nextTurn(); // signals are heard
  const started = performance.now();
  const end = started + seconds * 1000;
  let count = 0;
  for (; performance.now() < end; count += 1) await run(variablesOf(count % CLIENTS));
  return (count * 1000) / (performance.now() - started);
}

for (const line of await inProcess(Number(process.argv[2] ?? 4))) console.log(`  ${line}`);
