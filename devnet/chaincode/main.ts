/**
 * One process that serves several chaincodes: `node main.js '{"chaincodes": [{"name", "chaincodeId", "address"}, …]}'`.
 * Prints one line of JSON when it serves; ends on SIGTERM, or when its standard input closes because its parent is gone.
 */
import { parseOptions } from './options.js';
import { serveChaincodes } from './serve.js';

const { chaincodes } = parseOptions(process.argv[2] ?? '');
process.on('SIGTERM', () => process.exit(0));
process.stdin.on('close', () => process.exit(0)).resume();
await serveChaincodes(chaincodes);
process.stdout.write(
  `${JSON.stringify({ ready: true, pid: process.pid, chaincodes: chaincodes.map(({ name }) => name) })}\n`,
);
