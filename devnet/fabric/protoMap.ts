import type { Map as ProtoMap } from 'google-protobuf';

/** The entries of a protobuf map as messages (its own lists give bare arrays). */
export function entriesOf<V>(map: ProtoMap<string, V>): [string, V][] {
  const all: [string, V][] = [];
  map.forEach((value, key) => all.push([key, value]));
  return all;
}
