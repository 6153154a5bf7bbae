import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import { common } from '@hyperledger/fabric-protos';
import { createAuthority } from '../devnet/fabric/material/authority.js';
import { startReplay } from '../devnet/fabric/replay.js';
import { runIngest, type IngestReport } from '../src/ingest/index.js';
import {
  createFabricLedger,
  type FabricClientIdentity,
  type FabricLedgerOptions,
} from '../src/ledgers/fabric/index.js';
import { seekEnvelope } from '../src/ledgers/fabric/live/seek.js';
import { clientSigner } from '../src/ledgers/fabric/live/signer.js';
import { openBlock } from '../src/ledgers/fabric/wire/block.js';
import type { OpenEnvelope } from '../src/ledgers/fabric/wire/envelope.js';
import { parts } from '../src/ledgers/fabric/wire/fields.js';
import { rawBlock } from '../src/ledgers/fabric/wire/rawBlock.js';
import { openStore } from '../src/store/index.js';
import { decodeBlock } from './fabricBare.js';
import { endWithBench, temporaryDirectory } from './temporary.js';
import { ThreadTimes } from './threadTimes.js';

/**
 * Fabric ingest as a share of a bare Deliver-and-decode loop over the same channel. A process of its own replays over gRPC and TLS a
 * channel made of recorded transactions, 100 a block; its new blocks bear no orderer signatures, so checking those is not in the numbers.
 * `node dist/bench/fabricIngest.js [blocks]`
 */
interface Site {
  readonly port: number;
  readonly root: string;
  readonly identity: FabricClientIdentity;
}
const RECORDED = 'test/fixtures/fabric/bft-trade/blocks';
const PER_BLOCK = 100;
const ROUNDS = 3;
const BLOCKS = Number(process.argv[2] ?? 300);

async function serve(): Promise<Site> {
  const authority = await createAuthority('tls', 'Replay');
  const issue = (commonName: string) => authority.issue({ commonName, organization: 'Replay', hosts: ['localhost'] });
  const [tls, client] = [await issue('localhost'), await issue('reader')];
  const { port } = await startReplay({ channel: 'trade', blocks: channel(), tls });
  const { certificatePem, privateKeyPem } = client;
  return { port, root: authority.keys.certificatePem, identity: { mspId: 'Org1MSP', certificatePem, privateKeyPem } };
}

/** Chaincode is approved and committed a few times in a channel's life, not in every tenth transaction. */
const isOrdinary = ({ body }: OpenEnvelope): boolean =>
  body.kind === 'transaction' && body.actions.every(({ chaincode }) => chaincode !== '_lifecycle');

/** The recorded genesis block, then blocks linked to it that hold the recorded transactions of chaincodes over and over. */
function channel(): Uint8Array[] {
  const recorded = readdirSync(RECORDED).sort();
  const [genesis = new Uint8Array(0), ...rest] = recorded.map((name) => readFileSync(join(RECORDED, name)));
  const envelopes = rest.flatMap((bytes) => openBlock(bytes).envelopes.filter(isOrdinary)).map(({ bytes }) => bytes);
  const blocks: Uint8Array[] = [genesis];
  for (let number = 1, previous = rawBlock(genesis).hash; number <= BLOCKS; number += 1) {
    const of = (_: unknown, i: number) => envelopes[(number * PER_BLOCK + i) % envelopes.length] ?? new Uint8Array(0);
    const list = Array.from({ length: PER_BLOCK }, of);
    const data = new common.BlockData();
    data.setDataList(list);
    const header = new common.BlockHeader();
    header.setNumber(number);
    header.setPreviousHash(Buffer.from(previous, 'hex'));
    header.setDataHash(createHash('sha256').update(Buffer.concat(list)).digest());
    const metadata = new common.BlockMetadata();
    metadata.setMetadataList([new Uint8Array(0), new Uint8Array(0), new Uint8Array(PER_BLOCK)]);
    const block = new common.Block();
    block.setHeader(header);
    block.setData(data);
    block.setMetadata(metadata);
    const bytes = block.serializeBinary();
    blocks.push(bytes);
    previous = rawBlock(bytes).hash;
  }
  return blocks;
}

interface Measured {
  readonly name: string;
  readonly run: (site: Site, clock: Clock) => Promise<void>;
  readonly rates: number[];
  readonly cpuSeconds: number[];
}

