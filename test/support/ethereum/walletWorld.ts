import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { creationData, readArtifact } from '../../../devnet/ethereum/artifacts.js';
import { devAccount, type TestChain } from '../../../devnet/ethereum/index.js';
import { operations } from '../operations.js';
import { configDirectory } from '../ownParley.js';
import { startParley, type RunningParley } from '../parley.js';
import { ask, eventually, type GraphAnswer } from '../world.js';
import { startProxy, type Proxy } from './proxy.js';

export const LEDGER = 'eip155:31337';
export const RECIPIENT = devAccount(7).address;
/** Of the signer `wallet`; it owns the token. */
export const wallet = devAccount(1);
/** Of the signer `stranger`. */
export const stranger = devAccount(5);

const named = operations();
const SEND = named.get('Send') ?? '';
const SEND_RAW = named.get('SendRaw') ?? '';
const TRANSACTION = `query Transaction($id: ID!) {
  node(id: $id) {
    id
    ... on EthereumTransaction { hash nonce confirmation outcome revertReason value from { address } block { hash } }
  }
}`;

export interface Sent {
  readonly id: string;
  readonly hash: string;
  readonly confirmation: string;
  readonly outcome: string | null;
  readonly revertReason: string | null;
}

/** A Parley with two wallets in front of a chain that a test drives, and the proxy between them. */
export interface WalletWorld {
  readonly chain: TestChain;
  readonly proxy: Proxy;
  /** The token's address. */
  readonly token: string;
  readonly parley: RunningParley;
  /** Starts a Parley on the same store. */
  restart(): Promise<void>;
  /** Starts one more, which is asked when it is named; whoever starts it ends it. */
  another(): Promise<RunningParley>;
  nonceOf(at: 'latest' | 'pending'): Promise<number>;
  /** Waits until so many transactions are in the node's pool, ready to be mined. */
  pooled(count: number): Promise<unknown>;
  send(input: Record<string, unknown>, by?: RunningParley): Promise<GraphAnswer>;
  sendRaw(rawTransaction: string, more?: object): Promise<GraphAnswer>;
  nodeOf(id: string): Promise<Record<string, unknown> | null>;
  untilConfirmed(id: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** The transaction of an answer. Throws where there is none. */
export function sentIn(answer: GraphAnswer, mutation = 'sendTransaction'): Sent {
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return (answer.data?.[mutation] as { transaction: Sent }).transaction;
}

export const codesOf = ({ errors }: GraphAnswer): unknown[] =>
  (errors ?? []).map(({ extensions }) => extensions['code']);

/** The index is in a file of its own where no other store is given. */
export async function walletWorld(start: () => Promise<TestChain>, storeUrl?: string): Promise<WalletWorld> {
  const directory = configDirectory();
  const chain = await start();
  const artifact = readArtifact('SettlementToken');
  const hash = await chain.send({ from: 0, data: creationData(artifact, [wallet.address]), gas: 3_000_000n });
  await chain.mine();
  const { contractAddress: token } = await chain.request<{ contractAddress: string }>('eth_getTransactionReceipt', [
    hash,
  ]);
  writeFileSync(join(directory.path, 'SettlementToken.json'), JSON.stringify(artifact.abi));
  const proxy = await startProxy(chain.rpc);
  const config = directory.write('writes', [ledgerOf(chain, proxy, token)], {
    ...(storeUrl === undefined ? {} : { store: { url: storeUrl } }),
    members: [{ id: 'harvest', name: 'Harvest Co-op', accounts: [`${LEDGER}:${wallet.address}`] }],
    signers: [
      { id: 'wallet', member: 'harvest', ethereum: { privateKey: wallet.privateKey } },
      { id: 'stranger', member: 'harvest', ethereum: { privateKey: stranger.privateKey } },
    ],
  });
  let parley = await startParley(config);
  const nodeOf = async (id: string): Promise<Record<string, unknown> | null> => {
    const { data, errors } = await ask(parley.url, TRANSACTION, { id });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['node'] as Record<string, unknown> | null;
  };
  return {
    ...{ chain, proxy, token, nodeOf },
    get parley() {
      return parley;
    },
    restart: async () => {
      parley = await startParley(config);
    },
    another: () => startParley(config),
    nonceOf: async (at) => Number(await chain.request<string>('eth_getTransactionCount', [wallet.address, at])),
    pooled: (count) =>
      eventually(`${count} transactions wait`, async () => {
        const { pending } = await chain.request<{ pending: string }>('txpool_status');
        return Number(pending) === count;
      }),
    send: (input, by = parley) =>
      ask(by.url, SEND, { input: { chain: LEDGER, signer: 'wallet', to: RECIPIENT, value: '1', ...input } }),
    sendRaw: (rawTransaction, more) => ask(parley.url, SEND_RAW, { input: { chain: LEDGER, rawTransaction, ...more } }),
    untilConfirmed: (id) =>
      eventually(`${id} is confirmed`, async () => {
        const node = await nodeOf(id);
        return node?.['confirmation'] === 'CONFIRMED' && node;
      }),
    close: async () => {
      await parley.kill();
      await proxy.close();
      await chain.close();
      directory.remove();
    },
  };
}

function ledgerOf(chain: TestChain, proxy: Proxy, token: string): object {
  const contracts = [{ name: 'SettlementToken', address: token, abi: './SettlementToken.json' }];
  const finality = { tag: 'finalized' };
  return { name: 'settlement', ethereum: { chainId: 31_337, rpc: [proxy.url], ws: chain.ws, finality, contracts } };
}
