import { WebSocket, type ClientOptions } from 'ws';

/** A WebSocket that says exactly what a test tells it to. */
export class RawSocket {
  readonly received: Record<string, unknown>[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #waiting: () => void = () => undefined;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    socket.on('message', (bytes: Buffer) => {
      this.received.push(JSON.parse(bytes.toString()) as Record<string, unknown>);
      this.#waiting();
    });
  }

  static async open(
    url: string,
    options: ClientOptions & { readonly protocols?: readonly string[] } = {},
  ): Promise<RawSocket> {
    const { protocols = ['graphql-transport-ws'], ...rest } = options;
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, [...protocols], rest);
    const raw = new RawSocket(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.on('error', reject);
    });
    return raw;
  }

  /** Opened, and acknowledged. */
  static async initialised(url: string, options: ClientOptions = {}): Promise<RawSocket> {
    const raw = await RawSocket.open(url, options);
    raw.say({ type: 'connection_init' });
    await raw.until(1);
    return raw;
  }

  say(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: string, query = 'subscription { blockAdded { cursor } }', rest: object = {}): void {
    this.say({ id, type: 'subscribe', payload: { query, ...rest } });
  }

  /** All that was received, once it is so many. */
  async until(count: number): Promise<readonly Record<string, unknown>[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => (this.#waiting = resolve));
    return this.received;
  }
}

/** The HTTP answer to an upgrade that is refused. */
export function refusedUpgrade(
  url: string,
  headers: Record<string, string> = {},
  path = '/graphql',
): Promise<{ readonly status: number; readonly retryAfter: string | undefined; readonly code: string }> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, ['graphql-transport-ws'], { headers });
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('It was opened')));
    socket.on('error', () => undefined);
    socket.once('unexpected-response', (_, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as { errors: { extensions: { code: string } }[] };
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          code: body.errors[0]?.extensions.code ?? '',
        });
      });
    });
  });
}
