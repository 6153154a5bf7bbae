import { createClient } from 'graphql-sse';
import { Collected, graphqlOf, type StreamClientKind } from './client.js';

/** graphql-sse in its distinct connections mode. */
export const graphqlSse: StreamClientKind = {
  name: 'graphql-sse',
  transport: 'SSE',
  connect(url) {
    const client = createClient({ url: graphqlOf(url), singleConnection: false, retryAttempts: 0 });
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
      close: () => {
        client.dispose();
        return Promise.resolve();
      },
    };
  },
};
