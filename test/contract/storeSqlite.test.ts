import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from './store.contract.js';

storeContract('SQLite', () => {
  const directory = mkdtempSync(join(tmpdir(), 'store-'));
  let made = 0;
  return Promise.resolve({
    fresh: () => {
      made += 1;
      return Promise.resolve(`sqlite:${join(directory, `${made}.db`)}`);
    },
    close: () => Promise.resolve(rmSync(directory, { recursive: true, force: true })),
  });
});
