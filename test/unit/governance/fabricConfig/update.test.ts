import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import { computeConfigUpdate } from '../../../../devnet/fabric/config/configUpdate.js';
import { applyUpdate } from '../../../../src/governance/fabricConfig/update/applyUpdate.js';
import { computeUpdate } from '../../../../src/governance/fabricConfig/update/computeUpdate.js';
import { openUpdate, readSetVersions } from '../../../../src/governance/fabricConfig/update/openUpdate.js';
import { reprepare } from '../../../../src/governance/fabricConfig/update/rebase.js';
import { isStale, staleElements } from '../../../../src/governance/fabricConfig/update/staleness.js';
import { copyOf } from '../../../../src/governance/fabricConfig/update/groups.js';
import { openConfig } from '../../../../src/governance/fabricConfig/inForce.js';
import { configAt, configBefore, configOf, hex, inOrder, recordedUpdate, thrown, UPDATES } from './recorded.js';

describe('the updates that a real network took', () => {
  test('are all that there are among the recorded blocks of any channel', () => {
    const root = new URL('../../../fixtures/fabric/', import.meta.url);
    const found = readdirSync(root).flatMap((channel) =>
      readdirSync(new URL(`${channel}/blocks/`, root)).flatMap((file) => {
        const bytes = readFileSync(new URL(`${channel}/blocks/${file}`, root));
        return carriesUpdate(bytes) ? [`${channel} ${Number.parseInt(file, 10)}`] : [];
      }),
    );
    // Whoever records more adds its blocks to UPDATES: every one is computed again below.
    expect(found).toEqual(UPDATES.map((number) => `bft-trade ${number}`));
  });

  test.each(UPDATES)('block %i: computed again, they have the same bytes', (number) => {
    const computed = computeUpdate('trade', configOf(configBefore(number).group), configAt(number).group);
    const { update } = recordedUpdate(number);
    expect(hex(computed)).toBe(inOrder(update));
    expect(computed.length).toBe(update.length);
  });

  test('where the recorded maps happen to stand in order, the bytes are those recorded', () => {
    const ordered = UPDATES.filter(
      (number) => inOrder(recordedUpdate(number).update) === hex(recordedUpdate(number).update),
    );
    expect(ordered).toContain(41);
    for (const number of ordered) {
      const computed = computeUpdate('trade', configOf(configBefore(number).group), configAt(number).group);
      expect(hex(computed)).toBe(hex(recordedUpdate(number).update));
    }
  });

  test.each(UPDATES)('block %i: applied, they make the configuration that the block carries', (number) => {
    const next = applyUpdate(configBefore(number), recordedUpdate(number).update);
    expect(hex(next.serializeBinary())).toBe(hex(configAt(number).group.serializeBinary()));
  });

  test('embedded Fabric computes the same, between any two of the recorded configurations', () => {
    const all = [0, ...UPDATES];
    for (const from of all)
      for (const to of all) {
        if (from === to) continue;
        const [before, after] = [configAt(from).group, configAt(to).group];
        const theirs = computeConfigUpdate('trade', before, after).serializeBinary();
        expect(hex(computeUpdate('trade', configOf(before), after))).toBe(hex(theirs));
      }
  });

  test('no difference is an error, whatever the versions', () => {
    const after = copyOf(configAt(0).group);
    after.setVersion(7);
    expect(thrown(() => computeUpdate('trade', configOf(configAt(0).group), after)).message).toMatchInlineSnapshot(
      `"The change changes nothing: the channel is configured like that already. Fix: Propose what differs from the configuration in force."`,
    );
  });
});

/** Told apart by Fabric's own messages alone: a configuration that names the update it came of. */
function carriesUpdate(block: Uint8Array): boolean {
  const envelopes = common.Block.deserializeBinary(block).getData()?.getDataList_asU8() ?? [];
  return envelopes.some((bytes) => {
    const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
    const header = common.ChannelHeader.deserializeBinary(
      payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
    );
    if (header.getType() !== common.HeaderType.CONFIG) return false;
    return common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).hasLastUpdate();
  });
}

