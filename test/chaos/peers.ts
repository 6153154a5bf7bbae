import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReplay, type ReplayPeer } from '../../devnet/fabric/replay.js';
import { createAuthority, type Authority } from '../../devnet/fabric/material/authority.js';
import { createFabricLedger, type FabricLedgerOptions } from '../../src/ledgers/fabric/index.js';
import type { FabricLedger } from '../../src/ledgers/ledger.js';

const TIMINGS = {
  ...{ answerTimeoutMs: 500, evaluateTimeoutMs: 2_000, idleProbeMs: 120, idleProbesToAgree: 3 },
  ...{ minBackoffMs: 30, maxBackoffMs: 200 },
};

interface Port {
  readonly port: number;
}

/** Peers that replay blocks, and readers of them; closed together. */
export interface PeerSite {
  startPeer(blocks: readonly Uint8Array[], height?: number): Promise<ReplayPeer>;
  /** A reader of Org1 with its own peer first. */
  open(own: Port, other?: Port, timings?: FabricLedgerOptions['timings']): Promise<FabricLedger>;
  /** What parley.yaml says of the channel, with its files. */
  configured(own: Port): Promise<object>;
  /** Has that closed before the peers. */
  closes(close: () => Promise<unknown>): void;
  close(): Promise<void>;
}

/** `certificateUntil`: when the peers' TLS certificate and the reader's expire. */
export async function peerSite(certificateUntil?: Date): Promise<PeerSite> {
  const authority = await createAuthority('tls', 'Replay');
  const until = certificateUntil === undefined ? {} : { notAfter: certificateUntil };
  const subject = { commonName: 'localhost', organization: 'Replay', hosts: ['localhost'], ...until };
  const tls = await authority.issue(subject);
  const closers: (() => Promise<unknown>)[] = [];
  return {
    startPeer: async (blocks, height = blocks.length) => {
      const peer = await startReplay({ channel: 'trade', blocks, tls, height });
      closers.push(() => peer.close());
      return peer;
    },
    open: async (own, other, timings = TIMINGS) => {
      const client = await readerOf(authority, certificateUntil);
      const ledger = await createFabricLedger({
        ...{ name: 'trade', channel: 'trade', connectionProfile: profileOf(authority, own, other) },
        identity: { mspId: 'Org1MSP', certificatePem: client.certificatePem, privateKeyPem: client.privateKeyPem },
        timings,
      });
      closers.push(() => ledger.close());
      return ledger;
    },
    configured: async (own) => {
      const directory = mkdtempSync(join(tmpdir(), 'parley-peers-'));
      closers.push(() => Promise.resolve(rmSync(directory, { recursive: true, force: true })));
      const client = await readerOf(authority, certificateUntil);
      const write = (name: string, text: string): string => {
        writeFileSync(join(directory, name), text);
        return join(directory, name);
      };
      const profile = { name: 'replay', version: '1.0', ...profileOf(authority, own) };
      return {
        channel: 'trade',
        connectionProfile: write('profile.json', JSON.stringify(profile)),
        identity: {
          mspId: 'Org1MSP',
          certificate: write('cert.pem', client.certificatePem),
          privateKey: write('key.pem', client.privateKeyPem),
        },
      };
    },
    closes: (close) => void closers.push(close),
    close: async () => {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}

const readerOf = (authority: Authority, notAfter?: Date): ReturnType<Authority['issue']> =>
  authority.issue({
    ...{ commonName: 'reader', organization: 'Replay', unit: 'client' },
    ...(notAfter === undefined ? {} : { notAfter }),
  });

function profileOf(authority: Authority, own: Port, other?: Port): FabricLedgerOptions['connectionProfile'] {
  const at = ({ port }: Port) => ({
    url: `grpcs://localhost:${port}`,
    tlsCACerts: { pem: authority.keys.certificatePem },
  });
  return {
    organizations: {
      Org1: { mspid: 'Org1MSP', peers: ['own'] },
      ...(other === undefined ? {} : { Org2: { mspid: 'Org2MSP', peers: ['other'] } }),
    },
    peers: { own: at(own), ...(other === undefined ? {} : { other: at(other) }) },
  };
}
