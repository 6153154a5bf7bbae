/** One after the other for each wallet. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  run<T>(wallet: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(wallet) ?? Promise.resolve();
    const turn = before.then(work);
    // What becomes of one is the business of its own caller.
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(wallet, over);
    void over.then(() => {
      if (this.last.get(wallet) === over) this.last.delete(wallet);
    });
    return turn;
  }
}
