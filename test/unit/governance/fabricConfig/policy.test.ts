import { describe, expect, test } from '@jest/globals';
import { common, peer } from '@hyperledger/fabric-protos';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parsePolicy as embeddedParse } from '../../../../devnet/fabric/policy/dsl.js';
import { ParleyError } from '../../../../src/errors/index.js';
import {
  parsePolicyExpression,
  parsePolicyRule,
  policyExpression,
  policyRule,
} from '../../../../src/ledgers/fabric/configuration.js';
import { configAt, hex, thrown, UPDATES } from './recorded.js';

const ROLES = ['member', 'admin', 'client', 'peer', 'orderer'];

describe('policies of a real network', () => {
  test('every one that is printed reads as its own bytes', () => {
    const seen = new Set<string>();
    for (const block of [0, ...UPDATES]) {
      const walk = (node: ReturnType<typeof configAt>['root']): void => {
        for (const [, { policy }] of node.policies) {
          const rule = policyRule(policy);
          // The one that configtxgen makes of BFT consenters names certificates, for which the language has no words.
          if (rule.includes('/CN=')) continue;
          seen.add(rule);
          expect([rule, hex(parsePolicyRule(rule).serializeBinary())]).toEqual([rule, hex(policy.serializeBinary())]);
        }
        for (const [, group] of node.groups) walk(group);
      };
      walk(configAt(block).root);
    }
    expect([...seen].sort()).toMatchInlineSnapshot(`
     [
       "ANY Readers",
       "ANY Writers",
       "MAJORITY Admins",
       "MAJORITY Endorsement",
       "OR('Ordering1MSP.admin')",
       "OR('Ordering1MSP.member')",
       "OR('Ordering2MSP.admin')",
       "OR('Ordering2MSP.member')",
       "OR('Ordering3MSP.admin')",
       "OR('Ordering3MSP.member')",
       "OR('Ordering4MSP.admin')",
       "OR('Ordering4MSP.member')",
       "OR('Org1MSP.admin')",
       "OR('Org1MSP.admin','Org1MSP.client')",
       "OR('Org1MSP.admin','Org1MSP.peer','Org1MSP.client')",
       "OR('Org1MSP.peer')",
       "OR('Org2MSP.admin')",
       "OR('Org2MSP.admin','Org2MSP.client')",
       "OR('Org2MSP.admin','Org2MSP.peer','Org2MSP.client')",
       "OR('Org2MSP.peer')",
       "OR('Org3MSP.admin')",
       "OR('Org3MSP.admin','Org3MSP.client')",
       "OR('Org3MSP.admin','Org3MSP.peer','Org3MSP.client')",
       "OR('Org3MSP.peer')",
     ]
    `);
  });

  test('the endorsement policy that block 21 approves', () => {
    const application = new common.ApplicationPolicy();
    application.setSignaturePolicy(parsePolicyExpression("AND('Org1MSP.peer','Org2MSP.peer')"));
    expect(hex(approvedParameter())).toBe(hex(application.serializeBinary()));
  });

  function approvedParameter(): Uint8Array {
    const url = new URL('../../../fixtures/fabric/bft-trade/blocks/000021.block', import.meta.url);
    const [data = new Uint8Array()] =
      common.Block.deserializeBinary(readFileSync(url)).getData()?.getDataList_asU8() ?? [];
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(data).getPayload_asU8());
    const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
    const called = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array());
    const proposal = peer.ChaincodeProposalPayload.deserializeBinary(called.getChaincodeProposalPayload_asU8());
    const spec = peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
    const [, argument = new Uint8Array()] = spec.getChaincodeSpec()?.getInput()?.getArgsList_asU8() ?? [];
    return peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs.deserializeBinary(
      argument,
    ).getValidationParameter_asU8();
  }
});

