import { apolloMultipart, apolloSocket } from './apollo.js';
import type { StreamClientKind } from './client.js';
import { graphqlSse } from './graphqlSse.js';
import { graphqlWs } from './graphqlWs.js';
import { pythonGql } from './gql.js';
import { urqlFetch, urqlSocket } from './urql.js';

export type { Collected, StreamClient, StreamClientKind, StreamRequest, StreamResult } from './client.js';
export { graphqlSse, graphqlWs, apolloMultipart };

/** Every published client that streams are tried with; the last is left out where Python cannot be had. */
export async function streamClients(): Promise<readonly StreamClientKind[]> {
  const python = await pythonGql();
  const javascript = [graphqlWs, graphqlSse, apolloMultipart, apolloSocket, urqlSocket, urqlFetch];
  return python === null ? javascript : [...javascript, python];
}
