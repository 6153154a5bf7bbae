import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { loadConfig } from '../../../src/config/index.js';
import { ParleyError } from '../../../src/errors/index.js';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-config-'));
  writeFileSync(join(directory, 'cert.pem'), 'CERTIFICATE');
  writeFileSync(join(directory, 'key.pem'), 'THE-SECRET-KEY');
  writeFileSync(join(directory, 'tls.pem'), 'TLS-ROOT');
  writeFileSync(
    join(directory, 'abi.json'),
    JSON.stringify({ abi: [{ type: 'event', name: 'Transfer', inputs: [] }] }),
  );
  writeFileSync(
    join(directory, 'profile.yaml'),
    stringify({ peers: { peer0: { url: 'grpcs://localhost:7051', tlsCACerts: { path: 'tls.pem' } } } }),
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

const channel = (extra: object = {}): object => ({
  name: 'trade',
  fabric: {
    channel: 'trade',
    connectionProfile: 'profile.yaml',
    identity: { mspId: 'HarvestMSP', certificate: 'cert.pem', privateKey: 'key.pem' },
    ...extra,
  },
});
const chain = (extra: object = {}): object => ({
  name: 'settlement',
  ethereum: { chainId: 31337, rpc: ['http://127.0.0.1:8545'], ...extra },
});
const whole = (extra: object = {}): object => ({
  network: { id: 'harbour', name: 'Harbour Trade' },
  ledgers: [channel(), chain()],
  ...extra,
});

function load(document: unknown, environment: Record<string, string> = {}): ReturnType<typeof loadConfig> {
  const file = join(directory, 'parley.yaml');
  writeFileSync(file, typeof document === 'string' ? document : stringify(document));
  return loadConfig(file, environment);
}

function refusal(document: unknown, environment: Record<string, string> = {}): ParleyError {
  try {
    load(document, environment);
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
  throw new Error('the configuration was taken');
}

describe('a valid configuration', () => {
  test('has its defaults, its files read and its paths made absolute', () => {
    const config = load(
      whole({
        ledgers: [
          channel(),
          chain({ contracts: [{ name: 'Token', address: `0x${'1'.repeat(40)}`, abi: 'abi.json' }] }),
        ],
      }),
    );
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 4000, allowedHosts: [], allowedOrigins: [] });
    expect(config.store.url).toBe(`sqlite:${join(directory, 'parley.db')}`);
    expect(config.limits).toEqual({
      depth: 12,
      cost: 10_000,
      pageSize: 100,
      queryTokens: 4000,
      requestsPerMinute: 600,
      subscriptionsPerConnection: 50,
      connections: 20_000,
    });
    const [trade, settlement] = config.ledgers;
    expect(trade).toMatchObject({
      kind: 'fabric',
      identity: { certificatePem: 'CERTIFICATE', privateKeyPem: 'THE-SECRET-KEY' },
      genesisHash: null,
    });
    expect(trade?.kind === 'fabric' && trade.connectionProfile.peers.peer0).toMatchObject({
      url: 'grpcs://localhost:7051',
      tlsCACerts: { pem: 'TLS-ROOT' },
    });
    expect(settlement).toMatchObject({
      kind: 'ethereum',
      id: 'eip155:31337',
      finality: { tag: 'finalized' },
      reorgWindow: 256,
      proof: 'roots',
      ws: null,
    });
    expect(settlement?.kind === 'ethereum' && settlement.contracts[0]?.abi).toHaveLength(1);
  });

  test('takes values from the environment and from files anywhere', () => {
    const config = load(whole({ server: { secrets: ['${env:PARLEY_SECRET}', '${file:key.pem}-and-more-of-it'] } }), {
      PARLEY_SECRET: 'sixteen characters long',
    });
    expect(config.server.secrets).toEqual(['sixteen characters long', 'THE-SECRET-KEY-and-more-of-it']);
  });

  test('reads accounts in their CAIP-10 form', () => {
    const config = load(
      whole({ members: [{ id: 'harvest', name: 'Harvest', accounts: [`eip155:31337:0x${'a'.repeat(40)}`] }] }),
    );
    expect(config.members[0]?.accounts).toEqual([{ ledger: 'eip155:31337', address: `0x${'a'.repeat(40)}` }]);
  });
});

