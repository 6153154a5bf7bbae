// Prints blocks as they come and keeps its place in a file: after Ctrl-C, a restart of Parley, a reorg, it goes on exactly there.
//
//     node docs/examples/watch.js [http://127.0.0.1:4000] [watch.cursor]
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createClient } from 'graphql-ws';

const [url = 'http://127.0.0.1:4000', file = 'watch.cursor'] = process.argv.slice(2);

const query = `subscription Watch($after: Cursor) {
  blockAdded(after: $after) { cursor kind confirmation ledger { name } block { number hash transactionCount } }
}`;
// One object for the life of the program: the client sends it again when it reconnects, with the newest cursor in it.
const variables = { after: existsSync(file) ? readFileSync(file, 'utf8') : null };

const client = createClient({
  url: `${url.replace(/^http/, 'ws')}/graphql`,
  retryAttempts: Infinity,
  shouldRetry: () => true, // also where nobody listens yet
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 500)),
  on: {
    connected: () => console.log('connected'),
    closed: ({ code }) => console.log(`not connected (${code}), trying again`),
  },
});

async function watch() {
  // The first time: from where a page was read, so that no block is missed even before the first one is seen.
  if (variables.after === null) keep(await pageCursor());
  client.subscribe(
    { query, variables },
    { next: ({ data }) => show(data.blockAdded), error: recover, complete: start },
  );
}
const start = () => watch().catch(recover);

async function pageCursor() {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ blocks(first: 1) { streamCursor } }' }),
  });
  return (await response.json()).data.blocks.streamCursor;
}

function show({ cursor, kind, confirmation, ledger, block }) {
  const sign = { APPENDED: '+', RETRACTED: '-' }[kind];
  const words = [
    ledger.name.padEnd(10),
    block.number.padStart(5),
    block.hash.slice(0, 14),
    `${block.transactionCount} tx`,
  ];
  console.log(`${sign} ${words.join('  ')}  ${confirmation}`);
  // First done, then kept: whoever stops in between sees one block twice, and never misses one.
  keep(cursor);
}

function keep(cursor) {
  variables.after = cursor;
  writeFileSync(`${file}.new`, cursor);
  renameSync(`${file}.new`, file);
}

/** A stream that ended with an error says how to go on: docs/streams.md has all codes. */
function recover(reason) {
  const error = Array.isArray(reason) ? reason[0] : reason;
  const { code, cursor } = error?.extensions ?? {};
  console.log(code === undefined ? String(error?.message ?? 'no answer') : `${code}: ${error.message}`);
  if (code === 'CURSOR_INVALID' || code === 'CURSOR_EXPIRED') variables.after = null;
  else if (cursor !== undefined) keep(cursor);
  setTimeout(start, 500);
}

process.on('SIGINT', () => process.exit(0));
await start();
