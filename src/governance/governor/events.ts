import { AbiCoder, getAddress, getBytes, id, keccak256, type BytesLike } from 'ethers';
import type { DecodedBlock, DecodedEvent, DecodedTransaction } from '../../model/block.js';
import type { Calls } from './identify.js';

/** Where an event stands. */
export interface Place {
  readonly transaction: DecodedTransaction;
  readonly logIndex: number;
  /** Of the contract, EIP-55. */
  readonly address: string;
}

export interface CreatedEvent {
  readonly kind: 'CREATED';
  readonly proposal: bigint;
  readonly proposer: string;
  readonly calls: Calls;
  readonly start: bigint;
  readonly end: bigint;
  readonly description: string;
  /** 0x-prefixed. */
  readonly descriptionHash: string;
}
export interface VoteEvent {
  readonly kind: 'VOTE';
  readonly proposal: bigint;
  readonly voter: string;
  readonly support: number;
  readonly weight: bigint;
  readonly reason: string;
  readonly params: string;
}

/** What governors and timelocks of OpenZeppelin Contracts 5 say in their logs. */
export type GovernorEvent =
  | CreatedEvent
  | VoteEvent
  /** A delegate's vote counts less, for a holder votes differently. */
  | { readonly kind: 'REDUCED'; readonly proposal: bigint; readonly support: number; readonly weight: bigint }
  | { readonly kind: 'EXTENDED'; readonly proposal: bigint; readonly deadline: bigint }
  | { readonly kind: 'QUEUED'; readonly proposal: bigint; readonly etaSeconds: bigint }
  | { readonly kind: 'EXECUTED' | 'CANCELED'; readonly proposal: bigint };
export type TimelockEvent = { readonly kind: 'CALL_EXECUTED' | 'CANCELLED'; readonly operation: string };

type Reader<T> = (topics: readonly string[], data: string) => T;

/** Signature, and how a log of it is read: text as bytes, for nobody sees to it that it is UTF-8. */
const governorReaders = (): ReadonlyMap<string, Reader<GovernorEvent>> =>
  new Map<string, Reader<GovernorEvent>>([
    [id('ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)'), created],
    [id('VoteCast(address,uint256,uint8,uint256,string)'), vote(false)],
    [id('VoteCastWithParams(address,uint256,uint8,uint256,string,bytes)'), vote(true)],
    [id('OverrideVoteCast(address,uint256,uint8,uint256,string)'), vote(false)],
    [id('VoteReduced(address,uint256,uint8,uint256)'), reduced],
    [id('ProposalExtended(uint256,uint64)'), extended],
    [id('ProposalQueued(uint256,uint256)'), queued],
    [id('ProposalExecuted(uint256)'), ended('EXECUTED')],
    [id('ProposalCanceled(uint256)'), ended('CANCELED')],
  ]);

const timelockReaders = (): ReadonlyMap<string, Reader<TimelockEvent>> =>
  new Map<string, Reader<TimelockEvent>>([
    [id('CallExecuted(bytes32,uint256,address,uint256,bytes)'), (topics) => operation('CALL_EXECUTED', topics)],
    [id('Cancelled(bytes32)'), (topics) => operation('CANCELLED', topics)],
  ]);

/** Reads the logs of governors and their timelocks. A log that is no encoding of its event is passed over: it is another contract's. */
export class EventReader {
  private readonly ofGovernor = governorReaders();
  private readonly ofTimelock = timelockReaders();

  governor(block: DecodedBlock, addresses: ReadonlySet<string>): readonly (Place & { event: GovernorEvent })[] {
    return read(block, (address) => addresses.has(address), this.ofGovernor);
  }

  /** Of any timelock: an operation's id says whose it is. */
  timelock(block: DecodedBlock): readonly (Place & { event: TimelockEvent })[] {
    return read(block, () => true, this.ofTimelock);
  }
}

function read<T>(
  { transactions }: DecodedBlock,
  isMeant: (address: string) => boolean,
  readers: ReadonlyMap<string, Reader<T>>,
): readonly (Place & { event: T })[] {
  return transactions.flatMap((transaction) =>
    transaction.events.flatMap((log) => {
      const reader = readers.get(log.topics[0] ?? '');
      if (reader === undefined || log.address === null || !isMeant(log.address)) return [];
      const event = attempt(reader, log);
      return event === null ? [] : [{ transaction, logIndex: log.index, address: log.address, event }];
    }),
  );
}

function attempt<T>(reader: Reader<T>, { topics, detail }: DecodedEvent): T | null {
  try {
    return reader(topics, detail.kind === 'ethereum' ? detail.data : '0x');
  } catch {
    return null;
  }
}

const decode = (types: readonly string[], data: string): readonly unknown[] => [
  ...AbiCoder.defaultAbiCoder().decode(types, data).toArray(true),
];

function created(_: readonly string[], data: string): CreatedEvent {
  const types = ['uint256', 'address', 'address[]', 'uint256[]', 'bytes[]', 'bytes[]', 'uint256', 'uint256', 'bytes'];
  const [proposal, proposer, targets, values, , calldatas, start, end, description] = decode(types, data) as [
    ...[bigint, string, string[], bigint[], string[], string[], bigint, bigint, string],
  ];
  return {
    ...{ kind: 'CREATED', proposal, proposer, start, end },
    calls: { targets, values, calldatas },
    description: textOf(description),
    descriptionHash: keccak256(description),
  };
}

const vote =
  (withParams: boolean): Reader<VoteEvent> =>
  (topics, data) => {
    const types = ['uint256', 'uint8', 'uint256', 'bytes', ...(withParams ? ['bytes'] : [])];
    const [proposal, support, weight, reason, params = '0x'] = decode(types, data) as [
      ...[bigint, bigint, bigint, string, string | undefined],
    ];
    const voter = addressIn(topics[1]);
    return { kind: 'VOTE', proposal, voter, support: Number(support), weight, reason: textOf(reason), params };
  };

function reduced(_: readonly string[], data: string): GovernorEvent {
  const [proposal, support, weight] = decode(['uint256', 'uint8', 'uint256'], data) as [bigint, bigint, bigint];
  return { kind: 'REDUCED', proposal, support: Number(support), weight };
}

function extended(topics: readonly string[], data: string): GovernorEvent {
  const [deadline] = decode(['uint64'], data) as [bigint];
  return { kind: 'EXTENDED', proposal: BigInt(topics[1] ?? ''), deadline };
}

function queued(_: readonly string[], data: string): GovernorEvent {
  const [proposal, etaSeconds] = decode(['uint256', 'uint256'], data) as [bigint, bigint];
  return { kind: 'QUEUED', proposal, etaSeconds };
}

const ended =
  (kind: 'EXECUTED' | 'CANCELED'): Reader<GovernorEvent> =>
  (_, data) => {
    const [proposal] = decode(['uint256'], data) as [bigint];
    return { kind, proposal };
  };

function operation(kind: TimelockEvent['kind'], [, operationId]: readonly string[]): TimelockEvent {
  if (operationId === undefined) throw new TypeError('An operation without an id');
  return { kind, operation: operationId.toLowerCase() };
}

const addressIn = (topic: string | undefined): string => getAddress(`0x${(topic ?? '').slice(26)}`);
const textOf = (bytes: BytesLike): string => new TextDecoder('utf-8').decode(getBytes(bytes));
