import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../../devnet/ethereum/index.js';
import { createEthereumLedger, type EthereumOptions } from '../../../src/ledgers/ethereum/index.js';
import type { EthereumLedger, EndpointReport } from '../../../src/ledgers/ledger.js';
import { startProxy, startSocketProxy, type Proxy, type SocketProxy } from '../../support/ethereum/proxy.js';
import { Reconciler } from '../../support/ethereum/reconciler.js';
import { ledgerOptions } from '../ethereumWorld.js';

type Json = Record<string, unknown>;

/** Longer than any test takes: where a test passes, it is not polling that saved it. */
const NEVER_MS = 600_000;

describe('following while things go wrong', () => {
  let chain: TestChain;
  let proxy: Proxy;
  let socket: SocketProxy;
  const opened: EthereumLedger[] = [];
  const open = (options: Partial<EthereumOptions>): EthereumLedger => {
    const { tuning, ...plain } = ledgerOptions(chain);
    const ledger = createEthereumLedger({
      ...plain,
      ...options,
      tuning: { ...tuning, heartbeatMs: 150, ...options.tuning },
    });
    opened.push(ledger);
    return ledger;
  };
  /** Follows to the head as it is now. */
  const toHead = async (seen: Reconciler): Promise<void> => {
    const head = Number(await chain.request<string>('eth_blockNumber'));
    await seen.until(({ tip }) => tip?.number === head, 0, 8_000);
  };
  /** Goes on following while something happens, until the head that came of it is there. */
  const during = (seen: Reconciler, happen: () => Promise<unknown>): Promise<void> => seen.through(happen);
  const socketReport = async (ledger: EthereumLedger): Promise<EndpointReport | undefined> =>
    (await ledger.endpoints()).find(({ endpoint }) => endpoint.startsWith('ws:'));
  const until = async (condition: () => boolean): Promise<void> => {
    const deadline = Date.now() + 60_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error('What was waited for did not happen');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  beforeEach(async () => {
    chain = await startAnvil({ mining: 'manual' });
    proxy = await startProxy(chain.rpc);
    socket = await startSocketProxy(chain.ws);
    await chain.mine(5);
  });
  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    await socket.close();
    await proxy.close();
    await chain.close();
  });

  test('announced heads come without polling', async () => {
    const seen = new Reconciler(open({ ws: socket.url, pollIntervalMs: NEVER_MS, tuning: { heartbeatMs: NEVER_MS } }));
    await toHead(seen);
    await during(seen, async () => {
      await until(() => seen.tip?.number === 5 && socket.connections > 0);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await chain.mine(3);
      await until(() => seen.tip?.number === 8);
    });
  });

  test('a WebSocket that is dead but open is noticed, and another opened', async () => {
    const seen = new Reconciler(open({ ws: socket.url, pollIntervalMs: NEVER_MS }));
    await during(seen, async () => {
      await until(() => seen.tip?.number === 5 && socket.connections === 1);
      await chain.mine(1);
      await until(() => seen.tip?.number === 6);
      socket.deaden();
      await chain.mine(1);
      await until(() => seen.tip?.number === 7 && socket.connections === 2);
      await chain.mine(1);
      await until(() => seen.tip?.number === 8);
    });
  });

  test('a WebSocket that lives but announces nothing is found out by its heartbeat', async () => {
    const seen = new Reconciler(open({ ws: socket.url, pollIntervalMs: NEVER_MS }));
    socket.mute();
    await during(seen, async () => {
      await until(() => seen.tip?.number === 5 && socket.connections === 1);
      await chain.mine(2);
      await until(() => seen.tip?.number === 7);
    });
    expect(socket.connections).toBeLessThanOrEqual(2);
  });

  test('without its WebSocket heads are polled, and it is said why', async () => {
    await socket.close();
    const ledger = open({ ws: socket.url });
    const seen = new Reconciler(ledger);
    let report: EndpointReport | undefined;
    await during(seen, async () => {
      await chain.mine(2);
      await until(() => seen.tip?.number === 7);
      report = await socketReport(ledger);
    });
    expect(report).toMatchObject({
      endpoint: socket.url,
      height: null,
      problem: expect.stringMatching(/ECONNREFUSED/),
    });
    socket = await startSocketProxy(chain.ws);
  });

  test('a WebSocket of another chain is not listened to', async () => {
    const other = await startAnvil({ chainId: 1_337 });
    const ledger = open({ ws: other.ws });
    const seen = new Reconciler(ledger);
    let report: EndpointReport | undefined;
    await during(seen, async () => {
      await chain.mine(1);
      await until(() => seen.tip?.number === 6);
      // The WebSocket may still be on its way when the block came by polling.
      do report = await socketReport(ledger);
      while (report?.problem === 'it is not connected yet');
    });
    expect(report?.problem).toMatch(/serves chain 1337, not 31337/);
    await other.close();
  });

  test('an endpoint whose head stands still is left for one that moves', async () => {
    freeze(proxy, 5);
    const ledger = open({ rpc: [proxy.url, chain.rpc], ws: null, tuning: { lagBlocks: 2 } });
    const seen = new Reconciler(ledger);
    await seen.until(({ tip }) => tip?.number === 5);
    await chain.mine(10);
    await seen.until(({ tip }) => tip?.number === 15, 0, 5_000);
    const [frozen] = await ledger.endpoints();
    expect(frozen?.problem).toMatch(/its head 5 is behind another endpoint's 15/);
  });

  test('an endpoint that lacks announced heads is left', async () => {
    freeze(proxy, 5);
    const seen = new Reconciler(open({ rpc: [proxy.url, chain.rpc], ws: chain.ws, tuning: { lagProbeMs: NEVER_MS } }));
    await seen.until(({ tip }) => tip?.number === 5);
    await during(seen, async () => {
      await chain.mine(1);
      await until(() => seen.tip?.number === 6);
    });
  });

  test('an endpoint that lags a little is waited for', async () => {
    let lag = 200;
    proxy.behave(async (exchange) => {
      const answers = await exchange.forward();
      if (lag > 0) await new Promise((resolve) => setTimeout(resolve, lag));
      exchange.reply(answers);
    });
    const seen = new Reconciler(open({ rpc: [proxy.url], ws: chain.ws }));
    await during(seen, () => chain.mine(4));
    lag = 0;
    expect(seen.tip?.number).toBe(9);
  });

  test('trouble of every kind, one after the other, neither ends following nor leaves a gap', async () => {
    const ledger = open({ rpc: [proxy.url], ws: null });
    const seen = new Reconciler(ledger);
    await toHead(seen);
    await during(seen, async () => {
      for (const trouble of ['cut', '500', '429', 'contradiction', 'nonsense', 'stale']) {
        misbehave(proxy, trouble);
        await chain.mine(1);
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      proxy.behave(null);
    });
    expect(seen.canonical.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(seen.takenBack).toEqual([]);
  });
});

/** The node behind the proxy seems to have stopped at a head. */
function freeze(proxy: Proxy, number: number): void {
  const tag = `0x${number.toString(16)}`;
  let frozen: unknown = null;
  proxy.tamper((call, answer) => {
    if (call.method === 'eth_blockNumber') answer.result = tag;
    if (call.method !== 'eth_getBlockByNumber' && call.method !== 'eth_getBlockReceipts') return;
    const asked = Number(call.params[0]);
    if (asked > number) answer.result = null;
    if (call.params[0] !== 'latest') return;
    frozen ??= answer.result;
    answer.result = Number((frozen as Json)['number']) === number ? frozen : answer.result;
  });
}

function misbehave(proxy: Proxy, trouble: string): void {
  if (trouble === 'contradiction') {
    return proxy.tamper(({ method }, answer) => {
      if (method === 'eth_getBlockReceipts') answer.result = null;
    });
  }
  if (trouble === 'stale') return freeze(proxy, 5);
  proxy.behave(({ response }) => {
    if (trouble === 'cut') response.destroy();
    else if (trouble === 'nonsense') response.end('{"jsonrpc":"2.0","id":0}');
    else response.writeHead(Number(trouble)).end();
  });
}
