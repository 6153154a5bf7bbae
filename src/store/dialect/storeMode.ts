/** `durable`: writes what cannot be read from a ledger again, so a commit that returned survives a power cut. */
export type StoreMode = 'write' | 'read' | 'durable';