async function measure(): Promise<void> {
  const child = endWithBench(fork(fileURLToPath(import.meta.url), [String(BLOCKS)]));
  try {
    const [site] = (await once(child, 'message')) as [Site];
    console.log(
      `${BLOCKS * PER_BLOCK} transactions, best of ${ROUNDS} rounds in turns; CPU seconds are of this process, with its threads, alone`,
    );
    const bare = measured('bare loop: Deliver, decode with fabric-protos', bareLoop(decodeBlock));
    const quick = measured('bare loop with Parley’s own reader', bareLoop(openWhole));
    const whole = measured('ingest: verify, decode, store in SQLite', ingest);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const one of [bare, quick, whole]) await timed(one, site);
    }
    for (const one of [bare, quick, whole]) tell(one, bare);
  } finally {
    child.kill();
  }
}

function measured(name: string, run: Measured['run']): Measured {
  return { name, run, rates: [], cpuSeconds: [] };
}

/** Wall and CPU time of one run, without making and removing its store. */
class Clock {
  private startedMs = 0;
  private before = process.cpuUsage();
  seconds = 0;
  cpuSeconds = 0;

  start(): void {
    [this.startedMs, this.before] = [performance.now(), process.cpuUsage()];
  }
  stop(): void {
    this.seconds = (performance.now() - this.startedMs) / 1_000;
    const { user, system } = process.cpuUsage(this.before);
    this.cpuSeconds = (user + system) / 1_000_000;
  }
}

async function timed({ run, rates, cpuSeconds }: Measured, site: Site): Promise<void> {
  const clock = new Clock();
  await run(site, clock);
  rates.push((BLOCKS * PER_BLOCK) / clock.seconds);
  cpuSeconds.push(clock.cpuSeconds);
}

function tell({ name, rates, cpuSeconds }: Measured, bare: Measured): void {
  const best = Math.max(...rates);
  const share = Math.round((100 * best) / Math.max(...bare.rates));
  const rounds = rates.map((rate) => rate.toFixed(0)).join(', ');
  const cpu = Math.min(...cpuSeconds).toFixed(2);
  console.log(`${name}: ${best.toFixed(0)} transactions/s (${rounds}), ${share} %, ${cpu} s of CPU`);
}

/** Asks one peer for all blocks over one stream and decodes each; checks nothing, keeps nothing. `decode` tells the transactions. */
function bareLoop(decode: (block: Uint8Array) => number): Measured['run'] {
  return async ({ port, root, identity }, clock) => {
    clock.start();
    const client = new Client(`localhost:${port}`, credentials.createSsl(Buffer.from(root)), {
      'grpc.max_receive_message_length': -1,
    });
    const call = client.makeBidiStreamRequest(
      '/protos.Deliver/Deliver',
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => bytes,
    );
    call.write(seekEnvelope('trade', clientSigner('trade', identity), { start: 0, stop: BLOCKS, wait: false }));
    let [blocks, transactions] = [0, 0];
    for await (const response of call as AsyncIterable<Buffer>) {
      transactions += decode(response);
      if (++blocks > BLOCKS) break;
    }
    call.cancel();
    client.close();
    clock.stop();
    if (transactions !== BLOCKS * PER_BLOCK) throw new Error(`${transactions} transactions came`);
  };
}

/** Every envelope of a delivered block, opened with Parley's reader: what no other client in this language has. */
function openWhole(response: Uint8Array): number {
  const [, bytes] = parts(response);
  const whole = openBlock(bytes).envelopes.filter(({ body }) => body.kind === 'transaction');
  return whole.length;
}

/** The whole back-fill as a worker of Parley runs it, into a fresh store, until every block stands in it. */
async function ingest(site: Site, clock: Clock): Promise<void> {
  using directory = temporaryDirectory();
  const store = await openStore(`sqlite:${join(directory.path, 'index.db')}`, { appendInThread: true });
  clock.start();
  const ledger = await createFabricLedger(ledgerOptions(site));
  const stop = new AbortController();
  let indexed = -1;
  const threads = new ThreadTimes();
  const listener = (report: IngestReport): void => {
    if (report.kind === 'waiting') throw new Error(JSON.stringify(report.reason));
    if (report.kind !== 'following') return;
    indexed = report.tip?.number ?? -1;
    console.log(`  ingest ${threads.tell() ?? ''}`);
    stop.abort();
  };
  await runIngest({ ledger, store, listener, signal: stop.signal, keepRetracted: 256 });
  await ledger.close();
  clock.stop();
  await store.close();
  if (indexed !== BLOCKS) throw new Error(`Indexed to block ${indexed}`);
}

function ledgerOptions({ port, root, identity }: Site): FabricLedgerOptions {
  const connectionProfile = {
    organizations: { Org1: { mspid: 'Org1MSP', peers: ['own'] } },
    peers: { own: { url: `grpcs://localhost:${port}`, tlsCACerts: { pem: root } } },
  };
  return { name: 'trade', channel: 'trade', connectionProfile, identity };
}

if (process.send === undefined) await measure();
else process.send(await serve());
