import { devAccount } from './devAccounts.js';
import { signTransaction } from './signTransaction.js';
import type { DevTransaction } from './testChain.js';

type Request = <T>(method: string, params?: readonly unknown[]) => Promise<T>;

/** Signs and sends dev transactions one after another, so that two of one account never take the same nonce. */
export function createSender(request: Request, chainId: number): (transaction: DevTransaction) => Promise<string> {
  let last: Promise<unknown> = Promise.resolve();
  const send = async (transaction: DevTransaction): Promise<string> => {
    const { address } = devAccount(transaction.from);
    const nonce = Number(await request<string>('eth_getTransactionCount', [address, 'pending']));
    return request<string>('eth_sendRawTransaction', [await signTransaction(request, chainId, transaction, nonce)]);
  };
  return (transaction) => {
    const sent = last.then(() => send(transaction));
    last = sent.catch(() => undefined);
    return sent;
  };
}
