import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's directory: the nearest one above this module, built or not, that has a package.json. */
export function repositoryRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`No package.json above ${import.meta.dirname}`);
    directory = parent;
  }
  return directory;
}
