import DataLoader from 'dataloader';

/** The rows of the join: each is known by its id alone, so that reading costs nothing and the join is all that is measured. */
export class Transaction {
  constructor(readonly id: string) {}
  get hash() {
    return `0x${this.id}`;
  }
  get outcome() {
    return 'SUCCEEDED';
  }
  get index() {
    return 1;
  }
}
export class Block {
  constructor(readonly id: string) {}
  get number() {
    return numberIn(this.id);
  }
  get hash() {
    return `0x${this.id}`;
  }
}
export class Member {
  constructor(readonly id: string) {}
  get name() {
    return `Name of ${this.id}`;
  }
  get status() {
    return 'ACTIVE';
  }
}

/** What stands for a transaction, and a member, where another subgraph has it. */
export class TransactionStub {
  constructor(readonly id: string) {}
}
export class MemberStub {
  constructor(readonly id: string) {}
}

/** Getters that compiled operations read as properties, as those of Parley's own subgraphs. */
export const plainGetters: ReadonlySet<string> = new Set(
  Object.entries({ Transaction, Block, Member }).flatMap(([type, { prototype }]) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype))
      .filter(([, { get }]) => get !== undefined)
      .map(([field]) => `${type}.${field}`),
  ),
);

/** The loaders of one request. */
export class Loaders {
  readonly transactions = rows((id) => new Transaction(id));
  readonly blocks = rows((id) => new Block(id));
  readonly members = rows((id) => new Member(id));
}

const rows = <T>(make: (id: string) => T) => new DataLoader<string, T>(async (ids) => ids.map(make));

export const numberIn = (id: string): number => Number(id.slice(id.indexOf('/') + 1));
export const blockIdOf = (transaction: string): string => `block/${Math.floor(numberIn(transaction) / 5)}`;
export const sealerIdOf = (block: string): string => `member/${numberIn(block) % 10}`;
export const memberIdsOf = (transaction: string): string[] =>
  [0, 1, 2].map((i) => `member/${(numberIn(transaction) + i) % 10}`);

/** Which transactions are asked for. */
export interface Page {
  readonly from: number;
  readonly first: number;
}
export const transactionIds = ({ from, first }: Page): string[] =>
  Array.from({ length: first }, (_, i) => `tx/${from + i}`);
