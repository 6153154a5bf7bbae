// Compiles the sources into dist/ where they are newer than what is there. Types are checked by `npm test`, not here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');
const inputs = [
  'src',
  'devnet',
  'chaincode',
  'contracts',
  'bench',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Builds if need be. `quiet`: say nothing unless it fails. */
export function build({ quiet = false } = {}) {
  const newest = Math.max(...inputs.map((input) => newestUnder(join(root, input))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return;
  if (!quiet) console.error('Building …');
  const started = Date.now();
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) throw new Error('The build failed; see the lines above.');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, `${new Date(started).toISOString()}\n`);
}

function newestUnder(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    0,
    ...readdirSync(path, { withFileTypes: true }).map((entry) =>
      entry.name === 'node_modules' ? 0 : newestUnder(join(path, entry.name)),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
