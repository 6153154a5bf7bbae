import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

export interface ProxiedCall {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}
export interface ProxiedAnswer {
  id: unknown;
  result?: unknown;
  error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** One HTTP request as the proxy sees it. */
export interface Exchange {
  readonly calls: readonly ProxiedCall[];
  readonly batched: boolean;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Asks the real node. */
  forward(): Promise<ProxiedAnswer[]>;
  /** Answers with these. */
  reply(answers: readonly ProxiedAnswer[]): void;
}

export interface Proxy {
  readonly url: string;
  /** HTTP requests so far. */
  readonly requests: number;
  /** What it does with a request from now on; null: passes it on. */
  behave(behaviour: ((exchange: Exchange) => Promise<void> | void) | null): void;
  /** Changes single results of the real node from now on. */
  tamper(change: (call: ProxiedCall, answer: ProxiedAnswer) => void): void;
  close(): Promise<void>;
}

/** A JSON-RPC server in front of a real node that can be told to lie, stall, cut and refuse. */
export async function startProxy(target: string): Promise<Proxy> {
  let behaviour: ((exchange: Exchange) => Promise<void> | void) | null = null;
  let requests = 0;
  const pass = async (exchange: Exchange): Promise<void> => exchange.reply(await exchange.forward());
  const server = createServer((request, response) => {
    requests += 1;
    void readExchange(target, request, response)
      .then((exchange) => (behaviour ?? pass)(exchange))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get requests() {
      return requests;
    },
    behave: (next) => (behaviour = next),
    tamper: (change) => {
      behaviour = async (exchange) => {
        const answers = await exchange.forward();
        for (const call of exchange.calls) {
          const answer = answers.find(({ id }) => id === call.id);
          if (answer !== undefined) change(call, answer);
        }
        exchange.reply(answers);
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readExchange(target: string, request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const asked = JSON.parse(body) as ProxiedCall | ProxiedCall[];
  const batched = Array.isArray(asked);
  return {
    calls: batched ? asked : [asked],
    batched,
    request,
    response,
    forward: async () => {
      const real = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      const answer = (await real.json()) as ProxiedAnswer | ProxiedAnswer[];
      return Array.isArray(answer) ? answer : [answer];
    },
    reply: (answers) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(batched ? answers : answers[0]));
    },
  };
}

export interface SocketProxy {
  readonly url: string;
  /** Connections that clients made so far. */
  readonly connections: number;
  /** Goes silent in both directions with every socket left open; new connections work. */
  deaden(): void;
  /** Lets everything through but announcements of heads. */
  mute(): void;
  close(): Promise<void>;
}

/** A WebSocket server in front of a real node's. */
export async function startSocketProxy(target: string): Promise<SocketProxy> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  let connections = 0;
  let generation = 0;
  let muted = false;
  server.on('connection', (client) => {
    connections += 1;
    const born = generation;
    const waiting: string[] = [];
    const node = new WebSocket(target);
    const alive = (): boolean => born === generation;
    client.on('message', (message) => {
      if (!alive()) return;
      if (node.readyState === WebSocket.OPEN) node.send(String(message));
      else waiting.push(String(message));
    });
    node.on('open', () => waiting.splice(0).forEach((message) => node.send(message)));
    node.on('message', (message) => {
      const text = String(message);
      if (alive() && !(muted && text.includes('eth_subscription'))) client.send(text);
    });
    node.on('error', () => client.terminate());
    client.on('error', () => node.terminate());
    client.on('close', () => node.terminate());
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
  return {
    url: `ws://127.0.0.1:${address.port}`,
    get connections() {
      return connections;
    },
    deaden: () => (generation += 1),
    mute: () => (muted = true),
    close: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
