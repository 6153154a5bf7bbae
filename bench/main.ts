import { spawn } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { endWithBench } from './temporary.js';

/**
 * Runs the parts of the bench one after the other and gathers their numbers in one table at the end.
 *
 *     npm run bench [-- ethereum fabric join page …]
 */
interface Part {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly about: string;
}
const parts: Readonly<Record<string, Part>> = {
  fabric: { file: 'fabricIngest.js', arguments: ['300'], about: 'Fabric ingest beside a bare Deliver-and-decode loop' },
  ethereum: {
    ...{ file: 'ethereumRead.js', arguments: ['5000'] },
    about: 'Ethereum back-fill beside a bare JSON-RPC batch loop',
  },
  page: { file: 'page/main.js', arguments: [], about: 'Pages of transactions over HTTP' },
  inbox: { file: 'inbox/main.js', arguments: [], about: 'The inbox of a member with 1,000 open proposals of 100,000' },
  start: { file: 'coldStart.js', arguments: [], about: 'Cold start to first answer, without the dev world' },
  growth: {
    file: 'growth/main.js',
    arguments: [],
    about: 'Ingest, reads and memory from 10,000 to 1,000,000 transactions',
  },
  ponder: {
    file: 'ponder/main.js',
    arguments: ['5000'],
    about: 'Ethereum ingest beside Ponder 0.16.6 on the same node',
  },
  join: {
    ...{ file: 'join/main.js', arguments: [] },
    about: 'The nested join beside hand-merged schemas, @graphql-hive/gateway and Apollo Gateway',
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`Got: ${unknown.join(', ')}. Expected: parts among ${Object.keys(parts).join(', ')}`);

const lines: string[] = [];
for (const [name, part] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const load = loadavg()[0] ?? 0;
  const { text, failed } = await run(part);
  const said = text.trimEnd().split('\n');
  const outcome = failed === null ? said : [...said, `FAILED (${failed})`];
  if (failed !== null) process.exitCode = 1;
  lines.push(`| ${name} | ${part.about} | ${load.toFixed(1)} | ${outcome.map((line) => line.trim()).join('<br>')} |`);
}
console.log(`\n${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.version}\n`);
console.log(['| part | what | load before | numbers |', '|---|---|---|---|', ...lines].join('\n'));

/** What the part said, told while it says it, and how it failed. */
function run({ file, arguments: parameters }: Part): Promise<{ text: string; failed: string | null }> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = endWithBench(
    spawn(process.execPath, [script, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] }),
    'SIGTERM',
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (said: string) => {
    process.stdout.write(said);
    text += said;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      resolve({ text, failed: code === 0 ? null : (signal ?? `exit code ${code}`) });
    });
  });
}
