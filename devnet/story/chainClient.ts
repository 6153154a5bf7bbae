import { Interface } from 'ethers';
import { readArtifact, type ContractName } from '../ethereum/artifacts.js';
import { devAccount, devAccountOf, type DevAccountName } from '../ethereum/devAccounts.js';
import { rpcRequest } from '../ethereum/jsonRpc.js';
import { waitForReceipt, type Receipt } from '../ethereum/receipt.js';
import { createSender } from '../ethereum/sender.js';
import type { DevTransaction } from '../ethereum/testChain.js';
import type { StoryWorld } from './storyWorld.js';

export interface ContractCall {
  readonly contract: ContractName;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly type?: 0 | 1 | 2;
}

/** The three parties' wallets on the chain `settlement`. */
export interface ChainClient {
  address(account: DevAccountName): string;
  contractAddress(contract: ContractName): string;
  /** Reads a contract at the head; the result's values, one alone not in a list. */
  read<T>(contract: ContractName, name: string, args?: readonly unknown[]): Promise<T>;
  /** Calls a contract and waits for the block; throws where it reverts. */
  call(from: DevAccountName, call: ContractCall): Promise<Receipt>;
  /** As `call`, but a revert is an outcome too. */
  attempt(from: DevAccountName, call: ContractCall): Promise<Receipt>;
  send(transaction: DevTransaction): Promise<Receipt>;
  /** Lets so many empty blocks pass. */
  mine(blocks: number): Promise<void>;
}

/** Enough for every call of the story; given, so that nothing is estimated and reverts are mined. */
const CALL_GAS = 600_000n;

export function connectChain({ rpc, chainId, contracts }: StoryWorld['ethereum']): ChainClient {
  const request = <T>(method: string, params: readonly unknown[] = []): Promise<T> =>
    rpcRequest<T>(rpc, method, params);
  const sendRaw = createSender(request, chainId);
  const interfaceOf = createInterfaces();
  const contractAddress = (name: ContractName): string => {
    const contract = contracts[name];
    if (contract === undefined) throw new Error(`The story's world lacks the contract ${name}`);
    return contract.address;
  };
  const send = async (transaction: DevTransaction): Promise<Receipt> =>
    waitForReceipt({ request }, await sendRaw(transaction));
  const attempt = (from: DevAccountName, { contract, name, args, type = 2 }: ContractCall): Promise<Receipt> => {
    const to = contractAddress(contract);
    const data = interfaceOf(contract).encodeFunctionData(name, args);
    const accessList = type === 1 ? { accessList: [{ address: to, storageKeys: [] }] } : {};
    return send({ from: devAccountOf[from], to, data, type, gas: CALL_GAS, ...accessList });
  };
  return {
    address: (account) => devAccount(devAccountOf[account]).address,
    contractAddress,
    read: async <T>(contract: ContractName, name: string, args: readonly unknown[] = []): Promise<T> => {
      const data = interfaceOf(contract).encodeFunctionData(name, args);
      const result = await request<string>('eth_call', [{ to: contractAddress(contract), data }, 'latest']);
      const values = interfaceOf(contract).decodeFunctionResult(name, result);
      return (values.length === 1 ? values[0] : values) as T;
    },
    call: async (from, call) => {
      const receipt = await attempt(from, call);
      if (receipt.status === '0x1') return receipt;
      throw new Error(`${call.contract}.${call.name} reverted in transaction ${receipt.transactionHash}`);
    },
    attempt,
    send,
    mine: async (blocks) => {
      for (let count = 0; count < blocks; count += 1) await request('evm_mine');
    },
  };
}

/** Each contract's interface, parsed once. */
function createInterfaces(): (name: ContractName) => Interface {
  const interfaces = new Map<ContractName, Interface>();
  return (name) => {
    const known = interfaces.get(name) ?? new Interface(readArtifact(name).abi);
    interfaces.set(name, known);
    return known;
  };
}
