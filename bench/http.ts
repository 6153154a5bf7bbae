import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';

/**
 * Requests a second over HTTP on a running world, with the client on the same machine: a small query, and pages of transactions with
 * ledger, block and members. Each is asked by so many clients at once, each on a connection of its own.
 *
 *     npm start -- --no-story, then: node dist/bench/http.js [.parley/dev.json] [seconds] [clients]
 */
const [file = '.parley/dev.json', seconds = '3', clients = '16'] = process.argv.slice(2);
const { parley } = JSON.parse(readFileSync(file, 'utf8')) as { parley: { url: string } };
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });

const NODE = 'id hash timestamp outcome ledger { id name } block { id number } members { id name }';
const queries = {
  heads: '{ ledgers { name height } }',
  'page of 1': `{ transactions(first: 1) { edges { node { ${NODE} } } } }`,
  'page of 20': `{ transactions(first: 20) { edges { node { ${NODE} } } } }`,
  'page of 50': `{ transactions(first: 50) { edges { node { ${NODE} } } } }`,
};

/** The bytes of one answer. */
function ask(body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(`${parley.url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`Got: status ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

for (const [name, query] of Object.entries(queries)) {
  const body = JSON.stringify({ query });
  const bytes = await ask(body);
  await ask(body); // compiled from the second use
  const took: number[] = [];
  const started = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - started < Number(seconds) * 1000) {
      const sent = performance.now();
      await ask(body);
      took.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: Number(clients) }, client));
  const rate = Math.round(took.length / ((performance.now() - started) / 1000));
  took.sort((a, b) => a - b);
  const at = (part: number): string => (took[Math.floor(took.length * part)] ?? 0).toFixed(1);
  console.log(`${name}: ${rate} requests/s, ${at(0.5)} ms (p50), ${at(0.99)} ms (p99), ${bytes} bytes`);
}
agent.destroy();
