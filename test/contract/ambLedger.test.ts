import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ManagedBlockchainClient } from '@aws-sdk/client-managedblockchain';
import { openAmb } from '../../src/app/openAmb.js';
import type { OpenRead } from '../../src/app/openRead.js';
import { ambLedgerId, createAmbClient } from '../../src/governance/amb/index.js';
import type { IngestReport } from '../../src/ingest/index.js';
import type { Ledger } from '../../src/ledgers/ledger.js';
import { grantScope } from '../../src/model/scope.js';
import { createNetwork, propose, vote, type AtNetwork } from '../support/ambNetwork.js';
import { hushedDoor, type HushedDoor } from '../support/hushedDoor.js';
import { startIngest, workbench, type RunningIngest, type Workbench } from '../support/indexing.js';
import { motoIsHere, startMoto, type Moto } from '../support/moto.js';
import { sleep } from '../support/world.js';

// The reader of a network over moto, beneath the command: what it stores, and that it stores nothing twice. What moto does otherwise than
// AWS is listed in test/support/moto.ts.
const here = await motoIsHere();
if (!here) process.stderr.write('Not run: the reader of Amazon Managed Blockchain; moto cannot be had\n');

(here ? describe : describe.skip)('the reader of a network at Amazon', () => {
  let moto: Moto;
  let door: HushedDoor;
  let amazon: ManagedBlockchainClient;
  let at: AtNetwork;
  let bench: Workbench;
  const open: Ledger[] = [];
  const running: RunningIngest[] = [];

  beforeAll(async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    moto = await startMoto();
    amazon = createAmbClient({ region: 'us-east-1', endpoint: moto.endpoint });
    door = await hushedDoor(Number(new URL(moto.endpoint).port));
  }, 60_000);
  beforeEach(async () => {
    await door.shut();
    await door.open();
    bench = await workbench();
    at = await createNetwork(amazon);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
    await Promise.all(open.splice(0).map((one) => one.close()));
    await bench.close();
  });
  afterAll(async () => {
    amazon.destroy();
    await door.shut();
    await moto.close();
  });

  const reader = (): OpenRead => {
    const place = { region: 'us-east-1', endpoint: `http://127.0.0.1:${door.port}` };
    const config = {
      kind: 'amb',
      name: ambLedgerId(at.network),
      network: at.network,
      pollSeconds: 1,
      ...place,
    } as const;
    const read = openAmb(config, bench.store);
    open.push(read.ledger);
    return read;
  };
  const read = ({ ledger, observers }: OpenRead): RunningIngest => {
    const run = startIngest(ledger, bench.store, 0, undefined, observers);
    running.push(run);
    return run;
  };
  const statusOf = async (nativeId: string): Promise<string | undefined> => {
    const ledger = ambLedgerId(at.network);
    const [row] = await bench.store.proposalsByKey(grantScope([ledger]), [{ ledger, mechanism: 'AMB', nativeId }]);
    return row?.state.status;
  };
  const isAt =
    (number: number) =>
    (report: IngestReport): boolean =>
      report.kind === 'following' && report.tip?.number === number;

  test('goes on from what another one stored, and stores nothing twice', async () => {
    const [one, two] = [reader(), reader()];
    const first = read(one);
    await first.until('the first record', isAt(0));
    await first.stop();
    const proposal = await propose(amazon, at, { Invitations: [{ Principal: '123456789012' }] });
    const second = read(two);
    await second.until('the proposal', isAt(1));
    await vote(amazon, at, proposal, 'NO');
    await second.until('the vote', isAt(2));
    await second.stop();
    // It knows nothing of what the other one found, until it looks into the store.
    const again = read(one);
    const report = await again.until('the same place', isAt(2));
    expect(report).toMatchObject({ head: { number: 2, finalized: 2 } });
    expect(await statusOf(proposal)).toBe('REJECTED');
    const next = await propose(amazon, at, { Invitations: [{ Principal: '123456789012' }] });
    await again.until('the next proposal', isAt(3));
    expect(await statusOf(next)).toBe('ACTIVE');
    expect(await bench.store.contradictions(ambLedgerId(at.network))).toEqual([]);
  });

  test('waits while Amazon is silent, says why, and finds what came meanwhile', async () => {
    const run = read(reader());
    await run.until('the first record', isAt(0));
    await door.shut();
    const waiting = await run.until('that it waits', ({ kind }) => kind === 'waiting');
    expect(waiting).toMatchObject({ reason: { code: 'LEDGER_UNAVAILABLE' } });
    const proposal = await propose(amazon, at, { Invitations: [{ Principal: '123456789012' }] });
    await door.open();
    await run.until('the proposal', isAt(1));
    expect(await statusOf(proposal)).toBe('ACTIVE');
  });

  test('ends at once where it is told to, whatever Amazon does', async () => {
    const run = read(reader());
    await run.until('the first record', isAt(0));
    door.hush();
    // Longer than from one poll to the next: one has begun.
    await sleep(1_500);
    const began = Date.now();
    await run.stop();
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  test('stops for a network that is not there', async () => {
    at = { ...at, network: 'n-ABCDEFGHIJKLMNOPQRSTUVWXY0' };
    const run = read(reader());
    await expect(run.done).rejects.toMatchObject({ code: 'INPUT_INVALID', got: 'ResourceNotFoundException' });
    running.splice(0);
  });
});
