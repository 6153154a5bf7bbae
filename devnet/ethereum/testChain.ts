/** What a transaction of a dev account says; what is absent is filled in (nonce, gas, fees of the type). */
export interface DevTransaction {
  /** Index of the dev account that signs (see `devAccounts`). */
  readonly from: number;
  /** Absent: the transaction creates a contract from `data`. */
  readonly to?: string;
  /** Wei. */
  readonly value?: bigint;
  readonly data?: string;
  /** 0 legacy, 1 access list, 2 dynamic fee (default), 3 blob (one all-zero blob), 4 set code. */
  readonly type?: 0 | 1 | 2 | 3 | 4;
  readonly accessList?: readonly { readonly address: string; readonly storageKeys: readonly string[] }[];
  /** With a gas limit given nothing is estimated, so that a transaction that reverts is mined. */
  readonly gas?: bigint;
  /** Type 4: contracts whose code the accounts (by index) take on. */
  readonly authorizations?: readonly { readonly account: number; readonly address: string }[];
}

/** A private Ethereum chain on loopback that a test drives: the same words for Anvil and geth. */
export interface TestChain {
  readonly kind: 'anvil' | 'geth';
  readonly pid: number;
  /** `http://127.0.0.1:port` */
  readonly rpc: string;
  /** `ws://127.0.0.1:port` */
  readonly ws: string;
  readonly chainId: number;
  /** One JSON-RPC call over HTTP; throws `RpcError` with the node's code and message. */
  request<T>(method: string, params?: readonly unknown[]): Promise<T>;
  /** Mines blocks on the head; waiting transactions go into the first. Resolves with the new head's number. */
  mine(count?: number): Promise<number>;
  /** Signs and sends a transaction and resolves with its hash. It waits for `mine` unless the chain mines by itself. */
  send(transaction: DevTransaction): Promise<string>;
  /**
   * Takes the last `depth` blocks back and puts `length` others (default `depth` + 1) in their place.
   * Those others are empty: Anvil forgets the transactions taken back, geth mines them again at the next `mine`.
   * Resolves with the new head's number.
   */
  reorg(depth: number, length?: number): Promise<number>;
  /**
   * Sees to it that block `number` is final (and safe): geth is told so; Anvil calls final what is two epochs old, so
   * blocks are mined until it is, where the head is not far enough.
   */
  finalize(number: number): Promise<void>;
  /** Ends the node and waits for its end. */
  close(): Promise<void>;
}
