import { Transaction, type TransactionLike } from 'ethers';
import { devAccount } from './devAccounts.js';
import type { DevTransaction } from './testChain.js';

type Request = <T>(method: string, params?: readonly unknown[]) => Promise<T>;

/** One wei-gigawei: what dev transactions tip. */
const PRIORITY_FEE_WEI = 1_000_000_000n;
const BLOB_BYTES = 131_072;
const CELLS_IN_BLOB = 128;
/** The point at infinity of BLS12-381: commitment and proof of the all-zero blob (EIP-4844), and of each of its cells (EIP-7594). */
const POINT_AT_INFINITY = `c0${'00'.repeat(47)}`;

/** Fills in what a dev transaction leaves out, signs it with its dev account's key, and gives the raw transaction. */
export async function signTransaction(
  request: Request,
  chainId: number,
  transaction: DevTransaction,
  nonce: number,
): Promise<string> {
  const account = devAccount(transaction.from);
  const like: TransactionLike<string> = {
    chainId,
    nonce,
    to: transaction.to ?? null,
    value: transaction.value ?? 0n,
    data: transaction.data ?? '0x',
    gasLimit: transaction.gas ?? (await estimateGas(request, account.address, transaction)),
    ...(await feesOf(request, transaction.type ?? 2)),
    ...(transaction.accessList === undefined
      ? {}
      : {
          accessList: transaction.accessList.map(
            (entry) => [entry.address, [...entry.storageKeys]] as [string, string[]],
          ),
        }),
  };
  if (transaction.type === 4) like.authorizationList = await authorize(request, chainId, transaction, nonce);
  const unsigned = Transaction.from(like);
  if (transaction.type === 3) addZeroBlob(unsigned);
  unsigned.signature = account.signingKey.sign(unsigned.unsignedHash);
  return unsigned.serialized;
}

async function estimateGas(request: Request, from: string, transaction: DevTransaction): Promise<bigint> {
  const call = {
    from,
    ...(transaction.to === undefined ? {} : { to: transaction.to }),
    value: `0x${(transaction.value ?? 0n).toString(16)}`,
    data: transaction.data ?? '0x',
  };
  const estimate = BigInt(await request<string>('eth_estimateGas', [call, 'pending']));
  // State may move between estimate and block; authorizations and access lists cost something that the estimate left out.
  return (estimate * 3n) / 2n + 60_000n;
}

async function feesOf(request: Request, type: number): Promise<TransactionLike<string>> {
  const block = await request<{ baseFeePerGas: string }>('eth_getBlockByNumber', ['latest', false]);
  // The base fee rises by at most an eighth a block: ten times it holds for twenty full blocks.
  const maxFeePerGas = BigInt(block.baseFeePerGas) * 10n + PRIORITY_FEE_WEI;
  if (type < 2) return { type, gasPrice: maxFeePerGas };
  const fees = { type, maxFeePerGas, maxPriorityFeePerGas: PRIORITY_FEE_WEI };
  return type === 3 ? { ...fees, maxFeePerBlobGas: PRIORITY_FEE_WEI } : fees;
}

async function authorize(request: Request, chainId: number, transaction: DevTransaction, senderNonce: number) {
  const authorizations = transaction.authorizations ?? [];
  return Promise.all(
    authorizations.map(async ({ account: index, address }) => {
      const account = devAccount(index);
      const own = await request<string>('eth_getTransactionCount', [account.address, 'pending']);
      // EIP-7702: the sender's nonce has already risen when its own authorization is looked at.
      const nonce = index === transaction.from ? senderNonce + 1 : Number(own);
      return account.authorize({ chainId, address, nonce });
    }),
  );
}

function addZeroBlob(transaction: Transaction): void {
  transaction.blobWrapperVersion = 1;
  transaction.blobs = [
    {
      data: new Uint8Array(BLOB_BYTES),
      commitment: `0x${POINT_AT_INFINITY}`,
      proof: `0x${POINT_AT_INFINITY.repeat(CELLS_IN_BLOB)}`,
    },
  ];
}
