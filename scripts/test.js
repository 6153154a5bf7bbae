// The whole truth for a contributor: build, types, lint, format, schema drift, every jest suite, and real Fabric nodes where they are found.
// Ends with the line `N passed, N failed`. `--fabric` runs the real nodes alone. Further words are handed to jest as patterns.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const fabricOnly = words.includes('--fabric');
const patterns = words.filter((word) => !word.startsWith('--'));

const node = process.execPath;
const bin = (name) => join(root, 'node_modules', name);
const checks = [
  { name: 'types', args: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'], fix: 'npm run types' },
  { name: 'lint', args: [bin('eslint/bin/eslint.js'), '.', '--max-warnings=0'], fix: 'npm run lint' },
  {
    name: 'format',
    args: [bin('prettier/bin/prettier.cjs'), '--check', '.', '--log-level=warn'],
    fix: 'npm run format:fix',
  },
  {
    name: 'operation types',
    args: [bin('@graphql-codegen/cli/cjs/bin.js'), '--config', 'codegen.yml', '--check', '--silent'],
    fix: 'npm run codegen',
  },
  { name: 'schema drift', args: ['dist/src/main.js', 'schema', '--check'], fix: 'npm run schema' },
];

const scratch = mkdtempSync(join(tmpdir(), 'parley-test-'));
const total = { passed: 0, failed: 0 };
try {
  build();
  await (fabricOnly ? realFabric() : everything());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  total.failed += 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function everything() {
  const jest = runJest('jest', ['--testPathIgnorePatterns', 'test/scenario/realFabric', ...patterns]);
  if (patterns.length === 0) for (const check of checks) await runCheck(check);
  await jest;
  if (patterns.length > 0) return;
  if (find('peer') && find('orderer')) await realFabric();
  else
    console.log(
      "not run: real Fabric nodes. Put Fabric's peer and orderer on PATH (or name their directory in FABRIC_BIN_DIR) and run `npm run test:fabric`.",
    );
  for (const [tool, suites] of [
    ['gql', 'streams with the Python client gql'],
    ['moto', 'what is decided at Amazon Managed Blockchain, over moto'],
  ])
    if (
      !existsSync(join(root, 'node_modules', '.cache', `python-${tool}`, 'requirements.txt')) &&
      !(tool === 'moto' && process.env.MOTO_SERVER)
    )
      console.log(
        `not run: ${suites}. Put python3 (with venv, and a package index that pip reaches) on PATH, and \`npm test\` runs them.`,
      );
  if (!find('geth', [join(homedir(), 'go', 'bin')]))
    console.log(
      'not run: the Ethereum contract suite on geth. `go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.8` makes `npm test` run it.',
    );
}

async function realFabric() {
  // Among all suites, Fabric's own configtxlator is compared with already.
  const suites = ['test/scenario/realFabric', ...(fabricOnly ? ['configtxlator'] : [])];
  if (find('peer') && find('orderer')) return runJest('real Fabric', suites);
  console.log(
    "Fabric's `peer` and `orderer` were not found. Install them as Fabric's documentation says and put them on PATH, or name their directory in FABRIC_BIN_DIR.",
  );
  total.failed += 1;
}

async function runCheck({ name, args, fix }) {
  const started = Date.now();
  const { code, output } = await run(args);
  total[code === 0 ? 'passed' : 'failed'] += 1;
  if (code !== 0) process.stdout.write(`${output}\n`);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds(started)})${code === 0 ? '' : `. Fix: ${fix}`}`);
}

async function runJest(name, args) {
  const started = Date.now();
  const report = join(scratch, `${name.replace(/\W/g, '-')}.json`);
  const workers = Math.max(2, Math.min(4, availableParallelism() - 1));
  const { code, output } = await run(
    [
      '--experimental-vm-modules',
      '--no-warnings',
      bin('jest/bin/jest.js'),
      '--json',
      `--outputFile=${report}`,
      `--maxWorkers=${workers}`,
      '--silent=false',
      ...args,
    ],
    { showErrors: true },
  );
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  if (result === null) process.stdout.write(`${output}\n`);
  const failedSuites =
    result?.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.length === 0).length ?? 1;
  total.passed += result?.numPassedTests ?? 0;
  total.failed += (result?.numFailedTests ?? 0) + failedSuites;
  const skipped = result?.numPendingTests ?? 0;
  console.log(
    `${code === 0 ? '✓' : '✗'} ${name}: ${result?.numPassedTests ?? 0} tests passed, ${result?.numFailedTests ?? '?'} failed${skipped === 0 ? '' : `, ${skipped} not run`} (${seconds(started)})`,
  );
}

function run(args, { showErrors = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', showErrors ? 'inherit' : 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ code, output }));
  });
}

// A declaration: the lines above wait for the tests before anything below is reached.
function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

function find(name, more = []) {
  const places = [process.env.FABRIC_BIN_DIR, ...(process.env.PATH ?? '').split(delimiter), ...more];
  return places.some((place) => place && existsSync(join(place, name)));
}
