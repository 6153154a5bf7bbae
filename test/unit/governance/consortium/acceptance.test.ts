import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as chaincode from '../../../../chaincode/consortium/canonical.js';
import {
  acceptanceBytes,
  definitionOf,
  eip191Digest,
  rejectionBytes,
} from '../../../../src/governance/consortium/acceptance.js';
import { hashMessage } from 'ethers';

const texts = fc.array(fc.string(), { maxLength: 3 });
const organization = fc.record({
  ...{ mspId: fc.string(), rootCertificates: texts, intermediateCertificates: texts, admins: texts },
  ...{ tlsRootCertificates: texts, nodeOUs: fc.boolean() },
  anchorPeers: fc.array(fc.record({ host: fc.string(), port: fc.nat(65_535) }), { maxLength: 2 }),
});

test('what an invited party signs is what the chaincode checks, byte for byte', () => {
  fc.assert(
    fc.property(organization, fc.string(), fc.string(), (given, networkId, invitationId) => {
      const definition = definitionOf({ organization: given }, 'Atlas');
      const checked = { ...given, name: 'Atlas', accounts: [] };
      expect(Buffer.from(acceptanceBytes(networkId, invitationId, definition))).toEqual(
        chaincode.acceptanceBytes(networkId, invitationId, checked),
      );
      expect(Buffer.from(rejectionBytes(networkId, invitationId))).toEqual(
        chaincode.rejectionBytes(networkId, invitationId),
      );
    }),
  );
});

test('what a wallet signs of it is the digest of EIP-191', () => {
  const bytes = rejectionBytes('harbour', 'p1');
  expect(`0x${Buffer.from(eip191Digest(bytes)).toString('hex')}`).toBe(hashMessage(bytes));
});

test('an acceptance without an organisation is refused', () => {
  expect(() => definitionOf({}, null)).toThrow(/who the invited organisation is/);
});
