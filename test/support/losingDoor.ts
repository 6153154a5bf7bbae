import { createServer, request } from 'node:http';

/** A door before an HTTP server of this machine that can lose an answer: what was asked is done, and whoever asked is not told. */
export interface LosingDoor {
  readonly endpoint: string;
  /** Of the next request that is no GET; its connection is cut in place of the answer. */
  loseNext(): void;
  /** How many answers were lost. */
  lost(): number;
  close(): Promise<void>;
}

export async function losingDoor(behind: string): Promise<LosingDoor> {
  let lost = 0;
  let armed = false;
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const onward = request(new URL(url ?? '/', behind), { method, headers }, (answered) => {
      if (!armed || method === 'GET') {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
        return;
      }
      armed = false;
      lost += 1;
      answered.resume().once('end', () => asked.socket.destroy());
    });
    onward.once('error', () => asked.socket.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    loseNext: () => void (armed = true),
    lost: () => lost,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
