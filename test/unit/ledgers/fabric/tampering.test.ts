import { describe, expect, test } from '@jest/globals';
import { common, peer } from '@hyperledger/fabric-protos';
import fc from 'fast-check';
import { rawBlock } from '../../../../src/ledgers/fabric/wire/rawBlock.js';
import type { DecodedBlock, RawBlock } from '../../../../src/model/block.js';
import type { FabricBlockDetail, FabricTransactionDetail } from '../../../../src/model/fabric.js';
import { decodeRecorded, makeDecoder, recordedBlocks } from './recorded.js';

/** Blocks with one endorser transaction of two endorsements each, and the block after it. */
const NUMBERS = [6, 9, 15, 26, 31, 36, 47];
const originals = decodeRecorded();

const block = (number: number): RawBlock => {
  const found = recordedBlocks[number];
  if (found === undefined) throw new Error(`No block ${number}`);
  return found;
};
const open = (number: number): common.Block => common.Block.deserializeBinary(block(number).bytes);
const detailOf = ({ detail }: DecodedBlock): FabricBlockDetail => {
  if (detail.kind !== 'fabric') throw new Error('Not a Fabric block');
  return detail;
};
const transactionOf = (decoded: DecodedBlock): FabricTransactionDetail => {
  const detail = decoded.transactions[0]?.detail;
  if (detail?.kind !== 'fabric') throw new Error('No Fabric transaction');
  return detail;
};

/** Decodes a changed block in the place of the recorded one, and the recorded next one after it. */
function decodeChanged(number: number, changed: common.Block): { changed: DecodedBlock; next: DecodedBlock } {
  const [before, config] = [block(number - 1), block(originals[number - 1]?.config ? number - 1 : lastConfig(number))];
  const { decoder } = makeDecoder({ config, previous: { number: before.number, hash: before.hash } });
  const decoded = decoder.decode(rawBlock(changed.serializeBinary()));
  return { changed: decoded, next: decoder.decode(block(number + 1)) };
}
const lastConfig = (number: number): number =>
  Math.max(...originals.filter((b) => b.config !== null && b.number < number).map((b) => b.number));

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const index = at % copy.length;
  copy[index] = (copy[index] ?? 0) ^ (1 << bit);
  return copy;
}

const anyChange = fc.record({ number: fc.constantFrom(...NUMBERS), at: fc.nat(1_000_000), bit: fc.nat(7) });

