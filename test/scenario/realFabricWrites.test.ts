import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireFabricPrograms, startRealNetwork, type RealNetwork } from '../../devnet/realFabric/index.js';
import { createFabricLedger } from '../../src/ledgers/fabric/index.js';
import type { FabricLedger } from '../../src/ledgers/ledger.js';
import { FabricWorld, freeAddress, HARVEST, MERIDIAN, NORTHWIND } from '../contract/embeddedFabric/world.js';
import { fabricWritesContract } from '../contract/fabricWrites.contract.js';
import { collect } from '../contract/ledger.contract.js';
import { fabricLedgerOptions } from '../support/fabricLedgers.js';
import { call, failureOf, outsideSigner } from '../support/fabricWrites.js';

// What the port promises of writes, on Fabric's own nodes.

const { FABRIC_BIN_DIR, PATH } = process.env;
type Consensus = 'RAFT' | 'BFT';

async function realNetwork(consensus: Consensus): Promise<[string, RealNetwork]> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-writes-'));
  const organizations = [HARVEST, MERIDIAN, NORTHWIND];
  const network = await startRealNetwork(requireFabricPrograms({ FABRIC_BIN_DIR, PATH }), {
    directory,
    channels: [{ name: 'trade', consensus, organizations, batchTimeoutMs: 50 }],
  });
  return [directory, network];
}

for (const consensus of ['RAFT', 'BFT'] as const)
  fabricWritesContract(`real ${consensus} nodes`, async () => FabricWorld.over(...(await realNetwork(consensus))));

describe('real BFT orderers', () => {
  let network: RealNetwork;
  let world: FabricWorld;
  let ledger: FabricLedger;

  beforeAll(async () => {
    const [directory, started] = await realNetwork('BFT');
    network = started;
    world = FabricWorld.over(directory, network);
    await world.deploy({ channel: 'trade', name: 'assets', version: '1.0', service: { address: await freeAddress() } });
    ledger = await createFabricLedger(fabricLedgerOptions(network, 'trade', HARVEST));
  }, 120_000);
  afterAll(async () => {
    frozen('SIGCONT');
    await ledger?.close();
    await world?.close();
  }, 60_000);

  /** Two of four: fewer than a quorum are left. */
  function frozen(signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const { name } of network.orderingOrganizations.slice(-2)) {
      const pid = network.pids[name];
      if (pid === undefined) throw new Error(`${name} does not run`);
      process.kill(pid, signal);
    }
  }

  async function codesOf(transactionId: string): Promise<readonly unknown[]> {
    const { number } = await ledger.head();
    const decoder = ledger.decoder(await ledger.seed(0));
    const blocks = await collect(ledger.read(0, number, AbortSignal.timeout(20_000)));
    const found = blocks.flatMap((block) => decoder.decode(block).transactions);
    return found
      .filter(({ hash }) => hash === transactionId)
      .map(({ detail }) => (detail.kind === 'fabric' ? detail.validationCode : null));
  }

  test('without a quorum it is uncertain, and committed once there is one again', async () => {
    const { user1 } = world.organization(HARVEST).users;
    if (user1 === undefined) throw new Error('No user');
    const harvest = outsideSigner(HARVEST, user1);
    const request = call('put', ['quorum', 'x']);
    const proposal = await ledger.propose(request, harvest.creator);
    const transaction = await ledger.endorse(proposal.bytes, harvest.sign(proposal.bytes), request);
    frozen('SIGSTOP');
    const failure = await failureOf(ledger.order(transaction.bytes, harvest.sign(transaction.bytes)));
    expect([failure.code, failure.retryable]).toEqual(['SUBMIT_UNCERTAIN', true]);
    expect(await codesOf(transaction.transactionId)).toEqual([]);
    frozen('SIGCONT');
    const deadline = Date.now() + 60_000;
    let codes = await codesOf(transaction.transactionId);
    while (codes.length === 0 && Date.now() < deadline) codes = await codesOf(transaction.transactionId);
    expect(codes).toEqual(['VALID']);
  }, 90_000);
});
