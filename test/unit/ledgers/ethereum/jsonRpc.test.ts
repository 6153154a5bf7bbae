import { describe, expect, test } from '@jest/globals';
import { BatchSize } from '../../../../src/ledgers/ethereum/jsonRpc/batchSize.js';
import { retryAfterMs } from '../../../../src/ledgers/ethereum/jsonRpc/httpTransport.js';
import { endpointAddress } from '../../../../src/ledgers/ethereum/jsonRpc/label.js';
import { refusalOf } from '../../../../src/ledgers/ethereum/jsonRpc/refusal.js';
import { decodeReplies, encodeCalls } from '../../../../src/ledgers/ethereum/jsonRpc/wire.js';

describe('what nodes mean by their errors', () => {
  test.each([
    [-32000, 'missing trie node 1a2b (path ) state 0x1 is not available', 'no history'],
    [-32000, 'header not found', 'no history'],
    [-32001, 'BlockOutOfRangeError: block height is 4 but requested was 9', 'no history'],
    [-32000, 'required historical state unavailable (reexec=128)', 'no history'],
    [3, 'execution reverted: rate limit', 'reverted'],
    [-32000, 'execution reverted: too many requests', 'reverted'],
    [-32603, "VM Exception while processing transaction: reverted with reason string 'no'", 'reverted'],
    [-32000, 'out of gas', 'reverted'],
    [-32005, 'limit exceeded', 'throttled'],
    [429, 'Your app has exceeded its compute units per second capacity', 'throttled'],
    [-32600, 'batch too large', 'too large'],
    [-32003, 'response too large', 'too large'],
    [-32601, 'the method eth_getBlockReceipts does not exist/is not available', 'no such method'],
    [-32000, 'transaction indexing is in progress', 'not yet'],
    [-32603, 'Internal error', 'trouble'],
    [-32000, 'execution aborted (timeout = 5s)', 'trouble'],
    [-32000, 'insufficient funds for transfer', 'unknown'],
  ])('%i %s: %s', (code, message, meaning) => {
    expect(refusalOf({ code, message, data: null })).toBe(meaning);
  });
});

describe('batches', () => {
  test('replies are put in the order of the calls; one call goes without an array', () => {
    const text = '[{"jsonrpc":"2.0","id":1,"result":"b"},{"jsonrpc":"2.0","id":0,"error":{"code":1,"message":"a"}}]';
    expect(decodeReplies(text, 2)).toEqual([
      { ok: false, error: { code: 1, message: 'a', data: null } },
      { ok: true, result: 'b' },
    ]);
    expect(encodeCalls([{ method: 'eth_chainId', params: [] }])).toMatch(/^\{/);
  });

  test('an answer with neither a result nor an error is trouble of the endpoint, which passes', () => {
    for (const [text, count] of [
      ['{"jsonrpc":"2.0","id":0}', 1],
      ['{"jsonrpc":"2.0","id":0}', 4],
      ['[{"jsonrpc":"2.0","id":0}]', 1],
    ] as const)
      expect(() => decodeReplies(text, count)).toThrow(expect.objectContaining({ kind: 'unreachable' }));
    expect(decodeReplies('{"jsonrpc":"2.0","id":0,"result":null}', 1)).toEqual([{ ok: true, result: null }]);
  });

  test('shrink where they fail, do not try again what was refused, and follow the size of blocks', () => {
    const size = new BatchSize(50);
    expect(size.shrink(50, true)).toBe(true);
    expect(size.blocks).toBe(25);
    for (let i = 0; i < 100; i += 1) size.grow(size.blocks, 1_000);
    expect(size.blocks).toBe(49);
    size.grow(4, 16 * 1024 * 1024);
    expect(size.blocks).toBe(2);
    expect([size.shrink(2, false), size.blocks, size.shrink(1, false)]).toEqual([true, 1, false]);
  });
});

describe('Retry-After', () => {
  test.each([
    ['2', 2_000],
    ['0', 0],
    ['86400', 60_000],
    ['soon', null],
    [undefined, null],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('%s is %s ms', (header, ms) => expect(retryAfterMs(header)).toBe(ms));
});

describe('an address', () => {
  test('shows scheme, host and port, and takes its keys out of texts', () => {
    const address = endpointAddress('https://user:p%40ss@node.example:8443/v3/0123456789abcdef?apikey=tok%20en', [
      'https:',
    ]);
    expect(address.label).toBe('https://node.example:8443/…');
    const said = 'Bad key 0123456789abcdef at /v3/0123456789abcdef?apikey=tok%20en, "tok en", user p@ss p%40ss';
    expect(address.scrub(said)).toBe('Bad key … at /v3/…?…, "…", … … …');
    expect(endpointAddress('http://127.0.0.1:8545', ['http:']).label).toBe('http://127.0.0.1:8545');
  });
});
