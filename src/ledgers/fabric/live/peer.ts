import { Client, credentials, type ChannelOptions } from '@grpc/grpc-js';
import type { PeerAddress } from './profile.js';

/** Peers refuse larger messages themselves. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
/** Peers close connections that ask more often than once a minute whether they live. */
const KEEPALIVE_MS = 120_000;

/** One peer and the connection to it, made on first use and again whenever it is lost. */
export class Peer {
  readonly client: Client;
  /** What was wrong the last time, and when to prefer others until; for choosing and for reports. */
  private failure: { readonly problem: string; readonly untilMs: number; readonly count: number } | null = null;
  /** Whether the peer was seen to serve the right ledger. */
  isChecked = false;

  constructor(readonly address: PeerAddress) {
    const roots = address.tlsRootsPem;
    const channel = roots === null ? credentials.createInsecure() : credentials.createSsl(rootsOf(roots));
    this.client = new Client(address.address, channel, channelOptions(address));
  }

  get name(): string {
    return this.address.name;
  }

  /** How long to prefer others; 0 where nothing is wrong. */
  coolsDownMs(nowMs = Date.now()): number {
    return this.failure === null ? 0 : Math.max(0, this.failure.untilMs - nowMs);
  }

  failed(problem: string, minBackoffMs: number, maxBackoffMs: number): void {
    const count = (this.failure?.count ?? 0) + 1;
    const backoffMs = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(count - 1, 16));
    this.failure = { problem, count, untilMs: Date.now() + backoffMs };
  }

  works(): void {
    this.failure = null;
  }

  close(): void {
    this.client.close();
  }
}

const rootsOf = (pem: string): Buffer | null => (pem === '' ? null : Buffer.from(pem));

function channelOptions({ tlsName }: PeerAddress): ChannelOptions {
  return {
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.keepalive_permit_without_calls': 0,
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5_000,
    'grpc.enable_retries': 0,
    ...(tlsName === null ? {} : { 'grpc.ssl_target_name_override': tlsName, 'grpc.default_authority': tlsName }),
  };
}
