import { describe, expect, test } from '@jest/globals';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFabricPrograms, requireFabricPrograms } from '../../../../devnet/realFabric/programs.js';
import { inTemporaryDirectory, textThrown } from '../fabric/fixtures.js';

function place(directory: string, name: string, mode: number): void {
  writeFileSync(join(directory, name), '#!/bin/sh\n');
  chmodSync(join(directory, name), mode);
}

describe('Fabric’s commands', () => {
  test('are found in FABRIC_BIN_DIR, else on PATH, where both can be run', async () => {
    await inTemporaryDirectory(async (directory) => {
      place(directory, 'peer', 0o755);
      expect(findFabricPrograms({ FABRIC_BIN_DIR: directory, PATH: '' })).toBeNull();
      place(directory, 'orderer', 0o644);
      expect(findFabricPrograms({ FABRIC_BIN_DIR: directory, PATH: '' })).toBeNull();
      chmodSync(join(directory, 'orderer'), 0o755);
      const found = { peer: join(directory, 'peer'), orderer: join(directory, 'orderer') };
      expect(findFabricPrograms({ FABRIC_BIN_DIR: directory, PATH: '' })).toEqual(found);
      expect(findFabricPrograms({ PATH: `/nowhere:${directory}` })).toEqual(found);
      expect(findFabricPrograms({ FABRIC_BIN_DIR: '/nowhere', PATH: directory })).toBeNull();
      await Promise.resolve();
    });
  });

  test('that are missing are asked for by name', () => {
    expect(textThrown(() => requireFabricPrograms({ FABRIC_BIN_DIR: '/nowhere' }))).toBe(
      "Fabric's commands peer and orderer were not found. Got: nothing in FABRIC_BIN_DIR (/nowhere). Expected: both. " +
        'Fix: install the commands of a Fabric v3 release as its documentation says, and put them on PATH or name their directory in FABRIC_BIN_DIR.',
    );
  });
});
