import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAuthority, type Authority } from '../../../devnet/fabric/material/authority.js';
import type { KeyPair } from '../../../devnet/fabric/ports.js';
import { startReplay, type ReplayPeer } from '../../../devnet/fabric/replay.js';
import { diagnose, type Finding } from '../../../src/app/diagnose.js';
import type { FabricLedgerConfig } from '../../../src/config/index.js';
import { openStore } from '../../../src/store/index.js';
import { fabricLedgerId } from '../../../src/model/ids.js';
import { decodeRecorded, recordedBlocks, recordedBytes } from '../ledgers/fabric/recorded.js';

// `parley doctor` on a peer that replays a recorded channel.

let authority: Authority;
let client: KeyPair;
let peer: ReplayPeer;
let pruned: ReplayPeer;
const directory = mkdtempSync(join(tmpdir(), 'parley-doctor-'));

beforeAll(async () => {
  authority = await createAuthority('tls', 'Replay');
  client = await authority.issue({ commonName: 'reader', organization: 'Replay', unit: 'client' });
  const tls = await authority.issue({ commonName: 'localhost', organization: 'Replay', hosts: ['localhost'] });
  peer = await startReplay({ channel: 'trade', blocks: recordedBytes, tls });
  pruned = await startReplay({ channel: 'trade', blocks: recordedBytes, tls, first: 30 });
});
afterAll(async () => {
  await peer.close();
  await pruned.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Changes {
  readonly store?: string;
  readonly endpoint?: string;
  readonly root?: string;
  readonly ledger?: Partial<FabricLedgerConfig>;
}

/** What is wrong, as doctor says it. */
async function problems({ store = 'empty', endpoint = peer.endpoint, root, ledger = {} }: Changes): Promise<Finding[]> {
  const pem = root ?? authority.keys.certificatePem;
  const fabric: FabricLedgerConfig = {
    kind: 'fabric',
    name: 'harbour',
    channel: 'trade',
    connectionProfile: { peers: { own: { url: `grpcs://${endpoint}`, tlsCACerts: { pem } } } },
    identity: { mspId: 'Org1MSP', certificatePem: client.certificatePem, privateKeyPem: client.privateKeyPem },
    startBlock: 0,
    genesisHash: null,
    consortium: null,
    allowedLag: { blocks: 5, seconds: 30 },
    ...ledger,
  };
  const config = { store: { url: `sqlite:${join(directory, `${store}.db`)}` }, ledgers: [fabric], signers: [] };
  const found: Finding[] = [];
  for await (const finding of diagnose(config)) if (finding.kind !== 'ok') found.push(finding);
  return found;
}

const genesisHash = recordedBlocks[0]?.hash ?? '';

describe('doctor', () => {
  test('finds nothing to fix where all is well', async () => {
    expect(await problems({})).toEqual([]);
  });

  test('says what each peer said, and not to run doctor', async () => {
    const other = await createAuthority('other', 'Other');
    const [problem] = await problems({ root: other.keys.certificatePem });
    expect(problem?.text).toContain('own: UNAVAILABLE');
    expect(problem?.text).toContain('certificate');
    expect(problem?.fix).toContain('tlsCACerts');
  });

  test('says that a TLS root is no certificate', async () => {
    const [problem] = await problems({ root: authority.keys.certificatePem.replaceAll('\n', '\\n') });
    expect(problem?.text).toContain('tlsCACerts of peer own of ledger harbour cannot be read');
  });

  test('names the channel that no peer knows', async () => {
    const [problem] = await problems({ ledger: { channel: 'nowhere' } });
    expect(problem?.text).toContain('No peer knows channel nowhere');
  });

  test('says that a certificate cannot be read', async () => {
    const identity = { mspId: 'Org1MSP', certificatePem: 'none', privateKeyPem: client.privateKeyPem };
    const [problem] = await problems({ ledger: { identity } });
    expect(problem?.text).toBe('Org1MSP: its certificate cannot be read');
  });

  test('finds out where a peer that joined from a snapshot can be read from', async () => {
    const { endpoint } = pruned;
    const [noGenesis] = await problems({ endpoint });
    expect(noGenesis?.fix).toContain('set `genesisHash`');
    const [tooEarly] = await problems({ endpoint, ledger: { genesisHash } });
    expect(tooEarly?.text).toContain('no node has block 0 any more');
    const [noConfig] = await problems({ endpoint, ledger: { genesisHash, startBlock: 31 } });
    expect(noConfig?.text).toContain('has block 2');
    expect(await problems({ endpoint, ledger: { genesisHash, startBlock: 38 } })).toEqual([]);
  });

  test('sees that what was indexed is not what the ledger shows', async () => {
    const store = await openStore(`sqlite:${join(directory, 'forked.db')}`);
    const id = fabricLedgerId(genesisHash);
    await store.declare({ id, kind: 'fabric', name: 'harbour', startBlock: 0 });
    const blocks = decodeRecorded(recordedBlocks.slice(0, 5)).map((block) =>
      block.number === 4 ? { ...block, hash: 'ab'.repeat(32) } : block,
    );
    const head = { number: 4, hash: 'ab'.repeat(32), finalized: 4, safe: 4, seenAtMs: 0 };
    await store.append(blocks, head);
    await store.close();
    const [problem] = await problems({ store: 'forked' });
    expect(problem?.subject).toBe('harbour index');
    expect(problem?.text).toContain('another block 4');
    const [moved] = await problems({ store: 'forked', ledger: { startBlock: 2 } });
    expect(moved?.text).toContain('begins at another block than configured');
  });
});
