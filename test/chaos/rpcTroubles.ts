import type { TestChain } from '../../devnet/ethereum/index.js';
import type { Exchange, Proxy } from '../support/ethereum/proxy.js';

// What a JSON-RPC node says where it is in trouble, behind, another one, or lies; the bytes themselves are a line's matter.

type Json = Record<string, unknown>;
const OTHER = `0x${'5'.repeat(64)}`;

/** Each makes a proxy misbehave until it is told otherwise. `head`: the node's head when it begins. */
export const RPC_TROUBLES: Readonly<Record<string, (proxy: Proxy, head: number, chain: TestChain) => void>> = {
  'answers 429': (proxy) => proxy.behave(({ response }) => void response.writeHead(429, { 'retry-after': '0' }).end()),
  'answers 503': (proxy) => proxy.behave(({ response }) => void response.writeHead(503).end('busy')),
  'answers every other request': (proxy) => everyOther(proxy),
  'stands still': (proxy, head, chain) => freeze(proxy, head, chain),
  'forgets its newest blocks': (proxy, head, chain) => freeze(proxy, head - 2, chain),
  'serves another chain': (proxy) =>
    proxy.tamper(({ method }, answer) => {
      if (method === 'eth_chainId') answer.result = '0x1';
    }),
  'lies about a value': (proxy) =>
    proxy.tamper(({ method }, answer) => {
      const [first] = ((answer.result as Json | null)?.['transactions'] ?? []) as Json[];
      if (method === 'eth_getBlockByNumber' && first !== undefined) first['value'] = '0x1234567';
    }),
  'lies about hashes': (proxy) =>
    proxy.tamper(({ method }, answer) => {
      if (method === 'eth_getBlockByNumber' && answer.result !== null) (answer.result as Json)['hash'] = OTHER;
    }),
  'lacks receipts': (proxy) =>
    proxy.tamper(({ method }, answer) => {
      if (method === 'eth_getBlockReceipts') answer.result = null;
    }),
  'answers nonsense': (proxy) => proxy.behave(({ response }) => void response.end('{"jsonrpc":"2.0"')),
};

function everyOther(proxy: Proxy): void {
  let count = 0;
  proxy.behave(async (exchange: Exchange) => {
    count += 1;
    if (count % 2 === 1) exchange.response.destroy();
    else exchange.reply(await exchange.forward());
  });
}

/** The node seems to stand at a head that the chain has passed. */
function freeze(proxy: Proxy, number: number, chain: TestChain): void {
  const tag = `0x${number.toString(16)}`;
  proxy.behave(async (exchange) => {
    const answers = await exchange.forward();
    for (const { id, method, params } of exchange.calls) {
      const answer = answers.find((one) => one.id === id);
      if (answer === undefined) continue;
      if (method === 'eth_blockNumber') answer.result = tag;
      if (/^eth_getBlock/.test(method) && Number(params[0]) > number) answer.result = null;
      if (params[0] === 'latest' && method === 'eth_getBlockByNumber')
        answer.result = await chain.request('eth_getBlockByNumber', [tag, params[1]]);
    }
    exchange.reply(answers);
  });
}
