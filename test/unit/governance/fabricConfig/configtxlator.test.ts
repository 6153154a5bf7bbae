import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { common } from '@hyperledger/fabric-protos';
import type { FabricConfigAction } from '../../../../src/governance/fabricConfig/changes/action.js';
import { prepareUpdate } from '../../../../src/governance/fabricConfig/changes/prepareUpdate.js';
import { computeUpdate } from '../../../../src/governance/fabricConfig/update/computeUpdate.js';
import { configAt, configOf, hex, inOrder, RECORDED_AT_MS, UPDATES } from './recorded.js';

const { FABRIC_BIN_DIR = '', PATH = '' } = process.env;
const program = [...FABRIC_BIN_DIR.split(delimiter), ...PATH.split(delimiter)]
  .filter(Boolean)
  .map((directory) => join(directory, 'configtxlator'))
  .find(isExecutable);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (program === undefined)
  process.stdout.write(
    'configtxlator was not found in FABRIC_BIN_DIR or PATH: updates are compared with the recorded ones alone.\n',
  );

(program === undefined ? describe.skip : describe)('Fabric’s own tool', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parley-configtxlator-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function computed(before: common.ConfigGroup, after: common.ConfigGroup): Uint8Array {
    const [original, updated, output] = ['original', 'updated', 'output'].map((name) => join(directory, name));
    if (program === undefined || original === undefined || updated === undefined || output === undefined)
      throw new Error('No tool');
    writeFileSync(original, configOf(before).serializeBinary());
    writeFileSync(updated, configOf(after).serializeBinary());
    execFileSync(
      program,
      ['compute_update', '--channel_id=trade', `--original=${original}`, `--updated=${updated}`, `--output=${output}`],
      { stdio: 'pipe' },
    );
    return readFileSync(output);
  }

  test('computes the same update between any two recorded configurations', () => {
    const all = [0, ...UPDATES];
    const pairs = all.flatMap((from) => all.filter((to) => to !== from).map((to) => [from, to] as const));
    for (const [from, to] of pairs) {
      const [before, after] = [configAt(from).group, configAt(to).group];
      const theirs = computed(before, after);
      const ours = computeUpdate('trade', configOf(before), after);
      expect([from, to, hex(ours)]).toEqual([from, to, inOrder(theirs)]);
      expect(ours.length).toBe(theirs.length);
    }
  });

  const changes: FabricConfigAction[] = [
    { kind: 'setBatch', batch: { timeoutMs: 1_000, maxMessageCount: 3, absoluteMaxBytes: null, preferredMaxBytes: 9 } },
    { kind: 'setPolicy', path: '/Channel/Application/Org1/Endorsement', rule: "OR('Org1MSP.peer','Org2MSP.peer')" },
    { kind: 'setAnchorPeers', mspId: 'Org2MSP', anchorPeers: [] },
    { kind: 'setCapabilities', group: 'Application', capabilities: ['V2_0', 'V2_5'] },
    { kind: 'removeOrganization', mspId: 'Org2MSP' },
  ];

  test.each(changes.map((change) => [change.kind, change] as const))('computes the same update for %s', (_, change) => {
    const config = configAt(46);
    const { update, next } = prepareUpdate(config, change, RECORDED_AT_MS);
    expect(hex(update)).toBe(inOrder(computed(config.group, next.group)));
  });
});
