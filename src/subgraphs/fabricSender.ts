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
 * invalid: harmless, but to be avoided while the first may be on its way.
 */
const ORDER_AGAIN_AFTER_MS = 20_000;

/** Envelopes to ordering. An answer of a later sending says nothing of the first, so only blocks tell what came of it. */
export const fabricSender: LedgerSender<FabricLedger> = {
  send: async (ledger, { bytes }, signal) => {
    const { transaction, signature } = unpackEnvelope(bytes);
    await ledger.order(transaction, signature, signal);
  },
  tend: async (ledger, write, signal) => {
    if (Date.now() - write.sentMs < ORDER_AGAIN_AFTER_MS) return { kind: 'WAITING' };
    const { transaction, signature } = unpackEnvelope(write.bytes);
    try {
      await ledger.order(transaction, signature, signal);
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code === 'INTERNAL') throw error;
    }
    return { kind: 'WAITING' };
  },
};
