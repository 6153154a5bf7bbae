import { createRequire } from 'node:module';
import { Interface } from 'ethers';

/** A contract that does what decoders and readers must cope with: an ERC-1155 of its own, odd events, and every way to fail. */
const SOURCE = `
// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

contract Specimen {
  struct Leg { address carrier; uint64 departs; }
  struct Journey { string origin; Leg[] legs; bytes32 seal; }

  error TooHeavy(uint256 weight, uint256 allowed);

  event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value);
  event TransferBatch(address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values);
  event Moved(string indexed lot, int128 change, bool late, bytes4 tag, Journey journey);
  event Silent(uint256 amount) anonymous;

  mapping(uint256 => mapping(address => uint256)) public balances;
  uint256 public stored;

  function supportsInterface(bytes4 id) external pure returns (bool) {
    return id == 0x01ffc9a7 || id == 0xd9b67a26;
  }
  function balanceOf(address owner, uint256 id) external view returns (uint256) { return balances[id][owner]; }
  function balanceOfBatch(address[] calldata owners, uint256[] calldata ids) external view returns (uint256[] memory found) {
    found = new uint256[](ids.length);
    for (uint256 i; i < ids.length; i++) found[i] = balances[ids[i]][owners[i]];
  }
  function mint(address to, uint256 id, uint256 value) external {
    balances[id][to] += value;
    emit TransferSingle(msg.sender, address(0), to, id, value);
  }
  function mintBatch(address to, uint256[] calldata ids, uint256[] calldata values) external {
    for (uint256 i; i < ids.length; i++) balances[ids[i]][to] += values[i];
    emit TransferBatch(msg.sender, address(0), to, ids, values);
  }
  function move(string calldata lot, int128 change, Journey calldata journey) external {
    emit Moved(lot, change, true, 0xdeadbeef, journey);
  }
  function whisper(uint256 amount) external { emit Silent(amount); }
  /** A log with the topics and data given, whatever they are. */
  function raw(bytes32[] calldata topics, bytes calldata data) external {
    bytes memory d = data;
    bytes32 a = topics.length > 0 ? topics[0] : bytes32(0);
    bytes32 b = topics.length > 1 ? topics[1] : bytes32(0);
    bytes32 c = topics.length > 2 ? topics[2] : bytes32(0);
    uint256 n = topics.length;
    assembly {
      switch n
      case 0 { log0(add(d, 32), mload(d)) }
      case 1 { log1(add(d, 32), mload(d), a) }
      case 2 { log2(add(d, 32), mload(d), a, b) }
      default { log3(add(d, 32), mload(d), a, b, c) }
    }
  }
  function store(uint256 value) external { stored = value; }
  function journey() external view returns (Journey memory, uint256 at) {
    Leg[] memory legs = new Leg[](1);
    legs[0] = Leg(address(this), 7);
    return (Journey("Sidamo", legs, bytes32(uint256(1))), stored);
  }
  function failWithReason() external pure { revert("the harvest is late"); }
  function failWithError() external pure { revert TooHeavy(12, 10); }
  function failWithPanic(uint256 divisor) external pure returns (uint256) { return 1 / divisor; }
  function failSilently() external pure { assembly { revert(0, 0) } }
}
`;

export interface Specimen {
  readonly abi: readonly unknown[];
  readonly bytecode: string;
  readonly interface: Interface;
}

interface SolcOutput {
  readonly contracts: Record<
    string,
    Record<string, { abi: readonly unknown[]; evm: { bytecode: { object: string } } }>
  >;
}

/** Compiles the specimen; takes a second or two. */
export function compileSpecimen(): Specimen {
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string };
  const input = {
    language: 'Solidity',
    sources: { 'Specimen.sol': { content: SOURCE } },
    settings: {
      optimizer: { enabled: true },
      evmVersion: 'cancun',
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput & { errors?: unknown };
  const contract = output.contracts?.['Specimen.sol']?.['Specimen'];
  if (contract === undefined) throw new Error(`The specimen does not compile: ${JSON.stringify(output.errors)}`);
  return {
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    interface: new Interface(JSON.stringify(contract.abi)),
  };
}
