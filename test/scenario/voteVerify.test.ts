import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { createHash, verify, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/store/index.js';
import { formatId } from '../../src/model/ids.js';
import { grantScope } from '../../src/model/scope.js';
import { propose } from '../../src/ledgers/fabric/live/proposal.js';
import { SigningRequest } from '../../src/subgraphs/signing/request.js';
import { peerSite, type PeerSite } from '../chaos/peers.js';
import { configDirectory, type ConfigDirectory } from '../support/ownParley.js';
import { selfSigned } from '../support/selfSigned.js';
import { changeByte, changeState, indexRecorded, tampered } from '../support/votingChannel.js';
import { root } from '../support/world.js';
import { recordedBytes } from '../unit/ledgers/fabric/recorded.js';

// A third party proves votes by the command alone, with the store's file and with the peer's blocks.

let site: PeerSite;
let directory: ConfigDirectory;
let fabric: object;
let proposal: string;
let nativeId: string;

beforeAll(async () => {
  site = await peerSite();
  directory = configDirectory();
  fabric = await site.configured(await site.startPeer(recordedBytes));
  const store = await openStore(`sqlite:${directory.path}/honest.db`);
  await indexRecorded(store);
  const [ledger] = await store.declared();
  if (ledger === undefined) throw new Error('nothing is indexed');
  const order = { field: 'CREATED', direction: 'ASC' } as const;
  const page = { limit: 10, towards: 'forward', after: null, before: null, order } as const;
  const { rows } = await store.proposals(grantScope([ledger.id]), { nowMs: 0 }, page);
  nativeId = rows[1]?.state.nativeId ?? '';
  proposal = formatId({ type: 'Proposal', proposal: { ledger: ledger.id, mechanism: 'FABRIC_LIFECYCLE', nativeId } });
  await store.close();
}, 60_000);
afterAll(async () => {
  await site.close();
  directory.remove();
});

/** The real command, to its end. */
function parley(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['bin/parley.js', ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    // A clone whose sources are newer is built first, and says so.
    const err = (): string => said.err.replace('Building …\n', '');
    child.once('close', (code) => resolve({ code: code ?? -1, out: said.out, err: err() }));
  });
}

const configured = (name: string): string => directory.write(name, [{ name: 'trade', fabric }]);

