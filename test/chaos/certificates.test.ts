import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuthority, type Authority } from '../../devnet/fabric/material/authority.js';
import { startReplay, type ReplayPeer } from '../../devnet/fabric/replay.js';
import { createFabricLedger, type FabricLedgerOptions } from '../../src/ledgers/fabric/index.js';
import type { FabricLedger } from '../../src/ledgers/ledger.js';
import { configDirectory } from '../support/ownParley.js';
import { killLeftovers, startParley } from '../support/parley.js';
import { workbench, type Workbench } from '../support/indexing.js';
import { ask, eventually } from '../support/world.js';
import { recordedBlocks, recordedBytes } from '../unit/ledgers/fabric/recorded.js';
import { expectVerified, settles } from './checks.js';
import { say, WHOLE } from './scale.js';
import { superviseIngest } from './supervised.js';

// Certificates that expire while Parley reads: its own, and that of the only peer. Moments are those of this machine's clock.

const HEIGHT = recordedBytes.length;
const AT_FIRST = 20;
/** Long enough to index what is there at first. */
const LIFE_MS = 8_000;

let authority: Authority;
let directory: string;
let bench: Workbench;
let until: Date;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  authority = await createAuthority('tls', 'Replay');
  directory = mkdtempSync(join(tmpdir(), 'parley-certificates-'));
  bench = await workbench();
  // Certificates know whole seconds.
  until = new Date(Math.ceil((Date.now() + LIFE_MS) / 1_000) * 1_000);
});
afterEach(async () => {
  await killLeftovers();
  for (const close of closers.splice(0).reverse()) await close();
  await bench.close();
  rmSync(directory, { recursive: true, force: true });
});

const at = (height: number): { number: number; hash: string } => {
  const block = recordedBlocks[height - 1];
  if (block === undefined) throw new Error(`No block ${height - 1}`);
  return { number: block.number, hash: block.hash };
};
const expiry = (): Promise<unknown> =>
  eventually('it has expired', () => Promise.resolve(Date.now() > until.getTime() + 200));

async function peerUntil(end: Date | null, port = 0): Promise<ReplayPeer> {
  const tls = await authority.issue({
    ...{ commonName: 'localhost', organization: 'Replay', hosts: ['localhost'] },
    ...(end === null ? {} : { notAfter: end }),
  });
  const blocks = recordedBytes;
  const peer = await startReplay({ channel: 'trade', blocks, tls, port, height: AT_FIRST, refusesExpired: true });
  closers.push(() => peer.close());
  return peer;
}

const files = () => ({ certificate: join(directory, 'cert.pem'), privateKey: join(directory, 'key.pem') });
/** Puts a reader's certificate and key into its files. */
async function enrol(end: Date | null): Promise<FabricLedgerOptions['identity']> {
  const subject = { commonName: 'reader', organization: 'Replay', unit: 'client' };
  const { certificatePem, privateKeyPem } = await authority.issue({
    ...subject,
    ...(end === null ? {} : { notAfter: end }),
  });
  writeFileSync(files().certificate, certificatePem);
  writeFileSync(files().privateKey, privateKeyPem);
  return { mspId: 'Org1MSP', certificatePem, privateKeyPem, files: files() };
}

const profileOf = (port: number): FabricLedgerOptions['connectionProfile'] => ({
  organizations: { Org1: { mspid: 'Org1MSP', peers: ['own'] } },
  peers: { own: { url: `grpcs://localhost:${port}`, tlsCACerts: { pem: authority.keys.certificatePem } } },
});
async function open(port: number, identity: FabricLedgerOptions['identity']): Promise<FabricLedger> {
  const timings = {
    ...{ answerTimeoutMs: 1_000, idleProbeMs: 120, idleProbesToAgree: 3, minBackoffMs: 30, maxBackoffMs: 200 },
  };
  const ledger = await createFabricLedger({
    ...{ name: 'trade', channel: 'trade', connectionProfile: profileOf(port), identity, timings },
  });
  closers.push(() => ledger.close());
  return ledger;
}

