import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { now, quantile } from '../streams/clock.js';
import type { Question, Rate } from './load.js';

/**
 * Asks over and over from many clients at once, each its own question on a kept connection of its own (where there are fewer questions,
 * they go round), and compares the data of every answer with what it must be. Prints what was seen as JSON.
 *
 *     node dist/bench/load/client.js <url> <file of questions> <seconds> <clients>
 */
const [url = '', file = '', seconds = '3', clients = '16'] = process.argv.slice(2);
const questions = (JSON.parse(readFileSync(file, 'utf8')) as readonly Question[]).map(({ body, expected }) => ({
  ...{ body, expected: Buffer.from(expected) },
}));
const pool = new Pool(url, { connections: Number(clients), pipelining: 1 });
const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
const took = new Float64Array(1_000_000);
let count = 0;

async function ask(body: string, expected: Buffer): Promise<void> {
  const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode !== 200 || !bytes.subarray(0, expected.length).equals(expected))
    throw new Error(
      `Got: ${answer.statusCode} ${bytes.toString().slice(0, 2000)}. Expected: 200 ${expected.toString().slice(0, 2000)}`,
    );
}

const started = now();
const end = started + Number(seconds) * 1000;
const client = async (_: unknown, number: number): Promise<void> => {
  const question = questions[number % questions.length];
  if (question === undefined) throw new Error(`Got: no question in ${file}`);
  while (now() < end) {
    const sent = now();
    await ask(question.body, question.expected);
    took[count] = now() - sent;
    count += 1;
  }
};
await Promise.all(Array.from({ length: Number(clients) }, client));
const elapsed = (now() - started) / 1000;
const seen = took.subarray(0, count);
const rate: Rate = { count, perSecond: count / elapsed, p50: quantile(seen, 0.5), p99: quantile(seen, 0.99) };
console.log(JSON.stringify(rate));
await pool.close();
