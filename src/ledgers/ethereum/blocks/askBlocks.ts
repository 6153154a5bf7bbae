import { EndpointFault } from '../jsonRpc/endpointFault.js';
import type { Endpoint } from '../jsonRpc/endpoint.js';
import { refusalOf } from '../jsonRpc/refusal.js';
import type { ProvenAnswer } from '../proofs/proveAnswer.js';
import { isRecord, type RpcCall, type RpcReply } from '../jsonRpc/wire.js';
import type { Assembled } from './assemble.js';

/** What a node said about one number, before anything is believed. */
export interface BlockAnswer {
  readonly number: number;
  readonly block: unknown;
  readonly receipts: unknown;
  /** What it said in place of an answer: it may well answer in a moment. */
  readonly notYet: string | null;
  /** What was made of the block already, in place of it. */
  readonly assembled: Assembled | null;
}

/** Reads the text of an answer to `before` calls and two for each number. */
export type ProveText = (text: string, before: number, numbers: readonly number[]) => Promise<ProvenAnswer>;

export const tagOf = (number: number): string => `0x${number.toString(16)}`;

const blockCall = (number: number): RpcCall => ({ method: 'eth_getBlockByNumber', params: [tagOf(number), true] });
const receiptsCall = (number: number): RpcCall => ({ method: 'eth_getBlockReceipts', params: [tagOf(number)] });

/** Receipts asked for one by one in a request, where a node cannot give a block's at once. */
const RECEIPTS_IN_REQUEST = 100;

/**
 * Asks one endpoint for blocks with receipts in one request. `before` goes along in the same request, so that what it
 * says (chain id, head) was said by the same node at the same time.
 */
export async function askBlocks(
  endpoint: Endpoint,
  numbers: readonly number[],
  before: readonly RpcCall[],
  prove: ProveText,
  signal: AbortSignal | undefined,
): Promise<{ readonly before: readonly RpcReply[]; readonly answers: readonly BlockAnswer[] }> {
  if (endpoint.lacksBlockReceipts) return askOneByOne(endpoint, numbers, before, signal);
  const calls = [...before, ...numbers.flatMap((number) => [blockCall(number), receiptsCall(number)])];
  let bytes = 0;
  let assembled: ProvenAnswer['assembled'] = [];
  const read = async (text: string): Promise<readonly RpcReply[]> => {
    const proven = await prove(text, before.length, numbers);
    assembled = proven.assembled;
    return proven.replies;
  };
  const replies = await endpoint.ask(calls, signal, (length) => (bytes = length), read);
  const said = replies.slice(before.length);
  if (said.some((reply) => !reply.ok && refusalOf(reply.error) === 'no such method')) {
    endpoint.lacksBlockReceipts = true;
    return askOneByOne(endpoint, numbers, before, signal);
  }
  endpoint.batch.grow(numbers.length, bytes);
  const answers = numbers.map((number, i) => ({
    ...answerOf(number, said[2 * i], said[2 * i + 1]),
    assembled: assembled[i] ?? null,
  }));
  return { before: replies.slice(0, before.length), answers };
}

function answerOf(
  number: number,
  block: RpcReply | undefined,
  receipts: RpcReply | undefined,
): Omit<BlockAnswer, 'assembled'> {
  const first = take(block);
  const second = take(receipts);
  return { number, block: first.result, receipts: second.result, notYet: first.notYet ?? second.notYet };
}

/** An error in place of a block is no answer yet; a refusal to answer is told as such. */
function take(reply: RpcReply | undefined): { readonly result: unknown; readonly notYet: string | null } {
  if (reply?.ok === true) return { result: reply.result, notYet: null };
  const message = reply?.error.message ?? 'nothing';
  if (reply !== undefined && refusalOf(reply.error) === 'no such method') throw new EndpointFault('refused', message);
  return { result: null, notYet: message };
}

async function askOneByOne(
  endpoint: Endpoint,
  numbers: readonly number[],
  before: readonly RpcCall[],
  signal: AbortSignal | undefined,
): Promise<{ readonly before: readonly RpcReply[]; readonly answers: readonly BlockAnswer[] }> {
  const replies = await endpoint.ask([...before, ...numbers.map(blockCall)], signal);
  const blocks = replies.slice(before.length).map(take);
  const hashes = blocks.map(({ result }) => hashesOf(result));
  const receipts = await askReceipts(endpoint, hashes.flat(), signal);
  let at = 0;
  const answers = numbers.map((number, i) => {
    const own = receipts.slice(at, (at += hashes[i]?.length ?? 0)).map(take);
    const block = blocks[i];
    const notYet = block?.notYet ?? own.find((receipt) => receipt.notYet !== null)?.notYet ?? null;
    return { number, block: block?.result ?? null, receipts: own.map(({ result }) => result), notYet, assembled: null };
  });
  return { before: replies.slice(0, before.length), answers };
}

async function askReceipts(
  endpoint: Endpoint,
  hashes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly RpcReply[]> {
  const replies: RpcReply[] = [];
  for (let at = 0; at < hashes.length; at += RECEIPTS_IN_REQUEST) {
    const part = hashes.slice(at, at + RECEIPTS_IN_REQUEST);
    const calls = part.map((hash) => ({ method: 'eth_getTransactionReceipt', params: [hash] }));
    replies.push(...(await endpoint.ask(calls, signal)));
  }
  return replies;
}

function hashesOf(block: unknown): readonly string[] {
  const transactions = isRecord(block) ? block['transactions'] : [];
  if (!Array.isArray(transactions)) return [];
  return transactions.flatMap((item: unknown) =>
    isRecord(item) && typeof item['hash'] === 'string' ? [item['hash']] : [],
  );
}
