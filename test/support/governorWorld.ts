import { getCreateAddress, id, Interface, ZeroAddress, ZeroHash, type InterfaceAbi } from 'ethers';
import { readFileSync } from 'node:fs';
import {
  devAccount,
  startAnvil,
  waitForReceipt,
  type AnvilOptions,
  type TestChain,
} from '../../devnet/ethereum/index.js';
import { GovernorObserver } from '../../src/governance/governor/index.js';
import { createEthereumLedger } from '../../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../../src/ledgers/ledger.js';
import type { DecodedBlock } from '../../src/model/block.js';
import { ledgerOptions } from '../contract/ethereumWorld.js';

interface Artifact {
  readonly abi: InterfaceAbi & readonly unknown[];
  readonly bytecode: string;
}
const artifact = (name: string): Artifact =>
  JSON.parse(readFileSync(`contracts/artifacts/${name}.json`, 'utf8')) as Artifact;

export const governorContract = new Interface(artifact('HarbourGovernor').abi);
export const timelockContract = new Interface(artifact('HarbourTimelock').abi);
const tokenContract = new Interface(artifact('VoteToken').abi);

/** Accounts that hold 100 votes each; the last holds them without having taken them up. */
export const VOTERS = [1, 2, 3] as const;
export const IDLE = 4;
export const VOTES = 100n * 10n ** 18n;
/** Of the clock: blocks or seconds. */
export const DELAY = 3;
export const PERIOD = 30;
export const addressOf = (index: number): string => devAccount(index).address;

/** A proposal as its calls say it. */
export interface Wanted {
  readonly targets: readonly string[];
  readonly values: readonly bigint[];
  readonly calldatas: readonly string[];
  readonly description: string;
}

/** A private chain with a governor, its timelock and its token; a block for each transaction. */
export interface GovernorWorld {
  readonly chain: TestChain;
  readonly ledger: EthereumLedger;
  readonly governor: string;
  readonly timelock: string;
  readonly token: string;
  readonly observer: () => GovernorObserver;
  /** The transaction's hash; one that reverts is mined too. */
  call(from: number, to: string, data: string): Promise<string>;
  governs(from: number, name: string, args: readonly unknown[]): Promise<string>;
  /** Sets the voting period to so many: governed through the timelock. */
  wanted(title: string, period?: number): Wanted;
  propose(from: number, wanted: Wanted): Promise<bigint>;
  /** `queue`, `execute`, `cancel`. */
  again(from: number, name: string, wanted: Wanted): Promise<string>;
  /** Mines so many blocks, or lets so many seconds pass. */
  pass(by: number): Promise<void>;
  seconds(by: number): Promise<void>;
  state(proposal: bigint): Promise<bigint>;
  blocks(): Promise<readonly DecodedBlock[]>;
  /** The node ends and begins again at its port: of blocks before it keeps no state. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function governorWorld(
  clock: 'blocks' | 'seconds',
  anvil: Pick<AnvilOptions, 'stateFile'> = {},
): Promise<GovernorWorld> {
  let chain = await startAnvil(anvil);
  const { token, timelock, governor } = await deployed(chain, clock);
  const ledger = createEthereumLedger({
    ...ledgerOptions(chain),
    finality: { depth: 40 },
    contracts: [{ name: 'HarbourGovernor', address: governor, abi: artifact('HarbourGovernor').abi }],
  });
  const call: GovernorWorld['call'] = async (from, to, data) => {
    const hash = await chain.send({ from, to, data, gas: 6_000_000n });
    await waitForReceipt(chain, hash);
    return hash;
  };
  for (const voter of VOTERS)
    await call(voter, token, tokenContract.encodeFunctionData('delegate', [addressOf(voter)]));
  const governs: GovernorWorld['governs'] = (from, name, args) =>
    call(from, governor, governorContract.encodeFunctionData(name, args));
  const seconds = async (by: number): Promise<void> => {
    await chain.request('evm_increaseTime', [by]);
    await chain.mine();
  };
  const voters = [...VOTERS, IDLE].map(addressOf);
  return {
    get chain() {
      return chain;
    },
    restart: async () => {
      const { port } = new URL(chain.rpc);
      await chain.close();
      chain = await startAnvil({ ...anvil, port: Number(port) });
    },
    ...{ ledger, governor, timelock, token, call, governs, seconds },
    observer: () => new GovernorObserver({ chain: ledger, governors: [{ address: governor, timelock: null }], voters }),
    wanted: (title, period = 40) => ({
      ...{ targets: [governor], values: [0n], description: `# ${title}\n\nVoting lasts ${period}.` },
      calldatas: [governorContract.encodeFunctionData('setVotingPeriod', [period])],
    }),
    propose: async (from, { targets, values, calldatas, description }) => {
      await governs(from, 'propose', [targets, values, calldatas, description]);
      const data = governorContract.encodeFunctionData('hashProposal', [targets, values, calldatas, id(description)]);
      return BigInt(await chain.request<string>('eth_call', [{ to: governor, data }, 'latest']));
    },
    again: (from, name, { targets, values, calldatas, description }) =>
      governs(from, name, [targets, values, calldatas, id(description)]),
    pass: async (by) => (clock === 'blocks' ? void (await chain.mine(by)) : seconds(by)),
    state: async (proposal) => {
      const data = governorContract.encodeFunctionData('state', [proposal]);
      return BigInt(await chain.request<string>('eth_call', [{ to: governor, data }, 'latest']));
    },
    blocks: () => decoded(ledger),
    close: async () => {
      await ledger.close();
      await chain.close();
    },
  };
}

async function deployed(chain: TestChain, clock: 'blocks' | 'seconds') {
  const from = addressOf(0);
  const [token, timelock, governor] = [0, 1, 2].map((nonce) => getCreateAddress({ from, nonce })) as [
    string,
    string,
    string,
  ];
  const holders = [...VOTERS, IDLE].map(addressOf);
  const create = (name: string, args: readonly unknown[]): { data: string } => {
    const { abi, bytecode } = artifact(name);
    return { data: bytecode + new Interface(abi).encodeDeploy(args).slice(2) };
  };
  const grant = (name: string, args: readonly unknown[]) => ({
    to: timelock,
    data: timelockContract.encodeFunctionData(name, args),
  });
  const steps = [
    create(clock === 'blocks' ? 'VoteToken' : 'TimedVoteToken', [holders, VOTES]),
    create('HarbourTimelock', [2, [ZeroAddress], from]),
    create('HarbourGovernor', [token, timelock, DELAY, PERIOD, 50]),
    grant('grantRole', [id('PROPOSER_ROLE'), governor]),
    grant('grantRole', [id('CANCELLER_ROLE'), governor]),
    grant('grantRole', [id('CANCELLER_ROLE'), from]),
    grant('renounceRole', [ZeroHash, from]),
  ];
  for (const step of steps) {
    const receipt = await waitForReceipt(chain, await chain.send({ from: 0, ...step, gas: 8_000_000n }));
    if (receipt.status !== '0x1') throw new Error('The deployment reverted');
  }
  return { token, timelock, governor };
}

async function decoded(ledger: EthereumLedger): Promise<readonly DecodedBlock[]> {
  const decoder = ledger.decoder({ config: null, previous: null });
  const { number } = await ledger.head();
  const blocks: DecodedBlock[] = [];
  for await (const raw of ledger.read(0, number, AbortSignal.timeout(30_000))) blocks.push(decoder.decode(raw));
  return blocks;
}
