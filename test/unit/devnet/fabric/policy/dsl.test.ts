import { describe, expect, test } from '@jest/globals';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { parsePolicy } from '../../../../../devnet/fabric/policy/dsl.js';
import { layoutsOfPolicy } from '../../../../../devnet/fabric/policy/layouts.js';
import { recordedBlocks, textThrown } from '../fixtures.js';

/** A policy as text again, with the identities' numbers. */
function show(policy: common.SignaturePolicyEnvelope): string {
  const names = policy.getIdentitiesList().map((principal) => {
    const role = msp.MSPRole.deserializeBinary(principal.getPrincipal_asU8());
    return `${role.getMspIdentifier()}.${role.getRole()}`;
  });
  const rule = (of: common.SignaturePolicy | undefined): string => {
    const gate = of?.getNOutOf();
    if (gate === undefined) return String(of?.getSignedBy());
    return `${gate.getN()}(${gate.getRulesList().map(rule).join(' ')})`;
  };
  return `${rule(policy.getRule())} ${names.join(' ')}`;
}

/** The endorsement policy that block 21 of the recorded channel approves, as Fabric's own tool parsed it. */
function recordedPolicy(): Uint8Array {
  const bytes = Buffer.from(recordedBlocks()[21]?.getData()?.getDataList_asU8()[0] ?? []);
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const proposal = peer.ChaincodeProposalPayload.deserializeBinary(
    peer.ChaincodeActionPayload.deserializeBinary(
      action?.getPayload_asU8() ?? new Uint8Array(),
    ).getChaincodeProposalPayload_asU8(),
  );
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
  const [, argument] = spec.getChaincodeSpec()?.getInput()?.getArgsList_asU8() ?? [];
  const approval = peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs.deserializeBinary(
    argument ?? new Uint8Array(),
  );
  return approval.getValidationParameter_asU8();
}

describe('policy texts', () => {
  test('parse to the bytes that a real network approved', () => {
    const application = new common.ApplicationPolicy();
    application.setSignaturePolicy(parsePolicy("AND('Org1MSP.peer','Org2MSP.peer')"));
    expect(Buffer.from(application.serializeBinary()).toString('hex')).toBe(
      Buffer.from(recordedPolicy()).toString('hex'),
    );
  });

  test.each([
    ["OR('A.member', 'B.admin')", '1(0 1) A.0 B.1'],
    ["and('A.client', \"B.peer\", 'C.orderer')", '3(0 1 2) A.2 B.3 C.4'],
    ["OutOf(2, 'A.member', 'B.member', 'C.member')", '2(0 1 2) A.0 B.0 C.0'],
    ["OR('A.member')", '1(0) A.0'],
    ["OR('A-1.x.member', 'A-1.x.member')", '1(0 1) A-1.x.0 A-1.x.0'],
    ["OR(AND('A.member', 'B.member'), OR('C.admin', 'D.member'))", '1(2(0 1) 1(2 3)) A.0 B.0 C.1 D.0'],
    // Fabric evaluates inner gates first: their identities have the lower numbers.
    ["AND('A.member', OR('B.member', 'C.member'))", '2(2 1(0 1)) B.0 C.0 A.0'],
  ])('%s', (text, shown) => {
    expect(show(parsePolicy(text))).toBe(shown);
  });

  test.each([
    ["AND('A.member'", 'Got: the end. Expected: sign.'],
    ["aND('A.member')", 'Got: "aND". Expected: AND, OR or OutOf.'],
    ["AND('A.boss')", 'Got: "A.boss". Expected: \'MSP.role\' with member, admin, client, peer or orderer.'],
    ["OutOf(3, 'A.member')", 'Got: "3". Expected: at most 2.'],
    ["AND('A.member') OR('B.member')", 'Got: "OR". Expected: end.'],
    ["AND('A.member'; 'B.member')", 'Got: "; \'B.membe". Expected: a gate, a quoted principal, a number.'],
    ["'A.member'", 'Got: "A.member". Expected: word.'],
    ['', 'Got: the end. Expected: word.'],
  ])('%s is refused with the place', (text, expected) => {
    expect(textThrown(() => parsePolicy(text))).toContain(expected);
  });

  test.each([
    [
      "AND('A.peer', OR('B.peer', 'C.peer'))",
      [
        ['A', 'B'],
        ['A', 'C'],
      ],
    ],
    [
      "OutOf(2, 'A.peer', 'B.peer', 'C.peer')",
      [
        ['A', 'B'],
        ['A', 'C'],
        ['B', 'C'],
      ],
    ],
    ["OR('A.peer', AND('A.peer', 'B.peer'))", [['A']]],
    ["OutOf(2, 'A.peer')", []],
  ])('%s can be met by %j', (text, layouts) => {
    expect([...layoutsOfPolicy(parsePolicy(text))].sort()).toEqual(layouts);
  });
});
