import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { storeError } from '../dialect/storeError.js';
import { lockedFile } from '../hold/lockedFile.js';
import type { Lives } from './lives.js';

/** Each process holds a file beside the store that bears its number; those that nobody holds any more are cleared away. */
export function fileLives(path: string, own: number): Lives {
  const fileOf = (owner: number | string): string => `${path}-writes-${owner}`;
  const isOver = (owner: number | string): boolean => {
    if (!existsSync(fileOf(owner))) return true;
    const file = lockedFile(fileOf(owner));
    file?.close();
    if (file !== null) rmSync(fileOf(owner), { force: true });
    return file !== null;
  };
  try {
    const held = lockedFile(fileOf(own));
    const start = basename(fileOf(''));
    for (const name of readdirSync(dirname(path)))
      if (name.startsWith(start) && /^\d+$/.test(name.slice(start.length))) isOver(name.slice(start.length));
    return {
      isOver: (owner) => Promise.resolve(isOver(owner)),
      close: () => {
        held?.close();
        rmSync(fileOf(own), { force: true });
        return Promise.resolve();
      },
    };
  } catch (error) {
    throw storeError(error);
  }
}
