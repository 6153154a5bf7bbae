import { operationsIn } from './governTable.js';
import type { Collected, StreamClient } from './streamClients/client.js';
import { graphqlWs } from './streamClients/graphqlWs.js';
import { eventually } from './world.js';

/** The operations of streams.graphql that tell what members decide. */
export const STREAMS = ['ProposalChanges', 'Votes', 'MembershipChanges'] as const;

export interface Change {
  readonly cursor: string;
  readonly change?: string;
  readonly kind?: string;
  readonly proposal?: { readonly __typename: string; readonly id: string };
  readonly vote?: { readonly verified: boolean };
}

/** Somebody who watches all of it over a WebSocket, with the operations of streams.graphql as they are. */
export class Watched {
  private readonly client: StreamClient;
  private readonly open: ReadonlyMap<string, Collected>;

  constructor(url: string) {
    this.client = graphqlWs.connect(url);
    const operations = operationsIn('streams.graphql');
    this.open = new Map(
      STREAMS.map((name) => [name, this.client.open({ query: operations.get(name) ?? '', operationName: name })]),
    );
  }

  /** What it was told, once something of it is there. */
  async taken(
    name: (typeof STREAMS)[number],
    until: (change: Change) => boolean = () => true,
  ): Promise<readonly Change[]> {
    return eventually(`${name} tells it`, () => {
      const results = this.open.get(name)?.results ?? [];
      const told = results.flatMap(({ data, errors }) => {
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        return Object.values(data ?? {}) as Change[];
      });
      return Promise.resolve(told.some(until) && told);
    });
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
