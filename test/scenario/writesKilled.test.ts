import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findGeth, startGeth } from '../../devnet/ethereum/geth.js';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { codesOf, sentIn, walletWorld, type WalletWorld } from '../support/ethereum/walletWorld.js';
import { killLeftovers, type RunningParley } from '../support/parley.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { sleep } from '../support/world.js';

// kill -9 anywhere in a write: between being asked, planning, taking a nonce, signing, journaling, sending and answering. Whoever asks
// again with the same key gets one transaction, and no nonce is left out.

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 4);
const AT_ONCE = 6;
const LATEST_KILL_MS = 120;
const anvil = (): Promise<TestChain> => startAnvil({ mining: 'manual', slotsInAnEpoch: 32 });

function killedAnywhere(name: string, start: () => Promise<TestChain>, shared = false): void {
  describe(`A Parley that is killed while it writes to ${name}`, () => {
    let world: WalletWorld;
    let postgres: TestPostgres | null = null;
    /** One that lives on, beside the one that is killed; on a store that takes more than one. */
    let survivor: RunningParley | null = null;
    const mining = new AbortController();
    let mined: Promise<void> = Promise.resolve();

    /** A block whenever something waits. */
    const mineOn = async (): Promise<void> => {
      while (!mining.signal.aborted) {
        const { pending } = await world.chain.request<{ pending: string }>('txpool_status');
        if (Number(pending) > 0) await world.chain.mine();
        await sleep(30);
      }
    };

    beforeAll(async () => {
      postgres = shared ? await startPostgres() : null;
      world = await walletWorld(start, await postgres?.database());
      survivor = shared ? await world.another() : null;
      mined = mineOn();
    }, 240_000);
    afterAll(async () => {
      mining.abort();
      await mined;
      await world.close();
      await killLeftovers();
      await postgres?.close();
    }, 240_000);

    test(`${ROUNDS} times: each key is one transaction, and nonces are in a row`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const first = await world.nonceOf('latest');
        const inputs = Array.from({ length: AT_ONCE }, (_, i) => ({
          ...{ value: String(1 + i), idempotencyKey: `round-${round}-${i}` },
        }));
        const asked = Promise.allSettled(inputs.map((input) => world.send(input)));
        await sleep((LATEST_KILL_MS * (round + 0.5)) / ROUNDS);
        await world.parley.kill();
        const before = await asked;
        if (survivor === null) await world.restart();
        const after = await Promise.all(inputs.map((input) => world.send(input, survivor ?? world.parley)));
        if (survivor !== null) await world.restart();
        const hashes = after.map((answer) => sentIn(answer).hash);
        expect(new Set(hashes).size).toBe(AT_ONCE);
        // Who was answered before is answered the same.
        before.forEach((answer, i) => {
          if (answer.status === 'fulfilled' && codesOf(answer.value).length === 0)
            expect(sentIn(answer.value).hash).toBe(hashes[i]);
        });
        expect(after.every((answer) => sentIn(answer).outcome === 'SUCCEEDED')).toBe(true);
        expect(await world.nonceOf('latest')).toBe(first + AT_ONCE);
      }
    }, 240_000);
  });
}

killedAnywhere('Anvil, while another on the same PostgreSQL lives on', anvil, true);

const geth = findGeth();
if (geth === null) {
  killedAnywhere('Anvil', anvil);
} else {
  killedAnywhere('geth', () => startGeth(geth));
}
