import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { now, quantile } from '../streams/clock.js';

/**
 * Asks one question over and over from many clients at once, each on a kept connection of its own, and compares the data of every
 * answer with what it must be. Prints what was seen as JSON.
 *
 * `apart`: each client asks in words of its own, so that no two ask the same; else all ask the same.
 *
 *     node dist/bench/page/load.js <url> <request file> <expected file> <seconds> <clients> <same | apart>
 */
const [url = '', request = '', expected = '', seconds = '3', clients = '16', how = 'same'] = process.argv.slice(2);
const { query } = JSON.parse(readFileSync(request, 'utf8')) as { readonly query: string };
const bodyOf = (client: number): string =>
  JSON.stringify({ query: how === 'apart' ? `query Client${client} ${query}` : query });
const data = readFileSync(expected);
const pool = new Pool(url, { connections: Number(clients), pipelining: 1 });
const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
const took = new Float64Array(1_000_000);
let count = 0;

async function ask(body: string): Promise<void> {
  const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode !== 200 || !bytes.subarray(0, data.length).equals(data))
    throw new Error(`Got: ${answer.statusCode} ${bytes.toString().slice(0, 2000)}. Expected: 200 ${data.toString()}`);
}

const started = now();
const end = started + Number(seconds) * 1000;
const client = async (_: unknown, number: number): Promise<void> => {
  const body = bodyOf(number);
  while (now() < end) {
    const sent = now();
    await ask(body);
    took[count] = now() - sent;
    count += 1;
  }
};
await Promise.all(Array.from({ length: Number(clients) }, client));
const elapsed = (now() - started) / 1000;
const seen = took.subarray(0, count);
console.log(JSON.stringify({ perSecond: count / elapsed, p50: quantile(seen, 0.5), p99: quantile(seen, 0.99) }));
await pool.close();
