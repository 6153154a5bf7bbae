import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { install } from '../npm.js';
import type { Served } from '../served.js';
import { profileLines } from '../streams/profile.js';
import { endWithBench, temporaryDirectory } from '../temporary.js';
import { PRODUCTION, startContenders } from './contenders.js';
import { compareAnswers, measure, questionsFor } from './overHttp.js';
import { PEERS } from './servers/peers.js';

/**
 * A nested join of 100 rows and four levels over three subgraphs: in process beside a hand-merged schema; then over HTTP beside a
 * hand-merged schema, @graphql-hive/gateway and Apollo Gateway, which are installed from npm into a temporary directory. Every answer
 * is compared. The clients are a process of their own on kept connections.
 *
 *     npm run bench -- join     or: node dist/bench/join/main.js [--seconds 2 --rounds 5 --clients 16 --peers <directory with the peers> --profile]
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    clients: { type: 'string', default: '16' },
    peers: { type: 'string' },
    only: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => console.log(line);
const loadText = (): string =>
  `load ${loadavg()
    .map((one) => one.toFixed(1))
    .join(' ')}`;
using temporary = temporaryDirectory();
const directory = temporary.path;
const running: Served[] = [];

/** In a process of its own, which tells its numbers itself. */
async function inProcess(): Promise<void> {
  const program = fileURLToPath(new URL('./inProcess.js', import.meta.url));
  const child = endWithBench(
    spawn(process.execPath, [program, String(Number(values.seconds) * 2)], {
      ...{ stdio: ['ignore', 'inherit', 'inherit'] },
      env: { ...process.env, ...PRODUCTION },
    }),
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The join in process failed. Got: exit code ${code}`);
}

async function overHttp(): Promise<void> {
  if (values.peers === undefined) await install(directory, PEERS);
  const profiles = values.profile ? join(directory, 'profiles') : null;
  const contenders = await startContenders({
    ...{ directory, profiles, peers: values.peers === undefined ? directory : resolve(values.peers) },
    started: (served) => running.push(served),
  });
  const asked = contenders.filter(({ name }) => name.startsWith(values.only ?? ''));
  const questions = await questionsFor(Number(values.clients));
  await compareAnswers(asked, questions);
  const measuring = {
    ...{ directory, seconds: Number(values.seconds), clients: Number(values.clients), rounds: Number(values.rounds) },
  };
  const bytes = questions[0]?.expected.length ?? 0;
  for (const [how, some] of [
    ['all clients with the same variables', questions.slice(0, 1)],
    ['each client with variables of its own', questions],
  ] as const) {
    say(`over HTTP, ${measuring.clients} clients, ${bytes} bytes of data, ${how}; ${loadText()}:`);
    (await measure(asked, some, measuring)).forEach(say);
  }
  say(
    'Subgraphs elsewhere: Parley links those of its own process and does not ask others yet, so that case is not measured.',
  );
  for (const one of running.splice(0)) await one.stop();
  if (profiles !== null) profileLines(profiles).forEach(say);
}

say(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}, ${loadText()}`);
say('in process, one core:');
await inProcess();
try {
  await overHttp();
  say(`${loadText()} after`);
} finally {
  for (const one of running) await one.stop();
}
