import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startAnvil } from './anvil.js';
import { CONTRACT_NAMES, readArtifact, type ContractName } from './artifacts.js';
import { deployContracts } from './deploy.js';
import { endLeftover, rememberNode } from './leftover.js';
import type { TestChain } from './testChain.js';

export interface EthereumOptions {
  /** Keeps the chain (`anvil.json`) and the contracts' ABIs (`abi/`); made where absent. */
  readonly directory: string;
  /** 0 (default): a port that the system chooses. */
  readonly port?: number;
  /** Absent: a block for each transaction. A number: also a block every so many seconds. */
  readonly blockTimeSeconds?: number;
  /** E, default 2: the safe head is E blocks behind the head, the finalized head 2E. */
  readonly slotsInAnEpoch?: number;
}

export interface DeployedContract {
  readonly address: string;
  /** Path of a JSON file that holds the ABI. */
  readonly abi: string;
}

/** The running chain `settlement` with its contracts. */
export interface EthereumWorld {
  readonly pid: number;
  readonly rpc: string;
  readonly ws: string;
  readonly chainId: number;
  readonly contracts: Readonly<Record<ContractName, DeployedContract>>;
  readonly chain: TestChain;
  /** Resolves with a reason once the node has ended, however it ended. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** Starts the dev chain and sees to it that its contracts are there: deployed once, found again after a restart. */
export async function startEthereum(options: EthereumOptions): Promise<EthereumWorld> {
  await mkdir(options.directory, { recursive: true });
  const stateFile = join(options.directory, 'anvil.json');
  const pidFile = join(options.directory, 'anvil.pid');
  await endLeftover(pidFile, stateFile);
  const chain = await startAnvil({
    port: options.port ?? 0,
    stateFile,
    mining: options.blockTimeSeconds ?? 'transaction',
    slotsInAnEpoch: options.slotsInAnEpoch ?? 2,
  });
  try {
    await rememberNode(pidFile, chain.pid);
    const contracts = await describeContracts(options.directory, await deployContracts(chain));
    const { pid, rpc, ws, chainId, ended } = chain;
    return { pid, rpc, ws, chainId, contracts, chain, ended, close: () => chain.close() };
  } catch (error) {
    await chain.close();
    throw error;
  }
}

async function describeContracts(
  directory: string,
  addresses: Readonly<Record<ContractName, string>>,
): Promise<Readonly<Record<ContractName, DeployedContract>>> {
  const abiDirectory = join(directory, 'abi');
  await mkdir(abiDirectory, { recursive: true });
  const entries = CONTRACT_NAMES.map(async (name) => {
    const abi = join(abiDirectory, `${name}.json`);
    await writeFile(abi, `${JSON.stringify(readArtifact(name).abi, null, 1)}\n`);
    return [name, { address: addresses[name], abi }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<ContractName, DeployedContract>;
}
