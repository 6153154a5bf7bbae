/**
 * The very version of a thing that is meant where its id names several, such as a transaction in a block that was taken back:
 * the row that the naming subgraph has. Its home, in the same process, takes it instead of looking the id up. Over the wire
 * there is no such thing: a client cannot write an instance.
 */
export class Seen<Row = unknown> {
  constructor(readonly row: Row) {}
}

/** The row that a stub or a representation carries; undefined where it carries none. */
export const seenRow = <Row>(thing: { readonly seen?: unknown }): Row | undefined =>
  thing.seen instanceof Seen ? (thing.seen.row as Row) : undefined;
