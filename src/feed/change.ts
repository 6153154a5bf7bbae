import type { BlockRef } from '../model/block.js';
import type { LedgerId } from '../model/ids.js';
import type { ChangeKind, FeedChange, LedgerPosition, StreamPosition } from './feed.js';
import type { AnyRow } from './items.js';

/** A change of one ledger, with where a client stands there after it. */
export interface Told {
  readonly kind: ChangeKind;
  readonly confirmation: FeedChange<AnyRow>['confirmation'];
  readonly block: BlockRef;
  readonly row: AnyRow;
  readonly position: LedgerPosition;
}

/** A change as streams give it: where its client stands on all ledgers is put together when it is asked for. */
export class Change implements FeedChange<AnyRow> {
  readonly kind: ChangeKind;
  readonly confirmation: FeedChange<AnyRow>['confirmation'];
  readonly block: BlockRef;
  readonly row: AnyRow;
  #position: StreamPosition | undefined;

  constructor(
    readonly ledger: LedgerId,
    private readonly told: Told,
    private readonly others: StreamPosition,
    readonly sequence: number | null,
  ) {
    this.kind = told.kind;
    this.confirmation = told.confirmation;
    this.block = told.block;
    this.row = told.row;
  }

  get position(): StreamPosition {
    return (this.#position ??= new Map(this.others).set(this.ledger, this.told.position));
  }
}
