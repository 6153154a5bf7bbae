/** What may not stand in one transaction together, because its reads could not be checked at commit. */
export class WriteRules {
  #wrote = false;
  #queriedPrivate = false;
  #paged = false;

  constructor(private readonly transactionId: string) {}

  write(): void {
    if (this.#queriedPrivate) {
      throw this.#refusal('Transaction has already performed queries on pvt data. Writes are not allowed');
    }
    if (this.#paged) throw this.#refusal('Transaction has already performed a paginated query. Writes are not allowed');
    this.#wrote = true;
  }

  queryPrivate(): void {
    if (this.#wrote) throw this.#refusal('Queries on pvt data is supported only in a read-only transaction');
    this.#queriedPrivate = true;
  }

  readPage(): void {
    if (this.#wrote) throw this.#refusal('Paginated queries are supported only in a read-only transaction');
    this.#paged = true;
  }

  /** The spelling is Fabric's. */
  #refusal(what: string): Error {
    return new Error(`txid [${this.transactionId}]: unsuppored transaction. ${what}`);
  }
}
