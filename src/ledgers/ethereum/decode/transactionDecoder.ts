import { getCreateAddress, type Transaction } from 'ethers';
import type { DecodedTransaction, TransactionParty } from '../../../model/block.js';
import type { EthereumTransactionDetail, MethodCall } from '../../../model/ethereum.js';
import type { CanonicalBlock, CanonicalReceipt, CanonicalTransaction } from '../blocks/canonicalBlock.js';
import type { AbiIndex } from './abiIndex.js';
import type { Checksums } from './checksums.js';
import { decimal } from './decimal.js';

type TransactionParts = Omit<DecodedTransaction, 'index' | 'timestampMs' | 'events'>;

/** Decodes one transaction with its receipt. */
export class TransactionDecoder {
  constructor(
    private readonly abis: AbiIndex,
    private readonly checksums: Checksums,
  ) {}

  decode(
    transaction: CanonicalTransaction,
    receipt: CanonicalReceipt | undefined,
    block: CanonicalBlock,
  ): TransactionParts {
    // Before Byzantium receipts do not say; a transaction without one cannot be here.
    const outcome = receipt?.status === '0x0' ? 'FAILED' : 'SUCCEEDED';
    const from = this.checksums.of(transaction.from);
    const to = transaction.to === null ? null : this.checksums.of(transaction.to);
    const created = to === null && outcome === 'SUCCEEDED' ? createdBy(transaction) : null;
    const method = this.method(transaction);
    return {
      hash: transaction.hash,
      outcome,
      parties: partiesOf(from, to, created),
      chaincode: null,
      function: method?.name ?? null,
      detail: {
        ...{ kind: 'ethereum', type: Number(transaction.type), from, to, createdContract: created },
        ...{ nonce: decimal(transaction.nonce), value: decimal(transaction.value), gas: decimal(transaction.gas) },
        ...feesOf(transaction, receipt, block),
        accessList: this.accessList(transaction),
        input: transaction.input,
        method,
        gasUsed: decimal(receipt?.gasUsed ?? '0x0'),
      },
    };
  }

  /** A signed transaction that no block holds yet. */
  waiting(transaction: Transaction, from: string): Omit<EthereumTransactionDetail, 'gasUsed'> {
    const { to, data: input, accessList } = transaction;
    const text = (wei: bigint | null): string | null => wei?.toString() ?? null;
    return {
      ...{ kind: 'ethereum', type: transaction.type ?? 0, from, to, createdContract: null },
      nonce: transaction.nonce.toString(),
      value: transaction.value.toString(),
      gas: transaction.gasLimit.toString(),
      gasPrice: text(transaction.gasPrice),
      maxFeePerGas: text(transaction.maxFeePerGas),
      maxPriorityFeePerGas: text(transaction.maxPriorityFeePerGas),
      accessList: accessList?.map(({ address, storageKeys }) => ({ address, storageKeys })) ?? null,
      input,
      method: this.method({ to: to?.toLowerCase() ?? null, input }),
      effectiveGasPrice: null,
    };
  }

  private accessList({ accessList }: CanonicalTransaction): EthereumTransactionDetail['accessList'] {
    if (accessList === undefined) return null;
    return accessList.map(({ address, storageKeys }) => ({ address: this.checksums.of(address), storageKeys }));
  }

  /** Null for creations and plain payments; name and arguments only where an ABI reads the whole input. */
  method({ to, input }: Pick<CanonicalTransaction, 'to' | 'input'>): MethodCall | null {
    if (to === null || input.length < 10) return null;
    const selector = input.slice(0, 10);
    for (const { name, signature, inputs } of this.abis.functions(to, selector)) {
      const values = inputs.read(`0x${input.slice(10)}`, this.checksums);
      if (values !== null) return { selector, signature, name, arguments: values };
    }
    return { selector, signature: null, name: null, arguments: [] };
  }
}

function createdBy({ from, nonce }: CanonicalTransaction): string {
  return getCreateAddress({ from, nonce: BigInt(nonce) });
}

function partiesOf(from: string, to: string | null, created: string | null): readonly TransactionParty[] {
  const parties: TransactionParty[] = [{ nativeId: from, role: 'SENDER' }];
  if (to !== null) parties.push({ nativeId: to, role: 'RECIPIENT' });
  if (created !== null) parties.push({ nativeId: created, role: 'CREATED' });
  return parties;
}

type Fees = Pick<EthereumTransactionDetail, 'gasPrice' | 'maxFeePerGas' | 'maxPriorityFeePerGas' | 'effectiveGasPrice'>;

/** `gasPrice` of a mined transaction with fees of EIP-1559 is what it paid, as nodes say it too. */
function feesOf(transaction: CanonicalTransaction, receipt: CanonicalReceipt | undefined, block: CanonicalBlock): Fees {
  const { maxFeePerGas, maxPriorityFeePerGas } = transaction;
  const paid =
    receipt?.effectiveGasPrice ?? transaction.gasPrice ?? cappedFee(maxFeePerGas, maxPriorityFeePerGas, block);
  const effective = paid === undefined ? null : decimal(paid);
  return {
    gasPrice: transaction.gasPrice === undefined ? effective : decimal(transaction.gasPrice),
    maxFeePerGas: maxFeePerGas === undefined ? null : decimal(maxFeePerGas),
    maxPriorityFeePerGas: maxPriorityFeePerGas === undefined ? null : decimal(maxPriorityFeePerGas),
    effectiveGasPrice: effective,
  };
}

/** EIP-1559: the base fee and the tip, but never more than the cap. */
function cappedFee(max: string | undefined, tip: string | undefined, block: CanonicalBlock): string | undefined {
  if (max === undefined) return undefined;
  const wanted = BigInt(block.baseFeePerGas ?? '0x0') + BigInt(tip ?? '0x0');
  const cap = BigInt(max);
  return `0x${(wanted < cap ? wanted : cap).toString(16)}`;
}
