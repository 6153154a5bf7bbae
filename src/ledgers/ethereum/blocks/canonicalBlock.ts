/**
 * A block as Parley keeps it, and the one form of its bytes.
 *
 * Two nodes, or two readings of one node, must give the same bytes for the same block. So only what the block's hash binds
 * is kept, plus `from`, whose recovery from the signature is dear: node-made extras (totalDifficulty, size, blockTimestamp,
 * root of nothing), what repeats the object around it (blockHash and transactionHash of each log), and what follows from the
 * rest (contractAddress, effectiveGasPrice, the receipts' blooms, log indexes) are left out. Hex is lower case, quantities have no
 * leading zeros, keys are sorted, absent is absent. Fields that a network of its own adds to transactions are not kept.
 */
export interface CanonicalBlock {
  readonly baseFeePerGas: string | undefined;
  readonly blobGasUsed: string | undefined;
  readonly blockAccessListHash: string | undefined;
  readonly difficulty: string;
  readonly excessBlobGas: string | undefined;
  readonly extraData: string;
  readonly gasLimit: string;
  readonly gasUsed: string;
  readonly hash: string;
  readonly logsBloom: string;
  readonly miner: string;
  readonly mixHash: string | undefined;
  readonly nonce: string | undefined;
  readonly number: string;
  readonly parentBeaconBlockRoot: string | undefined;
  readonly parentHash: string;
  readonly receiptsRoot: string;
  readonly requestsHash: string | undefined;
  readonly sha3Uncles: string;
  readonly slotNumber: string | undefined;
  readonly stateRoot: string;
  readonly timestamp: string;
  readonly transactions: readonly CanonicalTransaction[];
  readonly transactionsRoot: string;
  readonly uncles: readonly string[];
  readonly withdrawals: readonly CanonicalWithdrawal[] | undefined;
  readonly withdrawalsRoot: string | undefined;
}

export interface CanonicalWithdrawal {
  readonly address: string;
  readonly amount: string;
  readonly index: string;
  readonly validatorIndex: string;
}

export interface AccessListItem {
  readonly address: string;
  readonly storageKeys: readonly string[];
}

export interface Authorization {
  readonly address: string;
  readonly chainId: string;
  readonly nonce: string;
  readonly r: string;
  readonly s: string;
  readonly yParity: string;
}

export interface CanonicalTransaction {
  readonly accessList: readonly AccessListItem[] | undefined;
  readonly authorizationList: readonly Authorization[] | undefined;
  readonly blobVersionedHashes: readonly string[] | undefined;
  readonly chainId: string | undefined;
  readonly from: string;
  readonly gas: string;
  /** Types 0 and 1. */
  readonly gasPrice: string | undefined;
  readonly hash: string;
  readonly input: string;
  readonly maxFeePerBlobGas: string | undefined;
  readonly maxFeePerGas: string | undefined;
  readonly maxPriorityFeePerGas: string | undefined;
  readonly nonce: string;
  readonly r: string | undefined;
  readonly s: string | undefined;
  readonly to: string | null;
  readonly type: string;
  /** Type 0. */
  readonly v: string | undefined;
  readonly value: string;
  /** Types 1–4. */
  readonly yParity: string | undefined;
}

export interface CanonicalLog {
  readonly address: string;
  readonly data: string;
  readonly topics: readonly string[];
}

export interface CanonicalReceipt {
  readonly cumulativeGasUsed: string;
  /** Only of transaction types that Parley does not know; of the others it follows from the fees. */
  readonly effectiveGasPrice: string | undefined;
  readonly gasUsed: string;
  readonly logs: readonly CanonicalLog[];
  /** Before Byzantium. */
  readonly root: string | undefined;
  /** Since Byzantium. */
  readonly status: string | undefined;
  readonly transactionHash: string;
}

export interface CanonicalAnswer {
  readonly block: CanonicalBlock;
  readonly receipts: readonly CanonicalReceipt[];
}

export const LAST_KNOWN_TYPE = 4;

/** The keys are written in sorted order where the objects are made, so plain JSON of them is canonical. */
export function canonicalBytes(answer: CanonicalAnswer): Uint8Array {
  return Buffer.from(JSON.stringify(answer), 'utf8');
}
