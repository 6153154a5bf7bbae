import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAnvil, type TestChain } from '../../../devnet/ethereum/index.js';
import { diagnose } from '../../../src/app/diagnose.js';
import type { EthereumLedgerConfig } from '../../../src/config/index.js';
import { startProxy, type Proxy } from '../../support/ethereum/proxy.js';

// `parley doctor` on a chain.

const directory = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
let chain: TestChain;
let proxy: Proxy;
beforeAll(async () => {
  chain = await startAnvil();
  proxy = await startProxy(chain.rpc);
});
afterAll(async () => {
  await proxy.close();
  await chain.close();
  rmSync(directory, { recursive: true, force: true });
});

async function complaints(finality: EthereumLedgerConfig['finality']): Promise<(string | null)[][]> {
  const ethereum: EthereumLedgerConfig = {
    ...{ kind: 'ethereum', name: 'settlement', id: 'eip155:31337', chainId: 31_337, rpc: [proxy.url], ws: null },
    ...{ startBlock: 0, finality, proof: 'roots', reorgWindow: 64, contracts: [] },
    ...{ governors: [], voters: [] },
    allowedLag: { blocks: 5, seconds: 30 },
  };
  const found: (string | null)[][] = [];
  const config = { store: { url: `sqlite:${join(directory, 'index.db')}` }, ledgers: [ethereum], signers: [] };
  for await (const { kind, text, fix } of diagnose(config)) if (kind !== 'ok') found.push([kind, text, fix]);
  return found;
}

test('a node that knows no tags is told of, with the finality that it can have', async () => {
  expect(await complaints({ tag: 'finalized' })).toEqual([]);
  proxy.tamper((call, answer) => {
    if (call.params[0] !== 'finalized' && call.params[0] !== 'safe') return;
    delete answer.result;
    answer.error = { code: -32_602, message: 'invalid block tag' };
  });
  expect(await complaints({ tag: 'finalized' })).toEqual([
    ['warning', 'no node names a `finalized` block, so none is final', expect.stringContaining('depth: 64')],
  ]);
  expect(await complaints({ depth: 12 })).toEqual([]);
});
