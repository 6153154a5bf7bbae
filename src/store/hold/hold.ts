/** The right to write one ledger into a store, for as long as it is held. It ends with the process, however that ends. */
export interface IngestHold {
  /** Grows with each hold of this ledger. A store that is fenced with it (`Store.fence`) writes nothing once another one holds. */
  readonly epoch: number;
  /** Aborted where the hold was lost without a release: nothing may be written any more. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** One that wants to hold a ledger. */
export interface Candidate {
  /** Null while another one holds it; one that is stopped or unreachable for seconds is made to let go. */
  take(): Promise<IngestHold | null>;
  /** Gives up; what was taken stays. */
  close(): Promise<void>;
}