describe('an update whose configuration is no longer in force', () => {
  test('is stale by the elements whose version moved', () => {
    expect(UPDATES.map((number) => isStale(configBefore(number), recordedUpdate(number).update))).toEqual(
      UPDATES.map(() => false),
    );
    expect(staleElements(configAt(46), recordedUpdate(37).update)).toEqual([
      { path: '/Channel/Application', kind: 'GROUP', needed: 0, current: 2 },
    ]);
    expect(thrown(() => applyUpdate(configAt(46), recordedUpdate(37).update)).message).toMatchInlineSnapshot(
      `"The update was made for another configuration than the one in force. Got: /Channel/Application at version 0. Expected: /Channel/Application at version 2. Fix: Prepare the change again, and collect its signatures anew."`,
    );
  });

  test('is stale where the very value was changed, though no group’s version moved', () => {
    expect(staleElements(configAt(41), recordedUpdate(41).update)).toEqual([
      { path: '/Channel/Orderer/BatchSize', kind: 'VALUE', needed: 0, current: 1 },
    ]);
  });

  test('is prepared again for the one that is: the same change, and nothing that others did meanwhile is undone', () => {
    const [base, now] = [configBefore(37), configAt(41)];
    const removal = computeUpdate('trade', configOf(configAt(37).group), configAt(2).group);
    expect(isStale(configAt(37), removal)).toBe(false);
    const again = reprepare(base, configAt(46), recordedUpdate(37).update);
    expect(isStale(configAt(46), again)).toBe(false);
    const next = openConfig('trade', configOf(applyUpdate(configAt(46), again)));
    expect([...(next.root.groups.get('Application')?.groups.keys() ?? [])]).toEqual(['Org1', 'Org2', 'Org3']);
    const size = next.group.getGroupsMap().get('Orderer')?.getValuesMap().get('BatchSize');
    expect(hex(size?.getValue_asU8() ?? new Uint8Array())).toBe(
      hex(now.root.groups.get('Orderer')?.values.get('BatchSize')?.bytes ?? new Uint8Array()),
    );
  });

  test('is not prepared again over what somebody else made of the same element', () => {
    const base = configBefore(41);
    const now = openConfig(
      'trade',
      configOf(applyUpdate(base, computeUpdate('trade', configOf(base.group), withBatch(99)))),
    );
    expect(thrown(() => reprepare(base, now, recordedUpdate(41).update)).message).toMatchInlineSnapshot(
      `"The channel changed in the very places that the update changes. Got: /Channel/Orderer/BatchSize. Fix: Look at what is in force now, and propose the change anew."`,
    );
    expect(thrown(() => reprepare(base, configAt(41), recordedUpdate(41).update)).message).toContain('changes nothing');
  });

  function withBatch(count: number): common.ConfigGroup {
    const group = copyOf(configBefore(41).group);
    group
      .getGroupsMap()
      .get('Orderer')
      ?.getValuesMap()
      .get('BatchSize')
      ?.setValue(Uint8Array.of(8, count, 16, 100, 24, 50));
    return group;
  }
});

describe('bytes that are no update', () => {
  test.each([
    ['no protobuf', Uint8Array.of(255, 255, 255)],
    ['no write set', new common.ConfigUpdate().serializeBinary()],
    ['a field more than the message has', Buffer.concat([recordedUpdate(41).update, Uint8Array.of(0x7a, 2, 1, 1)])],
  ])('%s', (_, bytes) => {
    expect(thrown(() => openUpdate(bytes)).message).toMatch(/^This is no configuration update\. Got: .*Fix: /);
  });

  test('an update of another channel', () => {
    const { group } = configAt(41);
    const update = computeUpdate('other', configOf(configBefore(41).group), group);
    expect(thrown(() => applyUpdate(configBefore(41), update)).message).toMatchInlineSnapshot(
      `"The update is of another channel. Got: other. Expected: trade. Fix: Propose it on its own channel."`,
    );
  });

  test('the versions that it was made for', () => {
    expect(readSetVersions(openUpdate(recordedUpdate(41).update))).toEqual([
      { path: '/Channel', version: 0 },
      { path: '/Channel/Orderer', version: 0 },
    ]);
  });
});
