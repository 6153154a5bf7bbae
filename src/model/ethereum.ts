/** Hashes, addresses and bytes 0x-prefixed; addresses EIP-55; quantities decimal strings. */
export interface EthereumBlockDetail {
  readonly kind: 'ethereum';
  readonly gasUsed: string;
  readonly gasLimit: string;
  readonly baseFee: string | null;
  readonly feeRecipient: string | null;
  readonly stateRoot: string;
  readonly transactionsRoot: string;
  readonly receiptsRoot: string;
}

/** A decoded ABI value. `value` is JSON: integers as decimal strings, bytes as 0x strings, tuples and arrays as arrays or objects. */
export interface DecodedValue {
  readonly name: string | null;
  readonly type: string;
  readonly value: unknown;
}
export interface MethodCall {
  readonly selector: string;
  readonly signature: string | null;
  readonly name: string | null;
  readonly arguments: readonly DecodedValue[];
}
export interface EthereumTransactionDetail {
  readonly kind: 'ethereum';
  /** EIP-2718 type 0–4. */
  readonly type: number;
  readonly from: string;
  readonly to: string | null;
  readonly createdContract: string | null;
  readonly nonce: string;
  readonly value: string;
  readonly gas: string;
  readonly gasPrice: string | null;
  readonly maxFeePerGas: string | null;
  readonly maxPriorityFeePerGas: string | null;
  readonly accessList: readonly { readonly address: string; readonly storageKeys: readonly string[] }[] | null;
  readonly input: string;
  readonly method: MethodCall | null;
  readonly gasUsed: string;
  readonly effectiveGasPrice: string | null;
}
export interface EthereumEventDetail {
  readonly kind: 'ethereum';
  readonly data: string;
  readonly decoded: {
    readonly signature: string;
    readonly name: string;
    readonly arguments: readonly DecodedValue[];
  } | null;
}
export type TokenStandard = 'ERC20' | 'ERC721' | 'ERC1155';
/** One transfer that a standard token event tells; one ERC-1155 batch gives several. */
export interface TokenTransfer {
  readonly transactionIndex: number;
  readonly logIndex: number;
  /** Place inside an ERC-1155 batch, else 0. */
  readonly item: number;
  readonly token: string;
  readonly standard: TokenStandard;
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly tokenId: string | null;
}
