import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type RunningChild } from '../childProcess.js';
import { repositoryRoot } from '../repositoryRoot.js';
import type { ServedChaincode } from './options.js';

/** Starts the process that serves the chaincodes and waits until it does. It ends with this process, however this one ends. */
export async function startChaincodes(chaincodes: readonly ServedChaincode[]): Promise<RunningChild> {
  const main = join(repositoryRoot(), 'dist', 'devnet', 'chaincode', 'main.js');
  if (!existsSync(main)) throw new Error(`The chaincodes are not built: ${main} is missing. Fix: npm run build`);
  return startChild({
    name: "The chaincodes' process",
    command: process.execPath,
    args: [main, JSON.stringify({ chaincodes })],
    // A refused transaction is the chaincode's answer, not its failure: below CRITICAL the shim logs each one.
    env: { CORE_CHAINCODE_LOGGING_LEVEL: 'CRITICAL' },
    ready: /\{"ready":true,[^\n]*\}/,
  });
}
