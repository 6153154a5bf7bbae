import { describe, expect, test } from '@jest/globals';
import { msp } from '@hyperledger/fabric-protos';
import fc from 'fast-check';
import { ParleyError } from '../../../../src/errors/index.js';
import { describeUpdate } from '../../../../src/governance/fabricConfig/describe/describeUpdate.js';
import { outlineUpdate } from '../../../../src/governance/fabricConfig/describe/outlineUpdate.js';
import { evaluate } from '../../../../src/governance/fabricConfig/policies/evaluate.js';
import {
  openConfigSignatureBytes,
  signatureHeader,
} from '../../../../src/governance/fabricConfig/signatures/envelope.js';
import { verifySignature } from '../../../../src/governance/fabricConfig/signatures/verifySignature.js';
import { computeUpdate } from '../../../../src/governance/fabricConfig/update/computeUpdate.js';
import { copyOf } from '../../../../src/governance/fabricConfig/update/groups.js';
import { staleElements } from '../../../../src/governance/fabricConfig/update/staleness.js';
import { configAt, configBefore, configOf, hex, RECORDED_AT_MS, recordedUpdate, thrown, UPDATES } from './recorded.js';

describe('the recorded updates in words', () => {
  test.each(UPDATES)('block %i', (number) => {
    const changes = describeUpdate(configBefore(number), recordedUpdate(number).update);
    expect(changes.map(({ kind, text }) => `${kind} ${text}`)).toMatchSnapshot();
  });

  test.each(UPDATES)('block %i, from its bytes alone', (number) => {
    expect(outlineUpdate(recordedUpdate(number).update)).toMatchSnapshot();
  });
});

describe('nothing goes unsaid', () => {
  const said = (change: (group: ReturnType<typeof copyOf>) => void): string[] => {
    const config = configAt(46);
    const group = copyOf(config.group);
    change(group);
    return describeUpdate(config, computeUpdate('trade', configOf(config.group), group)).map(({ text }) => text);
  };
  const orderer = (group: ReturnType<typeof copyOf>) => group.getGroupsMap().get('Orderer');

  test('a mod_policy alone, of a value, a policy and a group', () => {
    expect(said((group) => orderer(group)?.getValuesMap().get('BatchTimeout')?.setModPolicy('Writers')))
      .toMatchInlineSnapshot(`
     [
       "changes /Channel/Orderer/BatchTimeout: may be changed by Writers instead of Admins",
     ]
    `);
    expect(said((group) => orderer(group)?.getPoliciesMap().get('Writers')?.setModPolicy('/Channel/Writers')))
      .toMatchInlineSnapshot(`
     [
       "changes /Channel/Orderer/Writers: may be changed by /Channel/Writers instead of Admins",
     ]
    `);
    expect(said((group) => orderer(group)?.setModPolicy('Readers'))).toMatchInlineSnapshot(`
     [
       "changes who may change /Channel/Orderer: Admins → Readers",
     ]
    `);
  });

  test('in an organisation that comes: who else may change it, and which units make an admin', () => {
    const [line = ''] = said((group) => {
      const groups = group.getGroupsMap().get('Application')?.getGroupsMap();
      const org3 = configAt(37).group.getGroupsMap().get('Application')?.getGroupsMap().get('Org3');
      if (org3 === undefined) throw new Error('Org3 was recorded');
      groups?.set('Org3', org3);
      org3.getPoliciesMap().get('Admins')?.setModPolicy('/Channel/Readers');
      const value = org3.getValuesMap().get('MSP');
      const wrapped = msp.MSPConfig.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
      const config = msp.FabricMSPConfig.deserializeBinary(wrapped.getConfig_asU8());
      config.getFabricNodeOus()?.getAdminOuIdentifier()?.setOrganizationalUnitIdentifier('client');
      wrapped.setConfig(config.serializeBinary());
      value?.setValue(wrapped.serializeBinary());
    });
    expect(line).toContain('role units (admin client)');
    expect(line).toMatch(/; \/Channel\/Application\/Org3\/Admins may be changed by \/Channel\/Readers$/);
  });

  test('bytes that read the same, and bytes that nobody can read', () => {
    const value = configAt(46).root.groups.get('Orderer')?.values.get('BatchTimeout')?.bytes ?? new Uint8Array();
    const hidden = Buffer.concat([value, Uint8Array.of(0x7a, 1, 65)]);
    expect(said((group) => orderer(group)?.getValuesMap().get('BatchTimeout')?.setValue(hidden)))
      .toMatchInlineSnapshot(`
     [
       "changes /Channel/Orderer/BatchTimeout: its bytes, with nothing that can be shown",
     ]
    `);
    expect(said((group) => orderer(group)?.getValuesMap().get('BatchTimeout')?.setValue(Uint8Array.of(255))))
      .toMatchInlineSnapshot(`
     [
       "changes /Channel/Orderer/BatchTimeout: 400ms → 1 byte (SHA-256 a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89)",
     ]
    `);
  });
});

describe('what a member signs', () => {
  const creator = { mspId: 'Org1MSP', certificate: '-----BEGIN CERTIFICATE-----\n' };
  const header = signatureHeader(creator, new Uint8Array(24).fill(7));

  test('comes apart into header and update again', () => {
    for (const number of UPDATES) {
      const { update } = recordedUpdate(number);
      const opened = openConfigSignatureBytes(Buffer.concat([header, update]));
      expect(opened.creator).toEqual(creator);
      expect(hex(opened.update)).toBe(hex(update));
    }
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['an update alone', recordedUpdate(41).update],
    ['half a header', header.subarray(0, 20)],
    ['a length without end', Uint8Array.of(10, 255, 255, 255, 255, 255, 255)],
  ])('%s is not that', (_, bytes) => {
    expect(thrown(() => openConfigSignatureBytes(bytes)).message).toMatch(/^These bytes are not what is signed/);
  });
});

describe('whatever bytes are given', () => {
  const numbers = fc.constantFrom(...UPDATES);
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  const edited = (bytes: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    for (const [at, byte] of changes) copy[at % copy.length] = byte;
    return copy;
  };

  test('an update is read, or refused by the typed error', () => {
    fc.assert(
      fc.property(numbers, edits, (number, changes) => {
        const config = configBefore(number);
        const update = edited(recordedUpdate(number).update, changes);
        for (const read of [describeUpdate, staleElements, (_: unknown, bytes: Uint8Array) => outlineUpdate(bytes)]) {
          try {
            read(config, update);
          } catch (error) {
            if (!(error instanceof ParleyError) || error.code !== 'INPUT_INVALID') throw error;
          }
        }
      }),
      { numRuns: 80 },
    );
  });

  test('a signature is taken or refused, and one that was changed is not taken', () => {
    fc.assert(
      fc.property(numbers, edits, (number, changes) => {
        const { update, signatures } = recordedUpdate(number);
        const [original = new Uint8Array()] = signatures;
        const signature = edited(original, changes);
        const judged = verifySignature(configBefore(number), update, signature, [], RECORDED_AT_MS);
        expect(judged.valid && hex(judged.signature) !== hex(original)).toBe(false);
        expect(evaluate(configBefore(number), update, [signature, ...signatures], RECORDED_AT_MS).satisfied).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
