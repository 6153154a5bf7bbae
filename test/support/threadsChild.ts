// A process that does in threads what it also does without: node … threadsChild.ts <rpc> <store url> <store url> <first> <last>
import { ParleyError } from '../../src/errors/index.js';
import { createEthereumLedger } from '../../src/ledgers/ethereum/index.js';
import type { DecodedBlock } from '../../src/model/block.js';
import { openStore } from '../../src/store/index.js';
import type { Store } from '../../src/store/store.js';

const [rpc = '', here = '', apart = '', first = '0', last = '0'] = process.argv.slice(2);
const [from, to] = [Number(first), Number(last)];
const head = { number: to, hash: '0x', finalized: -1, safe: -1, seenAtMs: 0 };

async function read(proveInThread: 'never' | 'always'): Promise<DecodedBlock[]> {
  const ledger = createEthereumLedger({
    ...{ name: 'settlement', chainId: 31_337, rpc: [rpc], ws: null, startBlock: from, finality: { depth: 64 } },
    ...{ reorgWindow: 64, contracts: [], proveInThread },
  });
  const decoder = ledger.decoder({ config: null, previous: null });
  const blocks: DecodedBlock[] = [];
  for await (const raw of ledger.read(from, to, new AbortController().signal)) blocks.push(decoder.decode(raw));
  await ledger.close();
  return blocks;
}

const bytesAsText = (blocks: readonly DecodedBlock[]): string =>
  JSON.stringify(blocks.map((block) => ({ ...block, bytes: Buffer.from(block.bytes).toString('latin1') })));

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof ParleyError ? `${error.code}: ${String(error.expected)}` : String(error)),
  );
}

async function append(store: Store, blocks: readonly DecodedBlock[]): Promise<void> {
  const [block] = blocks;
  if (block === undefined) throw new Error('Nothing was read');
  await store.declare({ id: block.ledger, kind: 'ethereum', name: 'settlement', startBlock: from });
  await store.append(blocks.slice(0, 30), head);
  await store.append(blocks.slice(30), head);
}

const [plain, threaded] = [await read('never'), await read('always')];
const [one, other] = [await openStore(here), await openStore(apart, { appendInThread: true })];
await append(one, plain);
await append(other, threaded);
const again = await codeOf(other.append(threaded, head));
const [block] = threaded;
if (block !== undefined) other.fence(block.ledger, 7);
const fenced = await codeOf(other.append(threaded, head));
await one.close();
await other.close();
process.stdout.write(
  JSON.stringify({ blocks: plain.length, same: bytesAsText(plain) === bytesAsText(threaded), again, fenced }),
);
