import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import type { ReplayPeer } from '../../devnet/fabric/replay.js';
import { startIngest, workbench, type Workbench } from '../support/indexing.js';
import { seeded, type Random } from '../support/random.js';
import { sleep } from '../support/world.js';
import { recordedBlocks, recordedBytes } from '../unit/ledgers/fabric/recorded.js';
import { expectVerified, settles } from './checks.js';
import { changedTransaction, extended } from './forge.js';
import { openLine, WEATHERS, type Line } from './line.js';
import { peerSite, type PeerSite } from './peers.js';
import { say, SEED, times } from './scale.js';
import { superviseIngest, type SupervisedIngest } from './supervised.js';

// Between Parley and peers that replay a recorded channel: lines that spoil the bytes of Deliver, and peers that lag, lie or refuse.

const HEIGHT = recordedBytes.length;

let site: PeerSite;
let random: Random;
let bench: Workbench;
beforeEach(async () => {
  random = seeded(SEED);
  site = await peerSite();
  bench = await workbench();
});
afterEach(async () => {
  await site.close();
  await bench.close();
});

async function lineTo(peer: ReplayPeer): Promise<Line> {
  const line = await openLine(peer.port, random);
  site.closes(() => line.close());
  return line;
}

const at = (height: number): { number: number; hash: string } => {
  const block = recordedBlocks[height - 1];
  if (block === undefined) throw new Error(`No block ${height - 1}`);
  return { number: block.number, hash: block.hash };
};

type Trouble = readonly [name: string, begin: () => void, end: () => void];
function troubles(line: Line, peer: ReplayPeer): Trouble[] {
  return [
    ...WEATHERS.map((weather): Trouble => {
      return [`the line ${weather}`, () => line.turn(weather), () => line.turn('fair')];
    }),
    ['the peer hangs', () => peer.hang(true), () => peer.hang(false)],
    ['the peer is busy', () => peer.refuse(common.Status.SERVICE_UNAVAILABLE), () => peer.refuse(null)],
  ];
}

interface Way {
  readonly run: SupervisedIngest;
  readonly line: Line;
  readonly peers: readonly ReplayPeer[];
  /** The index arrives while the trouble lasts. */
  readonly always: boolean;
}

async function through({ run, line, peers, always }: Way, rounds: number): Promise<void> {
  const [own] = peers;
  if (own === undefined) throw new Error('no peer');
  let left: Trouble[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (left.length === 0) left = troubles(line, own);
    const [trouble] = left.splice(random.below(left.length), 1);
    if (trouble === undefined) throw new Error('no trouble');
    const began = Date.now();
    trouble[1]();
    const height = Math.min(HEIGHT, own.height + 1 + random.below(Math.ceil((HEIGHT - own.height) / (rounds - round))));
    for (const peer of peers) peer.show(height);
    await sleep(100 + random.below(400));
    if (!always) trouble[2]();
    await settles(run, at(height));
    trouble[2]();
    say(`  ${trouble[0]}: at block ${height - 1} after ${Date.now() - began} ms`);
  }
}

describe('one peer behind a line that spoils everything', () => {
  test('is followed without a gap, whatever happens on the way', async () => {
    const own = await site.startPeer(recordedBytes, 5);
    const line = await lineTo(own);
    const run = superviseIngest({ open: () => site.open(line), store: bench.store, mends: [] });
    await through({ run, line, peers: [own], always: false }, times(40, 8));
    await run.stop();
    await expectVerified(await site.open(own), bench.url);
  }, 600_000);
});

describe('two peers, the own one in trouble', () => {
  test('the other one goes on', async () => {
    const [own, other] = [await site.startPeer(recordedBytes, 5), await site.startPeer(recordedBytes, 5)];
    const line = await lineTo(own);
    const run = superviseIngest({ open: () => site.open(line, other), store: bench.store, mends: [] });
    await through({ run, line, peers: [own, other], always: true }, times(30, 4));
    await run.stop();
    await expectVerified(await site.open(other), bench.url);
  }, 600_000);

  const LIE = 12;
  /** The recorded channel with one block's data changed under its header, as a peer that is tampered with has it. */
  const tampered = (): Uint8Array[] => {
    const block = common.Block.deserializeBinary(recordedBytes[LIE] ?? new Uint8Array(0));
    const [first = new Uint8Array(0), ...rest] = block.getData()?.getDataList_asU8() ?? [];
    const changed = Uint8Array.from(first);
    changed[changed.length - 100] = (changed[changed.length - 100] ?? 0) ^ 1;
    block.getData()?.setDataList([changed, ...rest]);
    return [...recordedBytes.with(LIE, block.serializeBinary())];
  };
  /** A branch of its own from that block on, linked in itself, that no orderer signed. */
  const forked = (): Uint8Array[] => {
    let blocks: Uint8Array[] = recordedBytes.slice(0, LIE);
    while (blocks.length < HEIGHT)
      blocks = extended(blocks, [{ envelope: changedTransaction(9, { id: `forged-${blocks.length}` }), code: 0 }]);
    return blocks;
  };

  test.each([
    ['data under another header', 'reading'],
    ['data under another header', 'following'],
    ['a branch that no orderer signed', 'reading'],
    ['a branch that no orderer signed', 'following'],
  ] as const)(
    'which delivers %s: the right one wins while %s',
    async (what, how) => {
      const lies = what.startsWith('data') ? tampered : forked;
      const begin = how === 'reading' ? HEIGHT : LIE - 2;
      const [own, other] = [await site.startPeer(lies(), begin), await site.startPeer(recordedBytes, begin)];
      const run = startIngest(await site.open(own, other), bench.store);
      if (how === 'following') {
        await settles(run, at(begin));
        for (let height = begin + 1; height <= HEIGHT; height += 6) {
          for (const peer of [own, other]) peer.show(height);
          await sleep(60);
        }
        for (const peer of [own, other]) peer.show(HEIGHT);
      }
      await settles(run, at(HEIGHT));
      say(`  ${what} while ${how}: the right one won`);
      await run.stop();
      await expectVerified(await site.open(other), bench.url);
    },
    240_000,
  );

  test('which is alone with its lies: what does not fit its header is never taken, and it is said', async () => {
    const own = await site.startPeer(tampered(), HEIGHT);
    const run = startIngest(await site.open(own), bench.store);
    const said = await run.until('what is wrong is said', (report) => report.kind === 'waiting');
    expect(JSON.stringify(said)).toContain(`block ${LIE}`);
    await run.stop();
  }, 240_000);
});
