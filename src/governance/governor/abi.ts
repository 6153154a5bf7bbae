import { Interface } from 'ethers';

/** What Parley says to governors and their timelocks, as OpenZeppelin Contracts 5 has them. */
export interface GovernorAbi {
  readonly governor: Interface;
  readonly timelock: Interface;
  readonly votes: Interface;
}

/** https://docs.openzeppelin.com/contracts/5.x/api/governance, ERC-5805 and ERC-6372. */
export const governorAbi = (): GovernorAbi => ({
  governor: new Interface([...views(), ...acts()]),
  timelock: new Interface(['function GRACE_PERIOD() view returns (uint256)']),
  votes: new Interface(['function getPastTotalSupply(uint256 timepoint) view returns (uint256)']),
});

const views = (): readonly string[] => [
  'function CLOCK_MODE() view returns (string)',
  'function COUNTING_MODE() view returns (string)',
  'function clock() view returns (uint48)',
  'function token() view returns (address)',
  'function timelock() view returns (address)',
  'function quorum(uint256 timepoint) view returns (uint256)',
  'function getVotes(address account, uint256 timepoint) view returns (uint256)',
  'function proposalThreshold() view returns (uint256)',
  'function proposalEta(uint256 proposalId) view returns (uint256)',
  'function proposalNeedsQueuing(uint256 proposalId) view returns (bool)',
  'function state(uint256 proposalId) view returns (uint8)',
  'function hasVoted(uint256 proposalId, address account) view returns (bool)',
  'function nonces(address owner) view returns (uint256)',
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
];

const acts = (): readonly string[] => [
  'function propose(address[] targets, uint256[] values, bytes[] calldatas, string description) returns (uint256)',
  'function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)',
  'function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) payable returns (uint256)',
  'function cancel(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash) returns (uint256)',
  'function castVote(uint256 proposalId, uint8 support) returns (uint256)',
  'function castVoteWithReason(uint256 proposalId, uint8 support, string reason) returns (uint256)',
  'function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes signature) returns (uint256)',
  'function castVoteWithReasonAndParamsBySig(uint256 proposalId, uint8 support, address voter, string reason, bytes params, bytes signature) returns (uint256)',
];
