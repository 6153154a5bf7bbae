import { describe, expect, test } from '@jest/globals';
import { NodeStates } from '../../../src/app/nodeStates.js';
import type { EndpointReport } from '../../../src/ledgers/ledger.js';

const CHAIN = 'eip155:1';
const OTHER = 'eip155:2';
const node = (endpoint: string, facts: Partial<EndpointReport>): EndpointReport => ({
  ...{ endpoint, role: 'CHAIN_NODE', operator: null, version: null, height: null, problem: null },
  ...facts,
});
const at = (endpoint: string, height: number): EndpointReport => node(endpoint, { height });
const down = (endpoint: string): EndpointReport => node(endpoint, { problem: 'silent' });

/** The health told of the first node after each round. */
function course(rounds: readonly (readonly EndpointReport[])[]): string[] {
  const states = new NodeStates();
  return rounds.map((reports, round) => {
    states.note(CHAIN, reports, round);
    return states.states([CHAIN])[0]?.health ?? 'NONE';
  });
}

describe('health without flapping', () => {
  test('the first probe is believed, a change once two in a row agree', () => {
    expect(
      course([[at('a', 1)], [down('a')], [at('a', 2)], [down('a')], [down('a')], [at('a', 3)], [at('a', 4)]]),
    ).toEqual(['HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY', 'UNREACHABLE', 'UNREACHABLE', 'HEALTHY']);
    expect(course([[down('a')]])).toEqual(['UNREACHABLE']);
  });

  test('lag is behind what another told a probe before, and ends only close to the head', () => {
    const pair = (a: number, b: number) => [at('a', a), at('b', b)];
    // 100 blocks between two answers of one round are no lag.
    expect(course([pair(0, 100), pair(100, 200), pair(200, 300)])).toEqual(['HEALTHY', 'HEALTHY', 'HEALTHY']);
    expect(
      course([
        pair(100, 100),
        pair(100, 106),
        pair(100, 107),
        pair(100, 108),
        pair(104, 108),
        pair(105, 108),
        pair(106, 108),
        pair(108, 108),
      ]),
    ).toEqual(['HEALTHY', 'HEALTHY', 'HEALTHY', 'LAGGING', 'LAGGING', 'LAGGING', 'LAGGING', 'HEALTHY']);
  });

  test('one that refuses is there; one that cannot be asked is not known', () => {
    expect(course([[node('a', { problem: 'refuses', standing: 'REFUSES' })]])).toEqual(['HEALTHY']);
    expect(course([[node('a', { problem: 'no TLS roots', standing: 'UNPROBED' })]])).toEqual(['UNKNOWN']);
  });

  test('says whether anybody changed, and whether a suspicion waits', () => {
    const states = new NodeStates();
    const note = (...reports: EndpointReport[]) => states.note(CHAIN, reports, 0);
    expect(note(at('a', 1))).toEqual({ changed: true, unsure: false });
    expect(note(at('a', 2))).toEqual({ changed: false, unsure: false });
    expect(note(down('a'))).toEqual({ changed: false, unsure: true });
    expect(note(down('a'))).toEqual({ changed: true, unsure: false });
    expect(note()).toEqual({ changed: true, unsure: false });
  });

  test('a node of several ledgers is as well as its worst among those that one may see', () => {
    const states = new NodeStates();
    states.note(CHAIN, [at('a', 1)], 10);
    states.note(OTHER, [down('a')], 20);
    expect(states.states([CHAIN])).toEqual([
      { node: 'node/chain/a', ledgers: [CHAIN], health: 'HEALTHY', sinceMs: 10 },
    ]);
    expect(states.states([CHAIN, OTHER])).toEqual([
      { node: 'node/chain/a', ledgers: [CHAIN, OTHER], health: 'UNREACHABLE', sinceMs: 20 },
    ]);
    expect(states.states([])).toEqual([]);
  });
});
