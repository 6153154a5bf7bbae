import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { startReplay, type ReplayPeer } from '../../devnet/fabric/replay.js';
import { createAuthority, type Authority } from '../../devnet/fabric/material/authority.js';
import { createFabricLedger } from '../../src/ledgers/fabric/index.js';
import type { FabricLedger } from '../../src/ledgers/ledger.js';
import { startIngest, workbench, type RunningIngest, type Workbench } from '../support/indexing.js';
import { seeded, type Random } from '../support/random.js';
import { sleep } from '../support/world.js';
import { recordedBlocks, recordedBytes } from '../unit/ledgers/fabric/recorded.js';
import { expectVerified, settles } from './checks.js';
import { changedTransaction, extended } from './forge.js';
import { openLine, WEATHERS, type Line } from './line.js';
import { say, SEED, times } from './scale.js';

// Between Parley and peers that replay a recorded channel: lines that spoil the bytes of Deliver, and peers that lag, lie or refuse.

const TIMINGS = {
  ...{ answerTimeoutMs: 500, evaluateTimeoutMs: 2_000, idleProbeMs: 120, idleProbesToAgree: 3 },
  ...{ minBackoffMs: 30, maxBackoffMs: 200 },
};
const HEIGHT = recordedBytes.length;

let authority: Authority;
let tls: Awaited<ReturnType<Authority['issue']>>;
let random: Random;
let bench: Workbench;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  random = seeded(SEED);
  authority = await createAuthority('tls', 'Replay');
  tls = await authority.issue({ commonName: 'localhost', organization: 'Replay', hosts: ['localhost'] });
  bench = await workbench();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await bench.close();
});

async function startPeer(blocks: readonly Uint8Array[], height: number): Promise<ReplayPeer> {
  const peer = await startReplay({ channel: 'trade', blocks, tls, height });
  closers.push(() => peer.close());
  return peer;
}
async function lineTo(peer: ReplayPeer): Promise<Line> {
  const line = await openLine(peer.port, random);
  closers.push(() => line.close());
  return line;
}

/** A reader of Org1 with its own peer first. */
async function open(own: { readonly port: number }, other?: { readonly port: number }): Promise<FabricLedger> {
  const client = await authority.issue({ commonName: 'reader', organization: 'Replay', unit: 'client' });
  const address = ({ port }: { readonly port: number }) => ({
    url: `grpcs://localhost:${port}`,
    tlsCACerts: { pem: authority.keys.certificatePem },
  });
  const ledger = await createFabricLedger({
    name: 'trade',
    channel: 'trade',
    connectionProfile: {
      organizations: {
        Org1: { mspid: 'Org1MSP', peers: ['own'] },
        ...(other === undefined ? {} : { Org2: { mspid: 'Org2MSP', peers: ['other'] } }),
      },
      peers: { own: address(own), ...(other === undefined ? {} : { other: address(other) }) },
    },
    identity: { mspId: 'Org1MSP', certificatePem: client.certificatePem, privateKeyPem: client.privateKeyPem },
    timings: TIMINGS,
  });
  closers.push(() => ledger.close());
  return ledger;
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
  readonly run: RunningIngest;
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
    const own = await startPeer(recordedBytes, 5);
    const line = await lineTo(own);
    const run = startIngest(await open(line), bench.store);
    await through({ run, line, peers: [own], always: false }, times(40, 8));
    await run.stop();
    await expectVerified(await open(own), bench.url);
  }, 600_000);
});

describe('two peers, the own one in trouble', () => {
  test('the other one goes on', async () => {
    const [own, other] = [await startPeer(recordedBytes, 5), await startPeer(recordedBytes, 5)];
    const line = await lineTo(own);
    const run = startIngest(await open(line, other), bench.store);
    await through({ run, line, peers: [own, other], always: true }, times(30, 4));
    await run.stop();
    await expectVerified(await open(other), bench.url);
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
      const [own, other] = [await startPeer(lies(), begin), await startPeer(recordedBytes, begin)];
      const run = startIngest(await open(own, other), bench.store);
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
      await expectVerified(await open(other), bench.url);
    },
    60_000,
  );

  test('which is alone with its lies: what does not fit its header is never taken, and it is said', async () => {
    const own = await startPeer(tampered(), HEIGHT);
    const run = startIngest(await open(own), bench.store);
    const said = await run.until('what is wrong is said', (report) => report.kind === 'waiting');
    expect(JSON.stringify(said)).toContain(`block ${LIE}`);
    await run.stop();
  }, 30_000);
});
