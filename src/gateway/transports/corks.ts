/** A connection whose writes are held together until the end of the turn. */
export interface Corked {
  flush(): void;
}

/** What one fan-out writes to a connection leaves in one piece: connections are uncorked together when the turn is over. */
export class Corks {
  #held: Corked[] = [];

  hold(connection: Corked): void {
    if (this.#held.length === 0) process.nextTick(() => this.#flush());
    this.#held.push(connection);
  }

  #flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const connection of held) connection.flush();
  }
}
