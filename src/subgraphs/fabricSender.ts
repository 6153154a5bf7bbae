import { ParleyError } from '../errors/index.js';
import type { FabricLedger } from '../ledgers/ledger.js';
import type { LedgerSender } from './writes.js';

/** An endorsed transaction with its signature as one run of bytes: the length of the transaction (4 bytes, big endian), it, the signature. */
export function packEnvelope(transaction: Uint8Array, signature: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(transaction.length);
  return Buffer.concat([length, transaction, signature]);
}

export function unpackEnvelope(packed: Uint8Array): {
  readonly transaction: Uint8Array;
  readonly signature: Uint8Array;
} {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const end = bytes.length < 4 ? -1 : 4 + bytes.readUInt32BE(0);
  if (end < 0 || end > bytes.length)
    throw new ParleyError('STORE_CORRUPT', 'What was kept of a transaction is not an envelope', { got: bytes.length });
  return { transaction: bytes.subarray(4, end), signature: bytes.subarray(end) };
}

/**
 * How long blocks are waited for before the same envelope is ordered again. A Raft orderer orders it twice, and the second is marked
 * invalid: harmless, but to be avoided while the first may be on its way. Whoever asks meanwhile waits longer than this, so that what
 * was never sent, because Parley was killed just then, is answered from its block.
 */
const ORDER_AGAIN_AFTER_MS = 10_000;

/** Envelopes to ordering. An answer of a later sending says nothing of the first, so only blocks tell what came of it. */
export const fabricSender: LedgerSender<FabricLedger> = {
  send: async (ledger, { bytes }, signal) => {
    const { transaction, signature } = unpackEnvelope(bytes);
    await ledger.order(transaction, signature, signal);
  },
  tend: async (ledger, write, signal) => {
    const againAtMs = write.sentMs + ORDER_AGAIN_AFTER_MS;
    if (Date.now() < againAtMs) return { kind: 'WAITING', againAtMs };
    if (!(await isInBlock(ledger, write.transaction, signal))) await orderAgain(ledger, write.bytes, signal);
    return { kind: 'WAITING' };
  },
};

/** Whether a peer has it in a block, which the index may be behind. Errors: no peer answers. */
async function isInBlock(ledger: FabricLedger, transaction: string, signal: AbortSignal): Promise<boolean> {
  const asked = [ledger.channel, transaction].map((one) => Buffer.from(one));
  const none = { contract: null, transient: {}, endorsingOrganizations: [] };
  try {
    await ledger.evaluate({ ...none, chaincode: 'qscc', function: 'GetTransactionByID', arguments: asked }, signal);
    return true;
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'EVALUATE_FAILED') return false;
    throw error;
  }
}

async function orderAgain(ledger: FabricLedger, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const { transaction, signature } = unpackEnvelope(bytes);
  try {
    await ledger.order(transaction, signature, signal);
  } catch (error) {
    if (!(error instanceof ParleyError) || error.code === 'INTERNAL') throw error;
  }
}
