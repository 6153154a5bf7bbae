import { expect, test } from '@jest/globals';
import { Peer } from '../../../../src/ledgers/fabric/live/peer.js';
import { PeerSet } from '../../../../src/ledgers/fabric/live/peerSet.js';

const peerOf = (name: string): Peer =>
  new Peer({ name, address: 'localhost:1', mspId: null, tlsRootsPem: null, tlsName: null });

test('a peer that has not answered when the time is up is not the first to be asked again', async () => {
  const all = [peerOf('hangs'), peerOf('answers')];
  const peers = new PeerSet({ ledger: 'trade', channel: 'trade' }, all, { minBackoffMs: 5_000, maxBackoffMs: 5_000 });
  const question = async (peer: Peer, signal: AbortSignal): Promise<string> => {
    if (peer.name === 'hangs')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    return peer.name;
  };
  const within = (ms: number): Promise<string> => {
    const signal = AbortSignal.any([AbortSignal.timeout(ms), new AbortController().signal]);
    return peers.ask(signal, (peer) => question(peer, signal));
  };
  await expect(within(30)).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(await within(1_000)).toBe('answers');
  all.forEach((peer) => peer.close());
});

test('a caller who goes away says nothing of the peer', async () => {
  const [first, second] = [peerOf('first'), peerOf('second')];
  const peers = new PeerSet({ ledger: 'trade', channel: 'trade' }, [first, second], {
    minBackoffMs: 5_000,
    maxBackoffMs: 5_000,
  });
  const caller = new AbortController();
  const asked = peers.ask(caller.signal, () => Promise.reject(new Error('cancelled')).finally(() => caller.abort()));
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  expect(await peers.ask(new AbortController().signal, ({ name }) => Promise.resolve(name))).toBe('first');
  first.close();
  second.close();
});

test('those last seen unwell are asked after the others, and before those that failed', () => {
  const at = (address: string): Peer =>
    new Peer({ name: address, address, mspId: null, tlsRootsPem: null, tlsName: null });
  const all = ['a:1', 'b:1', 'c:1', 'd:1'].map(at);
  const peers = new PeerSet({ ledger: 'trade', channel: 'trade' }, all, { minBackoffMs: 5_000, maxBackoffMs: 5_000 });
  const order = (): string[] => peers.inOrder().map(({ name }) => name);
  peers.heed(
    new Map([
      ['a:1', 'UNREACHABLE'],
      ['b:1', 'LAGGING'],
      ['c:1', 'HEALTHY'],
    ]),
  );
  expect(order()).toEqual(['c:1', 'd:1', 'b:1', 'a:1']);
  const [, , c] = all;
  if (c !== undefined) peers.avoid(c);
  expect(order()).toEqual(['d:1', 'b:1', 'a:1', 'c:1']);
  peers.heed(new Map());
  expect(order()).toEqual(['a:1', 'b:1', 'd:1', 'c:1']);
  all.forEach((peer) => peer.close());
});