describe('a changed bit', () => {
  test('in the envelope never passes, and is marked where it is', () => {
    fc.assert(
      fc.property(anyChange, ({ number, at, bit }) => {
        const changed = open(number);
        const [envelope = new Uint8Array(0)] = changed.getData()?.getDataList_asU8() ?? [];
        changed.getData()?.setDataList([flipped(envelope, at, bit)]);
        const decoded = decodeChanged(number, changed).changed;
        expect(detailOf(decoded).dataHashVerified).toBe(false);
        // The header was not touched: its hash, its link and what the orderers signed stay as they were.
        expect(decoded.hash).toBe(block(number).hash);
        expect(detailOf(decoded)).toMatchObject({ linkVerified: true, signaturesVerified: true });
        expect(decoded.transactions).toHaveLength(1);
        expect(transactionOf(decoded).creatorVerified).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('in the header breaks the orderers’ signatures and the next block’s link', () => {
    fc.assert(
      fc.property(anyChange, fc.constantFrom('previous', 'data', 'number'), ({ number, at, bit }, part) => {
        const changed = open(number);
        const header = changed.getHeader();
        if (part === 'previous') header?.setPreviousHash(flipped(header.getPreviousHash_asU8(), at, bit));
        if (part === 'data') header?.setDataHash(flipped(header.getDataHash_asU8(), at, bit));
        if (part === 'number') header?.setNumber(number + 1 + (at % 1000));
        const { changed: decoded, next } = decodeChanged(number, changed);
        expect(decoded.hash).not.toBe(block(number).hash);
        expect(detailOf(decoded).signaturesVerified).toBe(false);
        expect(detailOf(decoded).signatures.some((s) => s.verified)).toBe(false);
        expect(detailOf(decoded).linkVerified).toBe(part === 'data');
        expect(detailOf(decoded).dataHashVerified).toBe(part !== 'data');
        expect(detailOf(next).linkVerified).toBe(false);
        expect(transactionOf(decoded).creatorVerified).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('in an orderer’s signature takes that signature and, with it, the quorum', () => {
    fc.assert(
      fc.property(anyChange, fc.nat(2), ({ number, at, bit }, which) => {
        const changed = open(number);
        const list = changed.getMetadata()?.getMetadataList_asU8() ?? [];
        const metadata = common.Metadata.deserializeBinary(list[0] ?? new Uint8Array(0));
        const signature = metadata.getSignaturesList()[which];
        signature?.setSignature(flipped(signature.getSignature_asU8(), at, bit));
        changed.getMetadata()?.setMetadataList([metadata.serializeBinary(), ...list.slice(1)]);
        const detail = detailOf(decodeChanged(number, changed).changed);
        expect(detail.signatures.map((s) => s.verified)).toEqual([0, 1, 2].map((i) => i !== which));
        expect(detail).toMatchObject({ signaturesVerified: false, dataHashVerified: true, linkVerified: true });
      }),
      { numRuns: 60 },
    );
  });

  test('in an endorsement’s signature or certificate takes that endorsement alone', () => {
    fc.assert(
      fc.property(anyChange, fc.constantFrom('signature', 'certificate'), ({ number, at, bit }, part) => {
        const changed = withEndorsement(open(number), (endorsement) => {
          if (part === 'signature') endorsement.setSignature(flipped(endorsement.getSignature_asU8(), at, bit));
          else endorsement.setEndorser(flipped(endorsement.getEndorser_asU8(), at, bit));
        });
        const { endorsements } = transactionOf(decodeChanged(number, changed).changed);
        expect(endorsements[0]?.verified).toBe(false);
        expect(endorsements.slice(1).every((e) => e.verified)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('anywhere in a block never stops decoding, unless it is no block any more', () => {
    fc.assert(
      fc.property(anyChange, ({ number, at, bit }) => {
        const bytes = flipped(block(number).bytes, at, bit);
        const raw = attempt(() => rawBlock(bytes));
        if (raw === null) return;
        const { decoder } = makeDecoder({ config: block(2), previous: block(number - 1) });
        expect(decoder.decode(raw).hash).toBe(raw.hash);
      }),
      { numRuns: 60 },
    );
  });
});

test('a configuration that its orderers did not sign is kept and marked, and changes nothing', () => {
  const changed = common.Block.deserializeBinary(block(37).bytes);
  const list = changed.getMetadata()?.getMetadataList_asU8() ?? [];
  changed.getMetadata()?.setMetadataList([new Uint8Array(0), ...list.slice(1)]);
  const { decoder } = makeDecoder({ config: block(2), previous: block(36) });
  const forged = decoder.decode(rawBlock(changed.serializeBinary()));
  expect(forged.config).toBeNull();
  expect(transactionOf(forged).envelopeType).toBe('CONFIG');
  expect(detailOf(forged).signaturesVerified).toBe(false);
  const approval = decoder.decode(block(38));
  expect(transactionOf(approval).creator?.mspId).toBe('Org3MSP');
  expect(transactionOf(approval).creatorVerified).toBe(false);
});

test('a transaction of a removed organisation is kept and marked', () => {
  const { decoder } = makeDecoder({ config: block(46), previous: block(46) });
  const decoded = decoder.decode(block(39));
  expect(transactionOf(decoded).creator?.mspId).toBe('Org3MSP');
  expect(transactionOf(decoded).creatorVerified).toBe(false);
});

/** The block with the first endorsement of its first transaction changed; the creator's signature is then wrong too. */
function withEndorsement(changed: common.Block, change: (endorsement: peer.Endorsement) => void): common.Block {
  const [bytes = new Uint8Array(0)] = changed.getData()?.getDataList_asU8() ?? [];
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const [action] = transaction.getActionsList();
  const inner = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array(0));
  const [endorsement] = inner.getAction()?.getEndorsementsList() ?? [];
  if (endorsement === undefined) throw new Error('The transaction has no endorsement');
  change(endorsement);
  action?.setPayload(inner.serializeBinary());
  payload.setData(transaction.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  changed.getData()?.setDataList([envelope.serializeBinary()]);
  return changed;
}

function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null; // Not a block any more.
  }
}
