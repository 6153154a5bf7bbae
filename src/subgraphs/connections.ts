import { ArgsType, Directive, Field, Int, ObjectType } from 'type-graphql';
import type { PageOf } from './page.js';
import { CursorScalar } from './scalars.js';

@ArgsType()
export class ForwardArgs {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@ArgsType()
export class PageArgs extends ForwardArgs {
  @Field(() => Int, { nullable: true })
  last?: number | null;

  @Field(() => String, { nullable: true })
  before?: string | null;
}

/** Relay's PageInfo, https://relay.dev/graphql/connections.htm; each subgraph has its own class of it. */
export function pageInfoType() {
  @Directive('@shareable')
  @ObjectType('PageInfo', { simpleResolvers: true })
  class PageInfo {
    constructor(private readonly page: PageOf<unknown>) {}

    @Field(() => Boolean)
    get hasNextPage(): boolean {
      return this.page.hasNextPage;
    }

    @Field(() => Boolean)
    get hasPreviousPage(): boolean {
      return this.page.hasPreviousPage;
    }

    @Field(() => String, { nullable: true })
    get startCursor(): string | null {
      return this.page.nodes.length === 0 ? null : this.page.cursorAt(0);
    }

    @Field(() => String, { nullable: true })
    get endCursor(): string | null {
      return this.page.nodes.length === 0 ? null : this.page.cursorAt(this.page.nodes.length - 1);
    }
  }
  return PageInfo;
}

type PageInfoClass = ReturnType<typeof pageInfoType>;
type NodeType = Parameters<typeof Field>[0];

/** A value of `<name>Connection`: cursors are sealed only where they are selected. */
export type ConnectionClass<T> = new (page: PageOf<T>) => object;

function edgeType(name: string, node: NodeType) {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class Edge {
    constructor(
      private readonly page: PageOf<unknown>,
      private readonly index: number,
    ) {}

    @Field(() => String)
    get cursor(): string {
      return this.page.cursorAt(this.index);
    }

    @Field(node)
    get node(): unknown {
      return this.page.nodes[this.index];
    }
  }
  return Edge;
}

function connectionBase<T>(name: string, node: NodeType, PageInfo: PageInfoClass) {
  const Edge = edgeType(name, node);

  @ObjectType({ simpleResolvers: true })
  abstract class ConnectionBase {
    constructor(protected readonly page: PageOf<T>) {}

    @Field(() => [Edge])
    get edges(): object[] {
      return this.page.nodes.map((_, index) => new Edge(this.page, index));
    }

    @Field(() => PageInfo)
    get pageInfo(): object {
      return new PageInfo(this.page);
    }

    @Field(() => Int, { nullable: true })
    get totalCount(): number | null {
      return this.page.totalCount;
    }
  }
  return { ConnectionBase, Edge };
}

/** A connection of members, nodes and the like. */
export function connectionType<T>(name: string, node: NodeType, PageInfo: PageInfoClass) {
  const { ConnectionBase, Edge } = connectionBase<T>(name, node, PageInfo);

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class Connection extends ConnectionBase {}
  return { Connection: Connection as ConnectionClass<T>, Edge };
}

/** A connection of what ledgers hold: it also says from where a subscription goes on. */
export function streamedConnectionType<T>(name: string, node: NodeType, PageInfo: PageInfoClass) {
  const { ConnectionBase, Edge } = connectionBase<T>(name, node, PageInfo);

  @ObjectType(`${name}Connection`, { simpleResolvers: true })
  class Connection extends ConnectionBase {
    @Field(() => CursorScalar, {
      description:
        'A subscription with `after` set to it goes on exactly where the page was read: `blockAdded` of the same ledgers, `transactionAdded` or `eventEmitted` of the same filter without `confirmation`. A nested list goes on with the filter that says its parent: the block as `ledgers` and `range` (for the events of one transaction too), the account as `ledgers` and `addresses`, the member as `members` (alone, whatever `members` its own filter names), the chaincode as `ledgers` and `chaincodes`.',
    })
    streamCursor(): Promise<string> {
      return this.page.streamCursor();
    }
  }
  return { Connection: Connection as ConnectionClass<T>, Edge };
}
