import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFabric } from '../../devnet/fabric/start.js';
import { requireFabricPrograms, startRealNetwork } from '../../devnet/realFabric/index.js';
import { FabricWorld } from '../contract/embeddedFabric/world.js';
import { answerTo, type Step } from '../support/peers/answers.js';
import { deployAll } from '../support/peers/deployments.js';
import { identitySteps } from '../support/peers/identitySteps.js';
import { streamSteps } from '../support/peers/streamSteps.js';
import { systemSteps } from '../support/peers/systemSteps.js';
import { transactionSteps } from '../support/peers/transactionSteps.js';

// The same calls to real peers and to embedded ones, in the same order: the same answers, word for word.

const { FABRIC_BIN_DIR, PATH } = process.env;

const CHANNELS = [
  { name: 'trade', consensus: 'RAFT', organizations: ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'] },
  { name: 'payments', consensus: 'RAFT', organizations: ['MeridianMSP', 'NorthwindMSP'] },
] as const;
const channels = CHANNELS.map((channel) => ({ ...channel, maxMessageCount: 1, batchTimeoutMs: 20 }));

const rooms: Readonly<Record<string, readonly Step[]>> = {
  transactions: transactionSteps,
  identities: identitySteps,
  system: systemSteps,
  streams: streamSteps,
};

let real: FabricWorld;
let embedded: FabricWorld;

beforeAll(async () => {
  const programs = requireFabricPrograms({ FABRIC_BIN_DIR, PATH });
  const directory = mkdtempSync(join(tmpdir(), 'parley-peers-'));
  real = FabricWorld.over(directory, await startRealNetwork(programs, { directory, channels }));
  const other = mkdtempSync(join(tmpdir(), 'parley-peers-'));
  embedded = FabricWorld.over(other, await startFabric({ directory: other, channels }));
  await Promise.all([deployAll(real), deployAll(embedded)]);
}, 120_000);

afterAll(async () => {
  await Promise.all([real?.close(), embedded?.close()]);
}, 60_000);

describe.each(Object.entries(rooms))('real peers and embedded ones say the same of %s', (_, steps) => {
  test.each(steps)('$name', async ({ run }) => {
    const [fromReal, fromEmbedded] = await Promise.all([answerTo(run, real), answerTo(run, embedded)]);
    expect(fromEmbedded).toEqual(fromReal);
  });
});
