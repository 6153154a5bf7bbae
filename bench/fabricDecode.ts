import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { ConfigReader } from '../src/ledgers/fabric/config/governing.js';
import { FabricBlockDecoder } from '../src/ledgers/fabric/decoding/blockDecoder.js';
import { BlockOpener } from '../src/ledgers/fabric/decoding/opened.js';
import { Identities } from '../src/ledgers/fabric/identities/identity.js';
import { MspReader } from '../src/ledgers/fabric/identities/membership.js';
import { openBlock } from '../src/ledgers/fabric/wire/block.js';
import { rawBlock } from '../src/ledgers/fabric/wire/rawBlock.js';
import type { RawBlock } from '../src/model/block.js';
import { fabricLedgerId } from '../src/model/ids.js';

/**
 * How many transactions a second one thread decodes, from recorded envelopes packed into larger blocks: opened only, decoded with
 * every signature checked in the same thread, and with signatures checked ahead in other threads, as reading a channel does.
 */
const directory = process.argv[2] ?? 'test/fixtures/fabric/bft-trade/blocks';
const TRANSACTIONS_A_BLOCK = 100;
const BLOCKS = 100;
const READ_AHEAD = 32;

const recorded = readdirSync(directory)
  .sort()
  .map((name) => readFileSync(join(directory, name)));

const [genesis, ...rest] = recorded;
if (genesis === undefined) throw new Error(`No blocks in ${directory}`);
const blocks = packed(rest);
const transactions = BLOCKS * TRANSACTIONS_A_BLOCK;

measure('opened', () => blocks.forEach((block) => openBlock(block.bytes)));
measure('decoded, signatures in this thread', () => {
  const { decoder } = makeDecoder();
  for (const block of blocks) decoder.decode({ ...block });
});
await measureAsync('decoded, signatures ahead in other threads', async () => {
  const { decoder, opener } = makeDecoder();
  const queue: { block: RawBlock; ready: Promise<void> }[] = [];
  for (const original of blocks) {
    const block = { ...original };
    queue.push({ block, ready: opener.openAhead(block) });
    if (queue.length < READ_AHEAD) continue;
    const next = queue.shift();
    await next?.ready;
    if (next !== undefined) decoder.decode(next.block);
  }
  for (const { block, ready } of queue) {
    await ready;
    decoder.decode(block);
  }
  await opener.close();
});

/** Endorser transactions of the recording, over and over, in blocks of one size. */
function packed(sources: readonly Uint8Array[]): RawBlock[] {
  const envelopes = sources.flatMap((bytes) => {
    const block = openBlock(bytes);
    return block.envelopes.filter((e) => e.body.kind === 'transaction').map((e) => e.bytes);
  });
  return Array.from({ length: BLOCKS }, (_, number) => {
    const data = new common.BlockData();
    data.setDataList(
      Array.from(
        { length: TRANSACTIONS_A_BLOCK },
        (_item, i) => envelopes[(number * TRANSACTIONS_A_BLOCK + i) % envelopes.length] ?? new Uint8Array(0),
      ),
    );
    const header = new common.BlockHeader();
    header.setNumber(number + 1);
    const metadata = new common.BlockMetadata();
    metadata.setMetadataList([new Uint8Array(0), new Uint8Array(0), new Uint8Array(TRANSACTIONS_A_BLOCK)]);
    const block = new common.Block();
    block.setHeader(header);
    block.setData(data);
    block.setMetadata(metadata);
    return rawBlock(block.serializeBinary());
  });
}

function makeDecoder(): { decoder: FabricBlockDecoder; opener: BlockOpener } {
  const identities = new Identities();
  const opener = new BlockOpener(identities);
  const configs = new ConfigReader(identities, new MspReader());
  const first = rawBlock(genesis ?? new Uint8Array(0));
  const decoder = new FabricBlockDecoder(
    { ledger: fabricLedgerId(first.hash), startBlock: 0, opener, identities, configs },
    { config: first, previous: first },
  );
  return { decoder, opener };
}

function measure(what: string, run: () => void): void {
  run();
  const started = performance.now();
  run();
  say(what, performance.now() - started);
}

async function measureAsync(what: string, run: () => Promise<void>): Promise<void> {
  await run();
  const started = performance.now();
  await run();
  say(what, performance.now() - started);
}

function say(what: string, ms: number): void {
  console.log(
    `${what}: ${Math.round((transactions / ms) * 1000)} transactions/s (${Math.round(ms)} ms for ${transactions})`,
  );
}
