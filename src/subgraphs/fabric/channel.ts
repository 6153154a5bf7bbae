import { Directive, ObjectType } from 'type-graphql';
import type { LedgerRow } from '../../store/store.js';
import { Ledger, Node } from './common.js';

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Ledger, Node], description: 'A Fabric channel.', simpleResolvers: true })
export class Channel {
  constructor(readonly row: LedgerRow) {}

  get id(): string {
    return this.row.id;
  }

  get name(): string {
    return this.row.name;
  }

  get height(): number {
    return this.row.tip?.number ?? -1;
  }

  get finalizedHeight(): number {
    return this.row.finalized;
  }
}
