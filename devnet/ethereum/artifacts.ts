import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface, type InterfaceAbi } from 'ethers';
import { repositoryRoot } from '../repositoryRoot.js';

/** The contracts of the dev world, in the order of their deployment. */
export const CONTRACT_NAMES = [
  'SettlementToken',
  'VoteToken',
  'HarbourTimelock',
  'HarbourGovernor',
  'OriginCertificate',
  'TradeFinance',
] as const;

export type ContractName = (typeof CONTRACT_NAMES)[number];

export interface Artifact {
  readonly contractName: string;
  readonly abi: InterfaceAbi & readonly unknown[];
  /** Creation code, `0x…`. */
  readonly bytecode: string;
}

/** A contract's committed artifact. */
export function readArtifact(name: ContractName): Artifact {
  const path = join(repositoryRoot(), 'contracts', 'artifacts', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Artifact;
}

/** Creation data: code and constructor arguments. */
export function creationData(artifact: Artifact, args: readonly unknown[]): string {
  return artifact.bytecode + new Interface(artifact.abi).encodeDeploy(args).slice(2);
}
