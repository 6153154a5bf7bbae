import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parleyYaml } from '../../../../devnet/world/parleyConfig.js';

const store = (kind: 'embedded' | 'real'): unknown => {
  const ethereum = { rpc: 'http://127.0.0.1:1', ws: 'ws://127.0.0.1:1', chainId: 31_337, contracts: {} };
  const text = parleyYaml({
    directory: '/w',
    port: 0,
    fabric: { kind, channels: [] },
    ethereum,
    members: [],
    invited: { id: 'aurora', name: 'Aurora Roasters', walletKey: `0x${'11'.repeat(32)}` },
    ordering: [],
  });
  return (parse(text) as { store: unknown }).store;
};

test('embedded and real channels, which share their names, never share an index', () => {
  expect(store('embedded')).toEqual({ url: 'sqlite:./parley.db' });
  expect(store('real')).not.toEqual(store('embedded'));
});
