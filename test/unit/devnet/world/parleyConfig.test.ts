import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parleyYaml, type ParleyConfigInput } from '../../../../devnet/world/parleyConfig.js';

const config = (facts: Partial<ParleyConfigInput> = {}): Record<string, unknown> => {
  const text = parleyYaml({
    ...{ directory: '/w', port: 0, more: {}, fabric: { kind: 'embedded', channels: [] } },
    ethereum: { rpc: 'http://127.0.0.1:1', ws: 'ws://127.0.0.1:1', chainId: 31_337, contracts: {} },
    invited: { id: 'aurora', name: 'Aurora Roasters', walletKey: `0x${'11'.repeat(32)}` },
    ...{ members: [], ordering: [] },
    ...facts,
  });
  return parse(text) as Record<string, unknown>;
};
const store = (kind: 'embedded' | 'real'): unknown => config({ fabric: { kind, channels: [] } })['store'];

test('embedded and real channels, which share their names, never share an index', () => {
  expect(store('embedded')).toEqual({ url: 'sqlite:./parley.db' });
  expect(store('real')).not.toEqual(store('embedded'));
});

describe('more keys', () => {
  test('stand beside the dev world’s own, and lists are joined', () => {
    const amb = [{ region: 'us-east-1', networks: ['n-1'] }];
    const one = config({ more: { amb, members: [{ id: 'atlas', name: 'Atlas' }] } });
    expect(one['amb']).toEqual(amb);
    expect(one['members']).toEqual([...(config()['members'] as unknown[]), { id: 'atlas', name: 'Atlas' }]);
  });

  test('that the dev world sets itself are refused', () => {
    expect(() => config({ more: { store: { url: 'sqlite:./mine.db' } } })).toThrow('sets `store` itself');
  });
});
