import { getCreateAddress, id, Interface, ZeroAddress, ZeroHash } from 'ethers';
import { CONTRACT_NAMES, creationData, readArtifact, type ContractName } from './artifacts.js';
import { devAccount, devAccountOf } from './devAccounts.js';
import { waitForReceipt } from './receipt.js';
import type { TestChain } from './testChain.js';

/** Voting weight of each member: 100 votes, 18 decimals. */
const MEMBER_VOTES = 100n * 10n ** 18n;
/** ERC-6372 clock in blocks; short, so that a proposal of the dev world is decided while somebody watches. */
const VOTING_DELAY_BLOCKS = 1;
const VOTING_PERIOD_BLOCKS = 30;
const QUORUM_PERCENT = 50;
const TIMELOCK_DELAY_SECONDS = 1;

export type ContractAddresses = Readonly<Record<ContractName, string>>;

/** One transaction of the deployer. */
interface Step {
  readonly to?: string;
  readonly data: string;
}

/** Where each contract stands: the deployer's n-th transaction creates the n-th contract, so addresses are known before. */
export function contractAddresses(): ContractAddresses {
  const from = devAccount(devAccountOf.deployer).address;
  const addresses = CONTRACT_NAMES.map((name, nonce) => [name, getCreateAddress({ from, nonce })]);
  return Object.fromEntries(addresses) as ContractAddresses;
}

/**
 * Deploys the contracts and hands the timelock to the governor. The deployer's nonce says what was done already, so that a
 * restart goes on where the last one stopped and a second call does nothing.
 */
export async function deployContracts(chain: TestChain): Promise<ContractAddresses> {
  const addresses = contractAddresses();
  const steps = deploymentSteps(addresses);
  const deployer = devAccount(devAccountOf.deployer).address;
  const done = Number(await chain.request<string>('eth_getTransactionCount', [deployer, 'latest']));
  for (const step of steps.slice(done)) {
    const hash = await chain.send({ from: devAccountOf.deployer, ...step, gas: 8_000_000n });
    const receipt = await waitForReceipt(chain, hash);
    if (receipt.status !== '0x1') throw new Error(`The deployment's transaction ${hash} reverted`);
  }
  return addresses;
}

function deploymentSteps(at: ContractAddresses): readonly Step[] {
  const { deployer, ...members } = devAccountOf;
  const holders = Object.values(members).map((index) => devAccount(index).address);
  const { address: admin } = devAccount(deployer);
  const constructorArguments: Record<ContractName, readonly unknown[]> = {
    SettlementToken: [devAccount(members.northwind).address],
    VoteToken: [holders, MEMBER_VOTES],
    HarbourTimelock: [TIMELOCK_DELAY_SECONDS, [ZeroAddress], admin],
    HarbourGovernor: [at.VoteToken, at.HarbourTimelock, VOTING_DELAY_BLOCKS, VOTING_PERIOD_BLOCKS, QUORUM_PERCENT],
    OriginCertificate: [devAccount(members.harvest).address],
    TradeFinance: [at.SettlementToken],
  };
  const timelock = new Interface(readArtifact('HarbourTimelock').abi);
  const roles = [
    timelock.encodeFunctionData('grantRole', [id('PROPOSER_ROLE'), at.HarbourGovernor]),
    timelock.encodeFunctionData('grantRole', [id('CANCELLER_ROLE'), at.HarbourGovernor]),
    timelock.encodeFunctionData('renounceRole', [ZeroHash, admin]),
  ];
  return [
    ...CONTRACT_NAMES.map((name) => ({ data: creationData(readArtifact(name), constructorArguments[name]) })),
    ...roles.map((data) => ({ to: at.HarbourTimelock, data })),
  ];
}
