// Records docs/streams.svg: a real run of docs/examples/watch.js on a dev world of its own, across a stop of Parley and a reorg.
//
//     node scripts/build.js && node scripts/recordStreams.js
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { terminalSvg } from './terminalSvg.js';

const { parse, stringify } = createRequire(import.meta.url)('yaml');
const root = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'parley-record-'));
const [PARTNER, OPERATOR] = [0, 1];
const PORT = 4321;

const lines = [];
const show = (pane, text) => lines.push({ at: Date.now(), pane, text });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const children = new Set();

function start(args, onLine) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const ended = new Promise((resolve) => child.once('exit', resolve)).then(() => children.delete(child));
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', onLine);
  return { child, ended };
}

async function until(what, holds) {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (holds()) return;
    await sleep(50);
  }
  throw new Error(`${what}: not within a minute`);
}

async function rpc(url, method, ...params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { result, error } = await response.json();
  if (error !== undefined) throw new Error(error.message);
  return result;
}

/** Parley as an operator starts and stops it; what it prints is shown without its own times and fields. */
function parley(config) {
  let isReady = false;
  show(OPERATOR, '$ npx parley start');
  const { child, ended } = start(['bin/parley.js', 'start', '--config', config], (line) => {
    if (!line.includes('"url"')) return;
    isReady = true;
    show(OPERATOR, `ready at ${/"url":"([^"]+)"/.exec(line)?.[1]}/graphql`);
  });
  return {
    ready: () => until('Parley serves', () => isReady),
    async stop() {
      show(OPERATOR, '^C');
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function record() {
  let output = '';
  start(['dist/devnet/main.js', '--directory', directory], (line) => (output += line));
  await until('the world is live', () => output.includes('The graph is live'));
  const { ethereum, parley: own } = JSON.parse(readFileSync(join(directory, 'dev.json'), 'utf8'));
  const document = parse(readFileSync(own.config, 'utf8'));
  document.server = { port: PORT };
  document.store = { url: 'sqlite:./recorded.db' };
  const config = join(directory, 'recorded.yaml');
  writeFileSync(config, stringify(document));
  const accounts = await rpc(ethereum.rpc, 'eth_accounts');
  const pay = (value) => rpc(ethereum.rpc, 'eth_sendTransaction', { from: accounts[0], to: accounts[1], value });
  // Everything is indexed before the recording begins.
  const before = parley(config);
  await before.ready();
  await sleep(6_000);
  await before.stop();
  lines.length = 0;

  const first = parley(config);
  await first.ready();
  show(PARTNER, '$ node docs/examples/watch.js');
  const arguments_ = ['docs/examples/watch.js', `http://127.0.0.1:${PORT}`, join(directory, 'watch.cursor')];
  const watch = start(arguments_, (line) => show(PARTNER, line));
  const shown = () => lines.filter(({ pane, text }) => pane === PARTNER && /^[+-] /.test(text)).length;
  await until('it is connected', () => lines.some(({ text }) => text === 'connected'));
  await sleep(1_500);
  for (const value of ['0x1', '0x2', '0x3', '0x4']) {
    await pay(value);
    await sleep(900);
  }
  await until('blocks come', () => shown() >= 5);

  await first.stop();
  await sleep(1_200);
  show(OPERATOR, '# while Parley is away, the chain replaces its last three blocks and goes on');
  await rpc(ethereum.rpc, 'anvil_reorg', 3, [[{ from: accounts[2], to: accounts[3], value: '0x1' }, 0]]);
  for (const value of ['0x5', '0x6']) await pay(value);
  await sleep(2_500);
  const second = parley(config);
  await second.ready();
  const seen = shown();
  await until('it went on', () => shown() >= seen + 8);
  await sleep(1_500);
  await pay('0x7');
  await sleep(6_000);
  show(PARTNER, '^C');
  watch.child.kill('SIGINT');
  await watch.ended;
  await second.stop();
  lines.pop();
}

const colourOf = (text) => {
  if (text.startsWith('+ ')) return 'green';
  if (text.startsWith('- ')) return 'red';
  if (text.startsWith('$ ') || text.startsWith('^C')) return 'plain';
  if (text.startsWith('#')) return 'dim';
  return text.startsWith('not connected') ? 'yellow' : 'blue';
};

try {
  await record();
  const panes = [
    { title: 'A partner watches', rows: 18 },
    { title: 'The operator restarts Parley', rows: 7 },
  ];
  // One line for all tries to connect again.
  const told = lines.filter(
    ({ text }, i) =>
      !(
        text.startsWith('not connected') &&
        lines
          .slice(0, i)
          .findLast(({ pane }) => pane === PARTNER)
          ?.text.startsWith('not connected')
      ),
  );
  writeFileSync(join(root, 'docs', 'streams.svg'), terminalSvg(panes, told, 84, colourOf));
  for (const { pane, text } of told) console.log(`${pane === PARTNER ? 'partner ' : 'operator'} ${text}`);
} finally {
  for (const child of children) child.kill('SIGINT');
  while (children.size > 0) await sleep(50);
  rmSync(directory, { recursive: true, force: true });
}
