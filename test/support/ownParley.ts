import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A directory for configurations of a test's own, outside any dev world. */
export interface ConfigDirectory {
  readonly path: string;
  /** Writes `<name>.yaml` over these ledgers; the index is `<name>.db` unless another store is named. Gives its path. */
  write(name: string, ledgers: readonly object[], more?: Readonly<Record<string, unknown>>): string;
  remove(): void;
}

export function configDirectory(): ConfigDirectory {
  const path = mkdtempSync(join(tmpdir(), 'parley-streams-'));
  return {
    path,
    write(name, ledgers, more = {}) {
      const file = join(path, `${name}.yaml`);
      const document = {
        server: { port: 0 },
        store: { url: `sqlite:./${name}.db` },
        limits: { requestsPerMinute: 60_000 },
        network: { id: 'harbour', name: 'Harbour Trade' },
        ledgers,
        ...more,
      };
      writeFileSync(file, stringify(document));
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