describe('parley vote verify', () => {
  test('proves the votes of a proposal, by its id from the store, by its native id from the peer', async () => {
    const config = configured('honest');
    const fromStore = await parley('vote', 'verify', proposal, '--config', config);
    expect([fromStore.code, fromStore.err]).toEqual([0, '']);
    expect(fromStore.out).toMatch(/✓ Org2MSP YES · block 21, transaction [0-9a-f]{64} · CN=.* · signature valid/);
    expect(fromStore.out).toMatch(/✓ Org1MSP YES · block 22/);
    expect(fromStore.out).toContain('Status: EXECUTED (observed), after ACTIVE → APPROVED');
    expect(fromStore.out).toContain('✓ nothing differs');
    const fromPeer = await parley('vote', 'verify', nativeId, '--config', config, '--from-ledger');
    expect([fromPeer.code, fromPeer.err]).toEqual([0, '']);
    expect(fromPeer.out).toContain('raw blocks from the nodes of trade');
  }, 120_000);

  test('fails on a tampered copy of the store, and names what was changed', async () => {
    tampered(`${directory.path}/honest.db`, `${directory.path}/tampered.db`, (database) => {
      changeState(database, { table: 'vote', number: 21 }, (state) => (state['voter'] = 'Org9MSP'));
      changeState(database, { table: 'proposal', number: 23 }, (state) => (state['status'] = 'REJECTED'));
      changeByte(database, 30, (bytes) => bytes.length >> 1);
    });
    const { code, out } = await parley('vote', 'verify', proposal, '--config', configured('tampered'));
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ block 30: /m);
    expect(out).toMatch(/^✗ proposal.status: the store says "REJECTED", the blocks say "EXECUTED"/m);
    expect(out).toMatch(/^✗ vote of Org2MSP in block 21.voter: the store says "Org9MSP"/m);
    expect(out).toMatch(/✗ \d+ differ/);
  }, 120_000);

  test('fails where the store tells more than its blocks do: a vote after the last one, and raw blocks that are gone', async () => {
    const copy = async (name: string, change: (database: Database.Database) => void) => {
      tampered(`${directory.path}/honest.db`, `${directory.path}/${name}.db`, change);
      return parley('vote', 'verify', proposal, '--config', configured(name));
    };
    const forged = await copy('forged', (database) => {
      const vote = `select ledger, 100000, 0, 100000, block_hash, canonical, latest, timestamp_ms, proposal, 'Org2MSP',
        replace(replace(state, 'Org1MSP', 'Org2MSP'), '"YES"', '"NO"') from vote where number = 22`;
      database.prepare(`insert into vote ${vote}`).run();
    });
    expect(forged.code).toBe(1);
    expect(forged.out).toMatch(
      /^✗ vote of Org2MSP in block 100000: the store has it \("NO"\), no block does: the last/m,
    );
    expect(forged.out).toContain('✗ 1 differ');
    const cut = await copy('cut', (database) => database.prepare('delete from raw_block where number > 21').run());
    expect(cut.code).toBe(1);
    expect(cut.out).toMatch(/^✗ blocks 22 to \d+: the store has no raw bytes, its tip is block \d+$/m);
    expect(cut.out).toMatch(/^✗ vote of Org1MSP in block 22: the store has it \("YES"\), no block does/m);
    const damaged = await copy('damaged', (database) =>
      database.prepare('update raw_block set bytes = substr(bytes, 1, 40) where number = 30').run(),
    );
    expect([damaged.code, damaged.out.match(/^✗/gm)?.length]).toEqual([1, 2]);
    expect(damaged.out).toMatch(/^✗ block 30: [^]*✗ 1 differ/m);
  }, 120_000);

  test('ends without a word where only its first line is read', async () => {
    const command = `"$0" bin/parley.js vote verify "$1" --config "$2" | { read -r first; exec <&-; echo "$first"; sleep 1; }`;
    const args = ['-c', command, process.execPath, proposal, configured('honest')];
    const child = spawn('sh', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    await once(child, 'close');
    expect(said.out).toMatch(/^FABRIC_LIFECYCLE .*\n$/);
    expect(said.err.replace('Building …\n', '')).toBe('');
  }, 120_000);

  test('says so where there is no such proposal', async () => {
    const { code, err } = await parley('vote', 'verify', 'nothing', '--config', configured('honest'));
    expect(code).toBe(1);
    expect(err).toContain('ID_INVALID');
  }, 120_000);
});

describe('parley vote sign', () => {
  test('needs only the request’s file and the key', async () => {
    const { certificatePem, privateKeyPem } = await selfSigned('P-256');
    const identity = { mspId: 'HarvestMSP', certificate: certificatePem };
    const call = { chaincode: 'consortium', contract: null, function: 'CastVote', transient: {} };
    const args = ['prop-1', 'YES', ''].map((text) => Buffer.from(text));
    const { bytes } = propose('trade', { ...call, arguments: args, endorsingOrganizations: [] }, identity);
    const digest = createHash('sha256').update(bytes).digest();
    const scheme = 'ECDSA_P256_SHA256';
    const asked = { stage: 'FABRIC_PROPOSAL', bytes, digest, scheme, summary: 'Vote.', identity } as const;
    const { name, content } = new SigningRequest('abc', asked, Date.now() + 60_000).file;
    const [file, key, out] = [name, 'user.key', 'signature.hex'].map((one) => join(directory.path, one)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, Buffer.from(content.slice(2), 'hex'));
    writeFileSync(key, privateKeyPem);
    const silent = await parley('vote', 'sign', file, '--key', key);
    expect([silent.code, silent.out]).toEqual([1, '']);
    const signed = await parley('vote', 'sign', file, '--key', key, '--yes', '--out', out);
    expect(signed.code).toBe(0);
    expect(signed.err).toContain('Call CastVote of chaincode “consortium”');
    expect(signed.err).not.toContain('PRIVATE');
    const signature = Buffer.from(readFileSync(out, 'utf8').trim().slice(2), 'hex');
    expect(verify('sha256', bytes, new X509Certificate(certificatePem).publicKey, signature)).toBe(true);

    const document = JSON.parse(readFileSync(file, 'utf8')) as { bytes: string };
    writeFileSync(file, JSON.stringify({ ...document, bytes: `${document.bytes.slice(0, -6)}414141` }));
    const changed = await parley('vote', 'sign', file, '--key', key, '--yes');
    expect([changed.code, changed.out]).toEqual([1, '']);
  }, 120_000);
});
