import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { artifactText, compileContracts, type ContractArtifact } from '../../../contracts/compiler.js';

describe('committed contract artifacts', () => {
  const root = process.cwd();
  let compiled: readonly ContractArtifact[];

  beforeAll(async () => {
    compiled = await compileContracts(root);
  });

  test('there is one for each contract and no other', async () => {
    const files = await readdir(join(root, 'contracts', 'artifacts'));
    expect(files.sort()).toEqual(compiled.map((artifact) => `${artifact.contractName}.json`).sort());
  });

  test('each is what its sources compile to; `npm run contracts` writes them anew', async () => {
    for (const artifact of compiled) {
      const text = await readFile(join(root, 'contracts', 'artifacts', `${artifact.contractName}.json`), 'utf8');
      expect(text).toBe(artifactText(artifact));
    }
  });

  test('nothing in them names a place on the machine that compiled', () => {
    for (const artifact of compiled) expect(artifactText(artifact)).not.toContain(root);
  });
});
