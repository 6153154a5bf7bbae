import { Field, Int, ObjectType } from 'type-graphql';
import type { FeedChange } from '../../feed/feed.js';
import type { BlockRef } from '../../model/block.js';
import { ledgerKind } from '../../model/ids.js';
import type { BlockRow, EventRow, TransactionRow } from '../../store/store.js';
import { ChangeKindEnum, ConfirmationEnum } from '../enums.js';
import { BigIntScalar, CursorScalar, HashScalar } from '../scalars.js';
import { Seen } from '../seen.js';
import { blockStub, eventStub, ledgerStub, transactionStub } from './rows.js';
import { Block, Ledger, LedgerEvent, Transaction } from './types.js';

/** Where in its block something stands; null where it is the block itself, or a transaction itself. */
interface Place {
  readonly transaction: number | null;
  readonly event: number | null;
}

@ObjectType({
  description: 'A place in a ledger as it was when said; the hash tells branches apart.',
  simpleResolvers: true,
})
export class LedgerPosition {
  constructor(
    private readonly at: BlockRef,
    private readonly place: Place,
  ) {}

  @Field(() => BigIntScalar)
  get block(): number {
    return this.at.number;
  }

  @Field(() => HashScalar)
  get blockHash(): string {
    return this.at.hash;
  }

  @Field(() => Int, { nullable: true })
  get transaction(): number | null {
    return this.place.transaction;
  }

  @Field(() => Int, { nullable: true })
  get event(): number | null {
    return this.place.event;
  }
}

/** What the changes of blocks, transactions and events have in common. */
/** The row with another confirmation; its detail stays unparsed until it is asked for. */
const standing = <Row extends BlockRow | TransactionRow | EventRow>(row: Row, confirmation: Row['confirmation']): Row =>
  Object.defineProperty({ ...row, confirmation }, 'detail', { get: () => row.detail });

@ObjectType({ simpleResolvers: true })
abstract class LedgerChange<Row extends BlockRow | TransactionRow | EventRow> {
  /** The row with the confirmation that it has with this change. */
  protected readonly row: Row;
  protected readonly seen: Seen<Row>;

  constructor(
    protected readonly change: FeedChange<Row>,
    private readonly sealed: () => string,
  ) {
    const { row, confirmation } = change;
    this.row = row.confirmation === confirmation ? row : standing(row, confirmation);
    this.seen = new Seen(this.row);
  }

  protected abstract get place(): Place;

  @Field(() => CursorScalar, { description: 'Resumes after this change.' })
  get cursor(): string {
    return this.sealed();
  }

  @Field(() => ChangeKindEnum)
  get kind(): string {
    return this.change.kind;
  }

  @Field(() => ConfirmationEnum)
  get confirmation(): string {
    return this.change.confirmation;
  }

  @Field(() => Ledger)
  get ledger(): object {
    const { ledger } = this.change;
    return ledgerStub({ id: ledger, kind: ledgerKind(ledger) });
  }

  @Field(() => LedgerPosition)
  get position(): LedgerPosition {
    return new LedgerPosition(this.change.block, this.place);
  }
}

@ObjectType({ simpleResolvers: true })
export class BlockChange extends LedgerChange<BlockRow> {
  protected get place(): Place {
    return { transaction: null, event: null };
  }

  @Field(() => Block)
  get block(): object {
    return blockStub(this.row, this.seen);
  }
}

@ObjectType({ simpleResolvers: true })
export class TransactionChange extends LedgerChange<TransactionRow> {
  protected get place(): Place {
    return { transaction: this.row.index, event: null };
  }

  @Field(() => Transaction)
  get transaction(): object {
    return transactionStub(this.row, this.seen);
  }
}

@ObjectType({ simpleResolvers: true })
export class EventChange extends LedgerChange<EventRow> {
  protected get place(): Place {
    return { transaction: this.row.transactionIndex, event: this.row.index };
  }

  @Field(() => LedgerEvent)
  get event(): object {
    return eventStub(this.row, this.seen);
  }
}
