import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Collected, socketOf, type StreamClientKind } from './client.js';

/** A client that does not reconnect by itself: tests decide when a stream goes on. */
export const socketClient = (url: string): Client =>
  createClient({ url: socketOf(url), webSocketImpl: WebSocket, retryAttempts: 0 });

/** graphql-ws, the reference client of the protocol. */
export const graphqlWs: StreamClientKind = {
  name: 'graphql-ws',
  transport: 'WebSocket',
  connect(url) {
    const client = socketClient(url);
    return {
      open({ query, operationName, variables }) {
        const collected = new Collected();
        const unsubscribe = client.subscribe(
          { query, operationName, variables },
          {
            next: (result) => collected.push(result as Collected['results'][number]),
            error: (reason) => collected.finish(reason),
            complete: () => collected.finish(null),
          },
        );
        return collected.stoppedBy(unsubscribe);
      },
      close: async () => client.dispose(),
    };
  },
};
