import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { Collected, graphqlOf, type StreamClient, type StreamClientKind, type StreamResult } from './client.js';
import { socketClient } from './graphqlWs.js';

function over(client: Client, dispose: () => void | Promise<void>): StreamClient {
  return {
    open({ query, variables }) {
      const collected = new Collected();
      const { unsubscribe } = client
        .subscription<Record<string, unknown>>(query, variables ?? {})
        .subscribe((result) => {
          if (result.error === undefined) collected.push({ data: result.data } as StreamResult);
          else collected.finish(result.error);
        });
      return collected.stoppedBy(unsubscribe);
    },
    close: async () => dispose(),
  };
}

/** urql, with graphql-ws behind its subscription exchange as its documentation says. */
export const urqlSocket: StreamClientKind = {
  name: 'urql, subscriptionExchange',
  transport: 'WebSocket',
  connect(url) {
    const socket = socketClient(url);
    const exchange = subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink),
        }),
      }),
    });
    return over(new Client({ url: graphqlOf(url), exchanges: [exchange], preferGetMethod: false }), () =>
      socket.dispose(),
    );
  },
};

/** urql, with subscriptions over its own fetch exchange: it asks for `text/event-stream` and takes what comes. */
export const urqlFetch: StreamClientKind = {
  name: 'urql, fetchExchange',
  transport: 'SSE',
  connect: (url) =>
    over(
      new Client({
        url: graphqlOf(url),
        exchanges: [fetchExchange],
        fetchSubscriptions: true,
        preferGetMethod: false,
      }),
      () => undefined,
    ),
};
