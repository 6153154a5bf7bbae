import { describe, expect, test } from '@jest/globals';
import { common, peer } from '@hyperledger/fabric-protos';
import fc from 'fast-check';
import { Fields, parts, repeated } from '../../../../src/ledgers/fabric/wire/fields.js';
import { openEnvelope, type OpenEnvelope } from '../../../../src/ledgers/fabric/wire/envelope.js';
import { openFrame } from '../../../../src/ledgers/fabric/wire/frame.js';
import type { OpenAction } from '../../../../src/ledgers/fabric/wire/transaction.js';
import { recordedBytes } from './recorded.js';
import * as reference from './reference.js';

const plain = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const envelopes = recordedBytes.flatMap(
  (bytes) => common.Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? [],
);

/** Everything that decoding reads of an envelope, the same from both readers. */
function shape(envelope: OpenEnvelope): unknown {
  const { body } = envelope;
  return {
    ...{ payload: plain(envelope.payload), signature: plain(envelope.signature) },
    ...{ channelHeader: envelope.channelHeader, creator: envelope.creator && plain(envelope.creator) },
    ...{ kind: body.kind, actions: body.kind === 'transaction' ? body.actions.map(actionShape) : [] },
    isWhole: envelope.problem === null,
  };
}

function actionShape(action: OpenAction): unknown {
  const { chaincode, version, args, endorsements, responseBytes, response, event, sets } = action;
  return {
    ...{ chaincode, version, args: args.map(plain), responseBytes: plain(responseBytes), sets },
    endorsements: endorsements.map((e) => ({ endorser: plain(e.endorser), signature: plain(e.signature) })),
    response: response && { ...response, payload: plain(response.payload) },
    event: event && { ...event, payload: plain(event.payload) },
  };
}

function referenceShape(envelope: reference.OpenEnvelope): unknown {
  const { body, channelHeader: header, signatureHeader } = envelope;
  return {
    ...{ payload: plain(envelope.payload), signature: plain(envelope.signature) },
    channelHeader: header && {
      ...{ type: header.getType(), transactionId: header.getTxId(), timestampMs: reference.timestampMs(header) },
    },
    creator: signatureHeader && plain(signatureHeader.getCreator_asU8()),
    ...{ kind: body.kind, actions: body.kind === 'transaction' ? body.actions.map(referenceAction) : [] },
    isWhole: envelope.problem === null,
  };
}

function referenceAction({ invocation, result, event, ...action }: reference.OpenAction): unknown {
  const spec = invocation.getChaincodeSpec() ?? new peer.ChaincodeSpec();
  const response = result.getResponse();
  return {
    chaincode: spec.getChaincodeId()?.getName() ?? '',
    version: result.getChaincodeId()?.getVersion() ?? '',
    args: (spec.getInput()?.getArgsList_asU8() ?? []).map(plain),
    responseBytes: plain(action.responseBytes),
    sets: reference.readsAndWrites(action.namespaces),
    endorsements: action.endorsements.map((e) => ({
      endorser: e.getEndorser_asB64(),
      signature: e.getSignature_asB64(),
    })),
    response: response
      ? { status: response.getStatus(), message: response.getMessage(), payload: response.getPayload_asB64() }
      : null,
    event: event && {
      ...{ chaincode: event.getChaincodeId(), name: event.getEventName(), payload: event.getPayload_asB64() },
    },
  };
}

describe('Parley’s reader of envelopes and fabric-protos', () => {
  test('see the same in every recorded envelope', () => {
    expect(envelopes.length).toBeGreaterThan(100);
    for (const bytes of envelopes)
      expect(shape(openEnvelope(bytes))).toEqual(referenceShape(reference.openEnvelope(bytes)));
  });

  test('see the same in blocks', () => {
    for (const bytes of recordedBytes) {
      const block = common.Block.deserializeBinary(bytes);
      const frame = openFrame(bytes);
      expect(frame.header.toObject()).toEqual(block.getHeader()?.toObject());
      expect(frame.envelopes.map(plain)).toEqual(block.getData()?.getDataList_asB64());
      expect(frame.metadata.map(plain)).toEqual(block.getMetadata()?.getMetadataList_asB64());
    }
  });

  test('find the same envelopes malformed where they are cut short', () => {
    fc.assert(
      fc.property(fc.nat(envelopes.length - 1), fc.double({ min: 0, max: 0.999, noNaN: true }), (at, share) => {
        const whole = envelopes[at] ?? new Uint8Array(0);
        const payload = common.Envelope.deserializeBinary(whole).getPayload_asU8();
        const cut = new common.Envelope();
        cut.setPayload(payload.slice(0, Math.floor(share * payload.length)));
        const bytes = cut.serializeBinary();
        expect(openEnvelope(bytes).problem === null).toBe(reference.openEnvelope(bytes).problem === null);
      }),
    );
  });

  test('nothing makes Parley’s reader throw', () => {
    fc.assert(
      fc.property(
        fc.nat(envelopes.length - 1),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
        (at, flips) => {
          const bytes = Uint8Array.from(envelopes[at] ?? []);
          for (const [where, to] of flips) bytes[where % bytes.length] = to;
          const { problem, body } = openEnvelope(bytes);
          if (problem !== null) expect(body.kind).toBe('other');
        },
      ),
    );
  });
});

describe('fields of a message', () => {
  const read = (hex: string, take: (fields: Fields) => unknown): unknown[] => {
    const fields = new Fields(Buffer.from(hex, 'hex'));
    const seen: unknown[] = [];
    while (fields.next()) seen.push([fields.key, take(fields)]);
    return seen;
  };

  test('numbers of 64 and 32 bits', () => {
    expect(read('089601', (f) => f.unsigned())).toEqual([[8, 150]]);
    expect(read('08ffffffffffffffff7f', (f) => f.unsigned())).toEqual([[8, 2 ** 63]]);
    expect(read('0880808080808004', (f) => f.unsigned())).toEqual([[8, 2 ** 44]]);
    expect(read('08ffffffffffffffffff01', (f) => [f.signed(), f.int32(), f.flag()])).toEqual([[8, [-1, -1, true]]]);
    expect(read('0880808080f0ffffffff01', (f) => f.signed())).toEqual([[8, -(2 ** 32)]]);
  });

  test('fields of other wire types are passed over', () => {
    expect(read('0d010203040901020304050607081a026869', (f) => f.key)).toEqual([
      [0x0d, 0x0d],
      [0x09, 0x09],
      [0x1a, 0x1a],
    ]);
    // A group with a field and another group in it.
    expect(read('0b1001131802140c0a0161', (f) => f.key)).toEqual([
      [0x0b, 0x0b],
      [0x0a, 0x0a],
    ]);
  });

  test('the last of a field counts, unless it is repeated', () => {
    const bytes = Buffer.from('0a01610a0162', 'hex');
    expect(parts(bytes)[0].toString()).toBe('b');
    expect(repeated(bytes, 0x0a).map(String)).toEqual(['a', 'b']);
  });

  test.each([
    '0a',
    '0a05',
    '08',
    '0880',
    '08ffffffffffffffffffff01',
    '00',
    '0c',
    '0f',
    '0b0c14',
    '0b',
    '0aff7f61',
    '0d0102',
  ])('%s is no message', (hex) => {
    expect(() => read(hex, (f) => f.key)).toThrow(RangeError);
  });
});
