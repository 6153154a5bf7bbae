/** One change as a client gets it, by what it is known by. */
export interface Told {
  readonly kind: string;
  /** What a reorg would give another one: a hash. */
  readonly hash: string;
}

/** What a client has who applies each change: RETRACTED takes away the last one, which must be that. Throws where a stream is wrong. */
export function applied<T extends Told>(before: readonly T[], changes: readonly T[]): readonly T[] {
  const held = [...before];
  for (const change of changes) {
    if (change.kind === 'APPENDED') {
      if (held.some(({ hash }) => hash === change.hash)) throw new Error(`${change.hash} was appended twice`);
      held.push(change);
      continue;
    }
    const last = held.pop();
    if (change.kind !== 'RETRACTED' || last?.hash !== change.hash)
      throw new Error(`${change.kind} ${change.hash} was told where ${last?.hash ?? 'nothing'} was the last`);
  }
  return held;
}
