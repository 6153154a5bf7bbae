import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import type { ApolloLink } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { parse } from 'graphql';
import { Collected, graphqlOf, type StreamClient, type StreamClientKind, type StreamResult } from './client.js';
import { socketClient } from './graphqlWs.js';

function over(link: ApolloLink, dispose: () => void | Promise<void>): StreamClient {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  return {
    open({ query, variables }) {
      const collected = new Collected();
      const subscription = client
        .subscribe<Record<string, unknown>>({ query: parse(query), variables, fetchPolicy: 'no-cache' })
        .subscribe({
          // Apollo hands an error out in the place of a result, and ends the stream after it where its transport failed.
          next: ({ data, error }) => {
            if (error === undefined) collected.push({ data } as StreamResult);
            else collected.finish(error);
          },
          error: (reason: unknown) => collected.finish(reason),
          complete: () => collected.finish(null),
        });
      return collected.stoppedBy(() => subscription.unsubscribe());
    },
    close: async () => {
      client.stop();
      await dispose();
    },
  };
}

/** Apollo Client with its own multipart subscriptions over HTTP. */
export const apolloMultipart: StreamClientKind = {
  name: 'Apollo Client, HttpLink',
  transport: 'multipart',
  connect: (url) => over(new HttpLink({ uri: graphqlOf(url) }), () => undefined),
};

/** Apollo Client with its link to graphql-ws. */
export const apolloSocket: StreamClientKind = {
  name: 'Apollo Client, GraphQLWsLink',
  transport: 'WebSocket',
  connect(url) {
    const client = socketClient(url);
    return over(new GraphQLWsLink(client), () => client.dispose());
  },
};