describe('a wrong configuration says what, got, expected and the nearest known key', () => {
  test('an unknown key', () => {
    const error = refusal(whole({ server: { prot: 4000 } }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('server.prot: unknown key. Did you mean `port`? Expected one of: host, port,');
  });

  test('an unknown key deep inside a list', () => {
    expect(refusal(whole({ ledgers: [channel({ chanel: 'x' })] })).message).toContain(
      'ledgers[0].fabric.chanel: unknown key. Did you mean `channel`?',
    );
  });

  test('a value of another type, told with what was there', () => {
    expect(refusal(whole({ server: { port: 'http' } })).message).toMatch(
      /server\.port: expected (int|number), received string\. Got: "http"\./,
    );
  });

  test('a feature that has not been built yet is refused with those words', () => {
    const error = refusal(whole({ access: { apiKeys: [] } }));
    expect(error.code).toBe('FEATURE_NOT_BUILT');
    expect(error.message).toContain('access: this feature has not been built yet.');
  });

  test('a ledger that is both a channel and a chain', () => {
    expect(refusal(whole({ ledgers: [{ ...channel(), ...chain() }] })).message).toContain(
      'exactly one of `fabric` and `ethereum`',
    );
  });

  test('a file that is not there', () => {
    const error = refusal(whole({ ledgers: [channel({ connectionProfile: 'nowhere.json' })] }));
    expect(error.message).toContain('ledgers: trade.fabric.connectionProfile: the file cannot be read');
    expect(error.message).toContain('relative to parley.yaml');
  });

  test('a variable that is not set', () => {
    expect(refusal(whole({ server: { secrets: ['${env:NOWHERE}'] } })).message).toContain(
      '${env:NOWHERE} names an environment variable that is not set',
    );
  });

  test('nothing to be read; a network at Amazon alone is something', () => {
    expect(refusal(whole({ ledgers: [] })).message).toContain(
      'names nothing to be read. Expected: `ledgers`, or `amb`',
    );
    const amb = [{ region: 'us-east-1', networks: ['n-MWY63ZJZU5HGNCMBQER7IN6OIU'] }];
    expect(load(whole({ ledgers: [], amb })).amb).toMatchObject([
      { actingMembers: [], pollSeconds: 30, endpoint: null },
    ]);
  });

  test('two ledgers of one name', () => {
    expect(refusal(whole({ ledgers: [chain(), chain()] })).message).toContain(
      'ledgers: two entries have the same name. Got: settlement.',
    );
  });

  test('what is no YAML', () => {
    expect(refusal('network: [').message).toContain('is not YAML');
  });

  test('no secret is ever shown', () => {
    const error = refusal(whole({ server: { secrets: ['short'] } }));
    expect(error.message).toContain('server.secrets[0]');
    expect(error.message).not.toContain('short.');
    expect(error.message).toContain('(not shown)');
  });

  test('nor is the URL of a node, nor what a variable stands for', () => {
    const PASS = 'htp://u:PASSW0RD@127.0.0.1/k?token=TOKEN';
    const error = refusal(
      whole({ server: { port: '${env:PASS}' }, ledgers: [channel(), chain({ rpc: [PASS, '${env:PASS}'] })] }),
      { PASS },
    );
    expect(error.message).toContain('ledgers[1].ethereum.rpc[0]: Invalid URL. Got: (not shown).');
    expect(error.message).toContain('Got: "${env:PASS}".');
    expect(error.message).not.toMatch(/PASSW0RD|TOKEN/);
  });
});
