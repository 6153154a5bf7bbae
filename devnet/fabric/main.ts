/**
 * Embedded Fabric as a process of its own: `node main.js options.json`, the file holding `FabricOptions`. Prints one line of JSON
 * (`FabricReady`) when it answers; ends on SIGTERM, or when its standard input closes because its parent is gone.
 */
import { readFileSync } from 'node:fs';
import { readyOf } from './ready.js';
import { startFabric } from './start.js';
import type { FabricOptions } from './start.js';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Embedded Fabric needs the path of its options: node main.js options.json');
const fabric = await startFabric(JSON.parse(readFileSync(path, 'utf8')) as FabricOptions).catch((error: unknown) => {
  // What a user can mend is said without the places in the code where it was noticed.
  const known = error instanceof Error && error.message.includes('Fix: ');
  process.stderr.write(`${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
});
let closing = false;
const end = (): void => {
  if (closing) return;
  closing = true;
  void fabric.close().then(() => process.exit(0));
};
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.stdin.on('close', end).resume();
process.stdout.write(`${JSON.stringify(readyOf(fabric, process.pid))}\n`);
