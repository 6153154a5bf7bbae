import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../../src/governance/fabricConfig/policies/evaluate.js';
import { neededSignatures } from '../../../../src/governance/fabricConfig/policies/needed.js';
import { updateEnvelope, updatePayload } from '../../../../src/governance/fabricConfig/signatures/envelope.js';
import { verifySignature } from '../../../../src/governance/fabricConfig/signatures/verifySignature.js';
import { common } from '@hyperledger/fabric-protos';
import { configAt, configBefore, hex, RECORDED_AT_MS, recordedUpdate, UPDATES } from './recorded.js';

describe('the recorded updates', () => {
  test('need the policies that Fabric asked them for', () => {
    const needed = UPDATES.map((number) =>
      neededSignatures(configBefore(number), recordedUpdate(number).update).map(({ path, rule }) => `${path}: ${rule}`),
    );
    expect(needed).toMatchInlineSnapshot(`
     [
       [
         "/Channel/Application/Org1/Admins: OR('Org1MSP.admin')",
       ],
       [
         "/Channel/Application/Org2/Admins: OR('Org2MSP.admin')",
       ],
       [
         "/Channel/Application/Admins: MAJORITY Admins",
       ],
       [
         "/Channel/Orderer/Admins: MAJORITY Admins",
       ],
       [
         "/Channel/Application/Admins: MAJORITY Admins",
       ],
     ]
    `);
  });

  test.each(UPDATES)('block %i: all signatures satisfy, one less does not', (number) => {
    const { update, signatures } = recordedUpdate(number);
    const config = configBefore(number);
    const full = evaluate(config, update, signatures, RECORDED_AT_MS);
    expect(full).toMatchObject({ satisfied: true, missingMembers: [] });
    expect(full.policies.flatMap(({ missing }) => missing)).toEqual([]);
    const less = evaluate(config, update, signatures.slice(1), RECORDED_AT_MS);
    expect(less).toMatchObject({ satisfied: false, reachable: true });
  });

  test('who is missing, and why', () => {
    const { update, signatures } = recordedUpdate(37);
    const standing = evaluate(configBefore(37), update, signatures.slice(0, 1), RECORDED_AT_MS);
    expect(standing.missingMembers).toEqual(['Org2MSP']);
    expect(standing.policies).toMatchObject([
      {
        path: '/Channel/Application/Admins',
        rule: 'MAJORITY Admins',
        elements: ['/Channel/Application'],
        missing: [
          { path: '/Channel/Application/Org2/Admins', mspId: 'Org2MSP', role: 'ADMIN', text: "'Org2MSP.admin'" },
        ],
      },
    ]);
  });

  test('each signature is taken in turn; again, and of those who are not missing, it is not', () => {
    const { update, signatures } = recordedUpdate(41);
    const config = configBefore(41);
    signatures.forEach((signature, i) => {
      const taken = verifySignature(config, update, signature, signatures.slice(0, i), RECORDED_AT_MS);
      expect(taken).toMatchObject({ valid: true });
      const again = verifySignature(config, update, signature, [signature], RECORDED_AT_MS);
      expect(again).toMatchObject({ valid: false, reason: 'DUPLICATE' });
    });
    const foreign = recordedUpdate(37).signatures[0] ?? new Uint8Array();
    expect(verifySignature(config, update, foreign, [], RECORDED_AT_MS)).toMatchObject({ reason: 'WRONG_SIGNATURE' });
  });

  test('a signature by who left is of nobody', () => {
    const { update } = recordedUpdate(46);
    const [signature = new Uint8Array()] = recordedUpdate(37).signatures;
    expect(verifySignature(configAt(46), update, signature, [], RECORDED_AT_MS)).toMatchObject({ valid: false });
  });

  test.each(UPDATES)('block %i: the envelope that was submitted is assembled to its byte', (number) => {
    const { update, signatures, payload, envelope } = recordedUpdate(number);
    const header = common.Payload.deserializeBinary(payload).getHeader();
    const channel = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array());
    const at = channel.getTimestamp();
    const atMs = (at?.getSeconds() ?? 0) * 1000 + (at?.getNanos() ?? 0) / 1e6;
    const made = updatePayload({
      channel: 'trade',
      update,
      signatures,
      header: header?.getSignatureHeader_asU8() ?? new Uint8Array(),
      atMs,
    });
    expect(hex(made.bytes)).toBe(hex(payload));
    const signature = common.Envelope.deserializeBinary(envelope).getSignature_asU8();
    expect(hex(updateEnvelope(made.bytes, signature))).toBe(hex(envelope));
  });
});
