import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute, parse } from 'graphql';
import { cpuOf } from '../cpu.js';
import { bestOf, load, type Load, type Question, type Rate } from '../load/load.js';
import type { Contender } from './contenders.js';
import { mergedByHand } from './merged.js';
import { QUERY, variablesOf } from './question.js';
import { joinSubgraphs } from './subgraphs.js';
import { Loaders } from './types.js';

interface Round extends Rate {
  /** Seconds of CPU for 1,000 requests: of the contender's own process, and of its subgraphs'. */
  readonly cpu: number;
  readonly subgraphsCpu: number;
}

/** What each of the clients asks, with what a hand-merged schema in this process answers. */
export async function questionsFor(clients: number): Promise<readonly Question[]> {
  const [schema, document] = [mergedByHand(joinSubgraphs()), parse(QUERY)];
  const questions: Question[] = [];
  for (let client = 0; client < clients; client += 1) {
    const variables = { ...variablesOf(client) };
    const { data, errors } = await execute({
      ...{ schema, document, variableValues: variables, contextValue: new Loaders() },
    });
    if (errors !== undefined) throw errors[0] ?? new Error('No answer');
    const expected = JSON.stringify({ data }).slice(0, -1);
    questions.push({ body: JSON.stringify({ query: QUERY, operationName: 'Join', variables }), expected });
  }
  return questions;
}

/** Asks every contender every question; the data must be the same bytes. */
export async function compareAnswers(contenders: readonly Contender[], questions: readonly Question[]): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  for (const { name, url } of contenders) {
    for (const { body, expected } of questions) {
      const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
      const text = await answer.text();
      if (!text.startsWith(expected))
        throw new Error(`${name}. Got: ${answer.status} ${text.slice(0, 1000)}. Expected: ${expected.slice(0, 1000)}`);
    }
  }
}

export interface Measuring {
  readonly directory: string;
  readonly seconds: number;
  readonly clients: number;
  readonly rounds: number;
}

/** In turns, so that what else the machine does meets all alike; the first round warms up. @returns lines of text */
export async function measure(
  contenders: readonly Contender[],
  questions: readonly Question[],
  { directory, seconds, clients, rounds }: Measuring,
): Promise<string[]> {
  const file = join(directory, `questions-${questions.length}.json`);
  writeFileSync(file, JSON.stringify(questions));
  const seen = new Map(contenders.map((contender): [Contender, Round[]] => [contender, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const contender of contenders) {
      const one = await roundOf(contender, { seconds, clients, questions: file });
      if (round > 0) seen.get(contender)?.push(one);
    }
  const [parley] = [...seen.values()];
  if (parley === undefined) throw new Error('No contender was measured');
  return [...seen].flatMap(([contender, its]) => linesOf(contender, its, parley));
}

async function roundOf({ url, pid, subgraphPids }: Contender, asked: Load): Promise<Round> {
  const used = (): readonly [number, number] => [cpuOf(pid), subgraphPids.reduce((sum, one) => sum + cpuOf(one), 0)];
  const [own, theirs] = used();
  const rate = await load(url, asked);
  const [ownAfter, theirsAfter] = used();
  const perThousand = (cpuSeconds: number): number => (1000 * cpuSeconds) / rate.count;
  return { ...rate, cpu: perThousand(ownAfter - own), subgraphsCpu: perThousand(theirsAfter - theirs) };
}

function linesOf(
  { name, target, subgraphPids }: Contender,
  rounds: readonly Round[],
  parley: readonly Round[],
): string[] {
  const { perSecond, p50, p99 } = bestOf(rounds);
  const [cpu, subgraphsCpu] = [median(rounds, 'cpu'), median(rounds, 'subgraphsCpu')];
  const all = rounds.map((round) => round.perSecond.toFixed(0)).join(' ');
  const beside = subgraphPids.length > 0 ? ` + ${subgraphsCpu.toFixed(2)} of its subgraphs` : '';
  const lines = [
    `  ${name}: ${perSecond.toFixed(0)}/s (rounds ${all}), p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(2)}${beside} s of CPU for 1,000`,
  ];
  if (target === null) return lines;
  const times = bestOf(parley).perSecond / perSecond;
  const verdict = times >= target.times ? 'met' : 'NOT MET';
  const byRounds = rounds.map((round, at) => (parley[at]?.perSecond ?? NaN) / round.perSecond);
  const least = `${Math.min(...byRounds).toFixed(2)} to ${Math.max(...byRounds).toFixed(2)}× by rounds`;
  const cpuTimes = (cpu + subgraphsCpu) / median(parley, 'cpu');
  lines.push(
    `    Parley is ${times.toFixed(2)}× as fast (target ${target.times}×: ${verdict}; ${least}); by CPU ${cpuTimes.toFixed(2)}×`,
  );
  return lines;
}

function median(rounds: readonly Round[], of: 'cpu' | 'subgraphsCpu'): number {
  const sorted = rounds.map((round) => round[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
