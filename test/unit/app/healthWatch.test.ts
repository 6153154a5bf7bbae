import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HealthWatch } from '../../../src/app/healthWatch.js';
import { createEthereumLedger } from '../../../src/ledgers/ethereum/index.js';
import type { EthereumLedger } from '../../../src/ledgers/ledger.js';
import { ledgerOptions } from '../../contract/ethereumWorld.js';

interface Node {
  readonly ledger: EthereumLedger;
  readonly watch: HealthWatch;
  asked: number;
  silent: boolean;
  refuses: boolean;
}

const ANSWERS: Readonly<Record<string, string>> = {
  eth_chainId: '0x7a69',
  eth_blockNumber: '0x2a',
  web3_clientVersion: 'node/1.0',
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A chain node that counts how often it is asked, and may fall silent. */
async function startNode({ silent = false } = {}): Promise<Node> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      node.asked += 1;
      if (node.silent) return;
      if (node.refuses) return void response.writeHead(503).end();
      const calls = JSON.parse(body) as { id: number; method: string }[];
      const answers = calls.map(({ id, method }) => ({ jsonrpc: '2.0', id, result: ANSWERS[method] ?? null }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answers));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rpc = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ledger = createEthereumLedger(ledgerOptions({ rpc, ws: rpc.replace('http', 'ws'), chainId: 31337 }));
  const stop = new AbortController();
  const watch = new HealthWatch(
    stop.signal,
    {
      onHealth: () => undefined,
      onProblem: (_, error) => {
        throw error;
      },
    },
    TIMINGS,
  );
  const node: Node = { ledger, watch, asked: 0, silent, refuses: false };
  closing.push(async () => {
    stop.abort();
    await ledger.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  node.watch.watch(ledger);
  return node;
}

const TIMINGS = { everyMs: 100, soonMs: 20 };

describe('the nodes of a ledger', () => {
  test('are probed without being asked, and not for those who ask', async () => {
    const node = await startNode();
    const { id } = node.ledger;
    const all = await Promise.all(Array.from({ length: 50 }, () => node.watch.reports(id)));
    for (const reports of all) expect(reports).toMatchObject([{ role: 'CHAIN_NODE', height: 42, version: 'node/1.0' }]);
    expect(node.asked).toBe(1);
    await until(() => node.asked >= 3);
    expect(node.watch.current({ ledgers: [id] })).toMatchObject([{ ledgers: [id], health: 'HEALTHY' }]);
    expect(node.watch.current({ ledgers: [] })).toEqual([]);
  });

  test('are none for a ledger that is not connected', async () => {
    const node = await startNode();
    expect(await node.watch.reports('eip155:1')).toEqual([]);
  });

  test('that fall silent are told, with the time, and that they answer again', async () => {
    const node = await startNode();
    const { id } = node.ledger;
    const [{ checkedAtMs = 0 } = {}] = await node.watch.reports(id);
    expect(Date.now() - checkedAtMs).toBeLessThan(60_000);
    const health = (): string | undefined => node.watch.current({ ledgers: [id] })[0]?.health;
    const { signal } = new AbortController();
    let seen = node.watch.changes;
    node.refuses = true;
    seen = await node.watch.changed(seen, signal);
    expect(health()).toBe('UNREACHABLE');
    expect(await node.watch.reports(id)).toMatchObject([{ height: null, problem: expect.stringContaining('Fix:') }]);
    node.refuses = false;
    const back = await node.watch.changed(seen, signal);
    expect(health()).toBe('HEALTHY');
    const before = [back, seen].map((changes) => node.watch.at(changes, { ledgers: [id] })?.[0]?.health);
    expect([...before, node.watch.at(back + 1, { ledgers: [id] })]).toEqual(['HEALTHY', 'UNREACHABLE', null]);
  });

  test('cost who asks a short wait where none was heard yet, and say which ledger', async () => {
    const node = await startNode({ silent: true });
    const started = Date.now();
    await expect(node.watch.reports(node.ledger.id)).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      source: 'settlement',
    });
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  test('are waited for no longer than is wanted', async () => {
    const node = await startNode();
    await node.watch.reports(node.ledger.id);
    const { changes } = node.watch;
    expect(await node.watch.changed(changes, AbortSignal.timeout(50))).toBe(changes);
  });
});

async function until(so: () => boolean): Promise<void> {
  for (let waits = 0; !so(); waits += 1) {
    if (waits > 200) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
