import { AbiCoder, dataSlice, keccak256, toBeHex } from 'ethers';

/** What a proposal would do, call by call. `values`: wei. */
export interface Calls {
  readonly targets: readonly string[];
  readonly values: readonly bigint[];
  readonly calldatas: readonly string[];
}

const ZERO_WORD = `0x${'00'.repeat(32)}`;

/** `Governor.hashProposal`: the proposal's id, but where a governor counts its proposals. 0x-prefixed. */
export const proposalHash = ({ targets, values, calldatas }: Calls, descriptionHash: string): string =>
  keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['address[]', 'uint256[]', 'bytes[]', 'bytes32'],
      [targets, values, calldatas, descriptionHash],
    ),
  );

/** `TimelockController.hashOperationBatch` with the salt of `GovernorTimelockControl`: the governor's address and the description. */
export function operationOf(governor: string, { targets, values, calldatas }: Calls, descriptionHash: string): string {
  const salt = BigInt(zeroPadded(governor)) ^ BigInt(descriptionHash);
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['address[]', 'uint256[]', 'bytes[]', 'bytes32', 'bytes32'],
      [targets, values, calldatas, ZERO_WORD, toBeHex(salt, 32)],
    ),
  );
}

/** `bytes32(bytes20(address))`: the address in the upper bytes. */
const zeroPadded = (address: string): string => `${dataSlice(address, 0, 20)}${'00'.repeat(12)}`;

/** `<governor>.<proposal id>`: EIP-55 and decimal. */
export const nativeIdOf = (governor: string, proposal: bigint): string => `${governor}.${proposal}`;

/** The governor's own id of a proposal. */
export const proposalIdOf = (nativeId: string): bigint => BigInt(nativeId.slice(nativeId.indexOf('.') + 1));
