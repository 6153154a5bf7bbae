import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../devnet/ethereum/index.js';
import { findGeth, startGeth } from '../../devnet/ethereum/geth.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley, type RunningParley } from '../support/parley.js';
import { eventually } from '../support/world.js';
import { command } from './command.js';
import { expectClean, expectServing, heightOf, indexed } from './running.js';
import { say, times, WHOLE } from './scale.js';

// A chain that turns deeper than a running Parley may follow: what it says, and what each way that it names makes good.

const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const BLOCKS = times(40, 12);
const WINDOW = times(8, 3);
const DEPTH = times(20, 6);
const geth = WHOLE ? findGeth() : null;
const NODES = [
  ['Anvil', () => startAnvil({ mining: 'manual', slotsInAnEpoch: 64 })],
  ...(geth === null ? [] : ([['geth', () => startGeth(geth)]] as const)),
] as const;

describe.each(NODES)('a reorganisation deeper than reorgWindow on %s', (name, start) => {
  let chain: TestChain;
  let directory: ConfigDirectory;
  beforeEach(async () => {
    chain = await start();
    directory = configDirectory();
    await produce(BLOCKS);
  });
  afterEach(async () => {
    await killLeftovers();
    await chain.close();
    directory.remove();
  });

  async function produce(blocks: number): Promise<void> {
    for (let left = blocks; left > 0; left -= 1) {
      await chain.send({ from: 0, to: TO, value: BigInt(1_000 + left), gas: 21_000n });
      await chain.mine();
    }
  }
  const configure = (reorgWindow: number): string => {
    const ethereum = { chainId: 31_337, rpc: [chain.rpc], finality: { depth: 60 }, reorgWindow };
    return directory.write('deep', [{ name: 'settlement', ethereum }]);
  };

  /** What `/readyz` says, once it is no more than that the reading stopped. */
  async function stopped(one: RunningParley): Promise<string> {
    return eventually('/readyz says it', async () => {
      const response = await fetch(`${one.url}/readyz`);
      const text = await response.text();
      return response.status === 503 && text.includes('reaches too deep') && text;
    });
  }

  async function turnsTooDeep(config: string): Promise<void> {
    const one = await startParley(config);
    await indexed(one, chain);
    const before = await heightOf(one);
    await chain.reorg(DEPTH, DEPTH + 1);
    await produce(1);
    const said = await stopped(one);
    say(`  ${name}, /readyz: ${said.slice(0, 400)}`);
    expect(said).toContain('parley rebuild --ledger settlement --read-again');
    expect(said).toContain('reorgWindow');
    await expectServing(one);
    expect(await heightOf(one)).toBe(before);
    expect(await one.stop()).toBe(0);
  }

  async function goesOn(config: string): Promise<void> {
    const again = await startParley(config);
    await indexed(again, chain);
    expect(await again.stop()).toBe(0);
    await expectClean(config);
  }

  test('stops the reading, which /readyz says, and `parley rebuild --ledger --read-again` resumes it', async () => {
    const config = configure(WINDOW);
    await turnsTooDeep(config);
    const { code, output } = await command('rebuild', '--config', config, '--ledger', 'settlement', '--read-again');
    expect([code, output]).toEqual([0, expect.stringContaining('forgotten')]);
    await goesOn(config);
  });

  (WHOLE ? test : test.skip)('stops the reading, and a larger reorgWindow resumes it', async () => {
    await turnsTooDeep(configure(WINDOW));
    await goesOn(configure(DEPTH + 10));
  });
});
