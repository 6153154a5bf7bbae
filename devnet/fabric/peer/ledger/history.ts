import type { NamespaceReadWriteSet } from '../messages/readWriteSet.js';
import type { Version } from '../state/version.js';

/** Where each public key was written, oldest first. */
export class History {
  readonly #written = new Map<string, Version[]>();

  note(sets: readonly NamespaceReadWriteSet[], version: Version): void {
    for (const { namespace, writes } of sets) {
      for (const { key } of writes) this.#of(namespace, key).push(version);
    }
  }

  versions(namespace: string, key: string): readonly Version[] {
    return this.#written.get(`${namespace}\0${key}`) ?? [];
  }

  #of(namespace: string, key: string): Version[] {
    const name = `${namespace}\0${key}`;
    const known = this.#written.get(name);
    if (known !== undefined) return known;
    const versions: Version[] = [];
    this.#written.set(name, versions);
    return versions;
  }
}
