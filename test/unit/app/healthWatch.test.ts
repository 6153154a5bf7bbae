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
async function startNode(): Promise<Node> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      node.asked += 1;
      if (node.silent) return;
      const calls = JSON.parse(body) as { id: number; method: string }[];
      const answers = calls.map(({ id, method }) => ({ jsonrpc: '2.0', id, result: ANSWERS[method] ?? null }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answers));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rpc = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ledger = createEthereumLedger(ledgerOptions({ rpc, ws: rpc.replace('http', 'ws'), chainId: 31337 }));
  const stop = new AbortController();
  const node: Node = { ledger, watch: new HealthWatch(stop.signal), asked: 0, silent: false };
  closing.push(async () => {
    stop.abort();
    await ledger.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  node.watch.watch(ledger);
  return node;
}

describe('what nodes say of themselves', () => {
  test('is asked once for many requests of a moment', async () => {
    const node = await startNode();
    const { id } = node.ledger;
    const all = await Promise.all(Array.from({ length: 50 }, () => node.watch.reports(id)));
    all.push(await node.watch.reports(id));
    for (const reports of all) expect(reports).toMatchObject([{ role: 'CHAIN_NODE', height: 42, version: 'node/1.0' }]);
    expect(node.asked).toBe(1);
  });

  test('is nothing for a ledger that is not connected', async () => {
    const node = await startNode();
    expect(await node.watch.reports('eip155:1')).toEqual([]);
  });

  test('costs a short wait where a node is silent, and says which ledger', async () => {
    const node = await startNode();
    node.silent = true;
    const started = Date.now();
    await expect(node.watch.reports(node.ledger.id)).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      source: 'settlement',
    });
    expect(Date.now() - started).toBeLessThan(3_000);
  });
});
