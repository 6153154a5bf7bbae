import { connect, createServer, type Server, type Socket } from 'node:net';

/** A door to a port of this machine that can be made to swallow what comes back, or what is asked, and be shut. */
export interface HushedDoor {
  readonly port: number;
  /** From now on what is asked still arrives, and nothing that is answered does. */
  hush(): void;
  /** From now on nothing that is asked arrives. */
  deafen(): void;
  /** Turns one bit of what is asked next. */
  damage(): void;
  /** Cuts all connections and refuses new ones. */
  shut(): Promise<void>;
  /** As new. */
  open(): Promise<void>;
}

export async function hushedDoor(toPort: number): Promise<HushedDoor> {
  const sockets = new Set<Socket>();
  let hushed = false;
  let deaf = false;
  let damaging = false;
  let port = 0;
  let server: Server | null = null;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const open = async (): Promise<void> => {
    hushed = deaf = damaging = false;
    const made = createServer((inner) => {
      const outer = keep(connect(toPort, '127.0.0.1'));
      keep(inner)
        .on('data', (bytes: Buffer) => {
          const at = bytes.length - 1;
          if (damaging) bytes[at] = (bytes[at] ?? 0) ^ 1;
          damaging = false;
          if (!deaf) outer.write(bytes);
        })
        .on('end', () => outer.end());
      outer.on('data', (bytes: Buffer) => void (hushed || inner.write(bytes))).on('end', () => inner.end());
    });
    await new Promise<void>((resolve, reject) => made.once('error', reject).listen(port, '127.0.0.1', resolve));
    const address = made.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
    server = made;
  };
  const shut = async (): Promise<void> => {
    const closing = server;
    server = null;
    if (closing === null) return;
    const closed = new Promise((resolve) => closing.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  return {
    port,
    hush: () => void (hushed = true),
    deafen: () => void (deaf = true),
    damage: () => void (damaging = true),
    shut,
    open,
  };
}
