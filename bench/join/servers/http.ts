import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A GraphQL request's body. */
export interface GraphqlRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

/** Serves with Node's own server on a free port, prints where, and ends on SIGTERM. */
export function serve(listener: RequestListener): void {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
  });
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

/** The least that GraphQL by POST takes: reads the body whole, answers JSON, with 500 where it cannot. */
export function posts(answer: (request: GraphqlRequest) => Promise<unknown>): RequestListener {
  const textOf = async (message: IncomingMessage): Promise<readonly [status: number, text: string]> => {
    try {
      return [200, JSON.stringify(await answer((await readJson(message)) as GraphqlRequest))];
    } catch (error) {
      return [500, JSON.stringify({ errors: [{ message: String(error) }] })];
    }
  };
  return (message, response) => {
    void textOf(message).then(([status, text]) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      response.writeHead(status, headers).end(text);
    });
  };
}

export async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  await new Promise((resolve, reject) => {
    message
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('end', resolve)
      .once('error', reject);
  });
  return JSON.parse(Buffer.concat(chunks).toString());
}