describe('expressions', () => {
  test.each([
    "and('A.client', \"B.peer\", 'C.orderer')",
    " OutOf ( 2 ,\n'A.member', 'B.member','C.member' ) ",
    "OR('A-1.x.member', 'A-1.x.member')",
    "outof(0, 'A.member')",
    "OUTOF(2, 'A.member')",
    "And('A.member', Or('B.member', AND('C.admin', 'D.peer')), 'E.client')",
  ])('%s reads as embedded Fabric reads it', (text) => {
    expect(hex(parsePolicyExpression(text).serializeBinary())).toBe(hex(embeddedParse(text).serializeBinary()));
  });

  test('the same identity twice stands there twice', () => {
    expect(parsePolicyExpression("OR('A.peer','A.peer')").getIdentitiesList()).toHaveLength(2);
  });

  test('inner gates have the lower numbers', () => {
    const text = policyExpression(parsePolicyExpression("AND('A.member', OR('B.member', 'C.member'))"));
    expect(text).toBe("AND('A.member',OR('B.member','C.member'))");
  });

  test.each([
    "AND('Org1MSP.peer' 'Org2MSP.peer')",
    "AND('Org1MSP.peer', 'Org2MSP.boss')",
    "aND('A.peer')",
    "AND('A.peer'",
    "AND('A.peer)",
    'AND()',
    "AND('A.peer') OR('B.peer')",
    "OutOf(3, 'A.peer')",
    "OutOf('A.peer')",
    "OR('A_1.peer')",
    "OR('peer')",
    "'A.peer'",
    '',
    'MAJORITY',
    'Majority Admins',
    'ANY Admins now',
    `OR(${"'A.peer', ".repeat(40)}'A.pear')`,
    "OR('Ä.peer')",
  ])('%s is refused at its character', (text) => {
    expect(thrown(() => parsePolicyRule(text)).message).toMatchSnapshot();
  });

  test('bounds', () => {
    expect(() => parsePolicyRule(`${'OR('.repeat(33)}'A.peer'${')'.repeat(33)}`)).toThrow(
      'at most 32 gates in each other',
    );
    expect(parsePolicyRule(`${'OR('.repeat(32)}'A.peer'${')'.repeat(32)}`).getType()).toBe(1);
    expect(() => parsePolicyRule(`OR(${"'A.peer',".repeat(2_000)}'A.peer')`)).toThrow('at most 10000 characters');
    expect(() => parsePolicyRule('('.repeat(1_000_000))).toThrow('at most 10000 characters');
  });
});

describe('whatever is given', () => {
  const token = fc.constantFrom(
    'AND',
    'or',
    'OutOf',
    'MAJORITY',
    'ANY',
    '(',
    ')',
    ',',
    ' ',
    '\n',
    "'",
    '"',
    '1',
    '99',
    "'A.peer'",
    "'B.x'",
    'Admins',
    '\\',
    '😀',
  );
  const garbage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(token, { maxLength: 40 }).map((parts) => parts.join('')),
  );

  test('reads, or is refused by the typed error at a character within it', () => {
    fc.assert(
      fc.property(garbage, (text) => {
        try {
          expect(policyRule(parsePolicyRule(text))).not.toContain('UNKNOWN');
        } catch (error) {
          if (!(error instanceof ParleyError)) throw error;
          expect(error.code).toBe('INPUT_INVALID');
          const { position } = error.details as { position: number };
          expect(position).toBeGreaterThanOrEqual(0);
          expect(position).toBeLessThanOrEqual(text.length);
          const [, shown = '', caret = ''] = error.message.split('\n');
          expect(caret.trim()).toBe('^');
          expect(caret.length).toBeLessThanOrEqual(shown.length + 1);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['gates within gates', 'AND('.repeat(2_400)],
    ['a principal that never ends', `AND('${'A'.repeat(9_900)}`],
    ['blanks', `AND(${' '.repeat(9_900)}`],
    ['dots and dashes', `OR('${'.-'.repeat(4_900)}.peer','`],
    ['many principals', `OR(${"'A.peer',".repeat(1_100)}`],
    ['digits', `OutOf(${'1'.repeat(9_900)},'A.peer')`],
    ['a million characters', "AND('A.peer',".repeat(80_000)],
  ])('is refused at once where it is long: %s', (_, text) => {
    const started = process.cpuUsage();
    expect(() => parsePolicyRule(text)).toThrow(ParleyError);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(1_000);
  });

  const mspId = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);
  const principal = fc.tuple(mspId, fc.constantFrom(...ROLES)).map(([msp, role]) => `'${msp}.${role}'`);
  const { gate } = fc.letrec<{ gate: string; part: string }>((tie) => ({
    part: fc.oneof({ depthSize: 'small', withCrossShrink: true }, principal, tie('gate')),
    gate: fc
      .tuple(fc.constantFrom('AND', 'OR', 'OutOf'), fc.array(tie('part'), { minLength: 1, maxLength: 4 }), fc.nat(5))
      .map(([name, parts, n]) =>
        name === 'OutOf' ? `OutOf(${Math.min(n, parts.length + 1)},${parts.join(',')})` : `${name}(${parts.join(',')})`,
      ),
  }));

  test('what is printed of an expression reads as the same bytes, which are embedded Fabric’s too', () => {
    fc.assert(
      fc.property(gate, (text) => {
        const policy = parsePolicyExpression(text);
        const bytes = hex(policy.serializeBinary());
        expect(hex(parsePolicyExpression(policyExpression(policy)).serializeBinary())).toBe(bytes);
        expect(hex(embeddedParse(text).serializeBinary())).toBe(bytes);
      }),
      { numRuns: 500 },
    );
  });

  test('implicit rules', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ANY', 'ALL', 'MAJORITY'),
        fc.stringMatching(/^[A-Za-z0-9.-]{1,20}$/),
        (rule, name) => {
          expect(policyRule(parsePolicyRule(`${rule} ${name}`))).toBe(`${rule} ${name}`);
        },
      ),
    );
  });
});