const failureOf = (ledger: FabricLedger): Promise<unknown> =>
  ledger.head().then(
    () => null,
    (error: unknown) => error,
  );

(WHOLE ? describe : describe.skip)('a certificate that expires while it is in use', () => {
  test('the reader’s: it is said with what to do, and reading goes on with what is put in its place', async () => {
    const peer = await peerUntil(null);
    const identity = await enrol(until);
    const run = superviseIngest({
      ...{ open: () => open(peer.port, identity), store: bench.store, mends: ['LEDGER_REFUSED'] },
    });
    await settles(run, at(AT_FIRST));
    const other = await open(peer.port, identity);
    expect(await failureOf(other)).toBeNull();
    await expiry();
    expect(await failureOf(other)).toMatchObject({
      code: 'LEDGER_REFUSED',
      message: expect.stringMatching(/expired at .*Enrol again/s),
    });
    peer.show(HEIGHT);
    await eventually('the reader is stopped', () => Promise.resolve(run.failures.includes('LEDGER_REFUSED')));
    await enrol(null);
    await settles(run, at(HEIGHT));
    await eventually('who asked before is answered', async () => (await failureOf(other)) === null);
    await run.stop();
    await expectVerified(other, bench.url);
    say(`  the reader's certificate expired: ${run.failures.length} times refused, then renewed in place`);
  }, 240_000);

  test('the peer’s: it is said, and reading goes on once the peer has another one', async () => {
    const before = await peerUntil(until);
    const run = superviseIngest({
      ...{ open: () => enrol(null).then((identity) => open(before.port, identity)), store: bench.store, mends: [] },
    });
    await settles(run, at(AT_FIRST));
    await expiry();
    const { port } = before;
    await before.close(); // What is open stays open; new connections are refused from now on.
    const expired = await peerUntil(until, port);
    const newcomer = await enrol(null);
    const opened: unknown = await open(port, newcomer).catch((error: unknown) => error);
    expect(opened).toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/certificate has expired/i),
    });
    await expired.close();
    const renewed = await peerUntil(null, port);
    renewed.show(HEIGHT);
    await settles(run, at(HEIGHT));
    await run.stop();
    await expectVerified(await open(port, newcomer), bench.url);
    say('  the peer’s certificate expired: waited, and went on with the new one');
  }, 240_000);

  test('the reader’s, of a running Parley: /readyz names it, and nobody starts it again', async () => {
    const peer = await peerUntil(null);
    const own = configDirectory();
    closers.push(() => own.remove());
    await enrol(until);
    const profile = join(directory, 'profile.json');
    writeFileSync(profile, JSON.stringify({ name: 'replay', version: '1.0', ...profileOf(peer.port) }));
    const identity = { mspId: 'Org1MSP', ...files() };
    const config = own.write('expires', [
      { name: 'trade', fabric: { channel: 'trade', connectionProfile: profile, identity } },
    ]);
    const parley = await startParley(config);
    const height = async (): Promise<number> => {
      const { data } = await ask(parley.url, '{ ledgers { height } }');
      return Number((data as unknown as { ledgers: { height: string }[] } | null)?.ledgers[0]?.height ?? -1);
    };
    await eventually('what is there is indexed', async () => (await height()) === AT_FIRST - 1);
    await expiry();
    peer.show(AT_FIRST + 1);
    peer.refuse(403); // A real peer ends what is open when the session's certificate has expired.
    peer.refuse(null);
    peer.show(HEIGHT);
    const ready = async (): Promise<string> => (await fetch(`${parley.url}/readyz`)).text();
    const said = await eventually('/readyz says it', async () => /expired/.test(await ready()) && (await ready()));
    say(`  /readyz: ${said.slice(0, 300)}`);
    await enrol(null);
    await eventually('it goes on', async () => (await height()) === HEIGHT - 1, 150_000);
    expect(await parley.stop()).toBe(0);
  }, 240_000);
});
