import { Directive, Field, Float, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { EventRow } from '../store/store.js';
import { pageInfoType } from './connections.js';
import { ConfirmationEnum, OutcomeEnum } from './enums.js';
import { BigIntScalar, DateTimeScalar, HashScalar } from './scalars.js';
import { entityStub, nodeInterface } from './stubs.js';

/** How far an index or a node is behind; each subgraph has its own class of it. */
export function lagType() {
  @Directive('@shareable')
  @ObjectType('Lag', { simpleResolvers: true })
  class Lag {
    @Field(() => BigIntScalar)
    readonly blocks: number;

    @Field(() => Float)
    readonly seconds: number;

    constructor({ blocks, seconds }: { readonly blocks: number; readonly seconds: number }) {
      this.blocks = blocks;
      this.seconds = seconds;
    }
  }
  return Lag;
}

function eventPositionType() {
  @Directive('@shareable')
  @ObjectType('EventPosition', {
    description: "`index`: the log's index in its block on Ethereum, 0 on Fabric (one event a transaction).",
    simpleResolvers: true,
  })
  class EventPosition {
    constructor(private readonly row: EventRow) {}

    @Field(() => BigIntScalar)
    get block(): number {
      return this.row.block.number;
    }

    @Field(() => Int)
    get transaction(): number {
      return this.row.transactionIndex;
    }

    @Field(() => Int)
    get index(): number {
      return this.row.index;
    }
  }
  return EventPosition;
}

type AnyClass = abstract new (...args: never[]) => object;

/** `Block` is asked for late: a ledger and its blocks name each other. */
function ledgerInterface(
  Node: AnyClass,
  others: { readonly Network: AnyClass; readonly Lag: AnyClass; readonly Block: () => AnyClass },
) {
  @InterfaceType('Ledger', { implements: Node, description: 'A Fabric channel or an Ethereum chain.' })
  abstract class Ledger {
    @Field(() => String)
    name!: string;

    @Field(() => others.Network, { nullable: true })
    network!: object | null;

    @Field(() => BigIntScalar, { description: 'The last block that is indexed; -1 while none is.' })
    height!: number;

    @Field(() => BigIntScalar, { description: 'The last block that can no longer be taken back; -1 while none is.' })
    finalizedHeight!: number;

    @Field(() => others.Lag, {
      nullable: true,
      description: "How far the index is behind the ledger's own head; null when the ledger does not answer.",
    })
    lag!: object | null;

    @Field(() => others.Block(), { nullable: true })
    latestBlock!: object | null;
  }
  return Ledger;
}

function blockInterface(Node: AnyClass, others: { readonly Ledger: AnyClass }) {
  @InterfaceType('Block', { implements: Node, description: 'A block of any ledger.' })
  abstract class Block {
    @Field(() => others.Ledger)
    ledger!: object;

    @Field(() => BigIntScalar)
    number!: number;

    @Field(() => HashScalar)
    hash!: string;

    @Field(() => HashScalar, { nullable: true })
    parentHash!: string | null;

    @Field(() => DateTimeScalar, { nullable: true })
    timestamp!: number | null;

    @Field(() => Int)
    transactionCount!: number;

    @Field(() => ConfirmationEnum)
    confirmation!: string;
  }
  return Block;
}

function transactionInterface(
  Node: AnyClass,
  others: { readonly Ledger: AnyClass; readonly Block: AnyClass; readonly Member: AnyClass },
) {
  @InterfaceType('Transaction', { implements: Node, description: 'A transaction of any ledger.' })
  abstract class Transaction {
    @Field(() => others.Ledger)
    ledger!: object;

    @Field(() => HashScalar, {
      description:
        "Ethereum's transaction hash; Fabric's transaction id, or the envelope's SHA-256 for a configuration transaction, which has no id.",
    })
    hash!: string;

    @Field(() => Int, { nullable: true, description: 'Place in its block.' })
    index!: number | null;

    @Field(() => others.Block, { nullable: true })
    block!: object | null;

    @Field(() => DateTimeScalar, { nullable: true })
    timestamp!: number | null;

    @Field(() => ConfirmationEnum)
    confirmation!: string;

    @Field(() => OutcomeEnum, { nullable: true })
    outcome!: string | null;

    @Field(() => [others.Member], {
      description: 'The parties behind it: creator and endorsers on Fabric, sender and recipient on Ethereum.',
    })
    members!: object[];
  }
  return Transaction;
}

function ledgerEventInterface(
  Node: AnyClass,
  others: { readonly Ledger: AnyClass; readonly Transaction: AnyClass; readonly EventPosition: AnyClass },
) {
  @InterfaceType('LedgerEvent', {
    implements: Node,
    description: 'What a chaincode or contract told: a chaincode event or a log.',
  })
  abstract class LedgerEvent {
    @Field(() => others.Ledger)
    ledger!: object;

    @Field(() => others.Transaction)
    transaction!: object;

    @Field(() => String, { nullable: true })
    name!: string | null;

    @Field(() => others.EventPosition)
    position!: object;
  }
  return LedgerEvent;
}

/**
 * The types that every subgraph of a kind of ledger declares alike: the interfaces in full, the shared values, and the parties as
 * stubs. type-graphql keeps one registry for the process, so each subgraph calls this for classes of its own.
 */
export function ledgerTypes() {
  const Node = nodeInterface();
  const Lag = lagType();
  const EventPosition = eventPositionType();
  const Network = entityStub('Network', [Node]);
  const Member = entityStub('Member', [Node]);
  const Ledger = ledgerInterface(Node, { Network, Lag, Block: () => Block });
  const Block = blockInterface(Node, { Ledger });
  const Transaction = transactionInterface(Node, { Ledger, Block, Member });
  const LedgerEvent = ledgerEventInterface(Node, { Ledger, Transaction, EventPosition });
  return {
    Node,
    PageInfo: pageInfoType(),
    Lag,
    EventPosition,
    Network,
    Member,
    Ledger,
    Block,
    Transaction,
    LedgerEvent,
  };
}
