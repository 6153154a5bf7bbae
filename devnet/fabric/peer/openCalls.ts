/** The calls that a server is answering, so that they can be ended with it. */
export class OpenCalls {
  readonly #open = new Set<AbortController>();

  enter(): AbortController {
    const call = new AbortController();
    this.#open.add(call);
    return call;
  }

  leave(call: AbortController): void {
    this.#open.delete(call);
  }

  /** Aborts a call that is still being answered. */
  abort(call: AbortController): void {
    if (this.#open.delete(call)) call.abort();
  }

  abortAll(): void {
    for (const call of this.#open) call.abort();
    this.#open.clear();
  }
}
