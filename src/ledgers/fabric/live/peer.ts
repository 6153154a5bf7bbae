import { Client, credentials, type ChannelOptions } from '@grpc/grpc-js';
import type { PeerAddress } from './profile.js';

/** Peers refuse larger messages themselves. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
/** Peers close connections that ask more often than once a minute whether they live. */
const KEEPALIVE_MS = 120_000;

/** One peer and the connection to it, made on first use and again whenever it is lost. */
export class Peer {
  private connection: Client;
  private isClosed = false;
  /** How often in a row it failed, and until when others are preferred for that. */
  private failures = 0;
  private avoidedUntilMs = 0;
  /** Whether the peer was seen to serve the right ledger. */
  isChecked = false;

  constructor(readonly address: PeerAddress) {
    this.connection = connectTo(address);
  }

  get client(): Client {
    return this.connection;
  }

  get name(): string {
    return this.address.name;
  }

  /** How long others are still preferred; 0 where nothing is wrong. */
  coolsDownMs(nowMs: number): number {
    return Math.max(0, this.avoidedUntilMs - nowMs);
  }

  /** Others are preferred for a while, longer each time in a row. */
  failed(minBackoffMs: number, maxBackoffMs: number): void {
    this.avoid(Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(this.failures++, 16)));
  }

  avoid(ms: number): void {
    this.avoidedUntilMs = Math.max(this.avoidedUntilMs, Date.now() + ms);
  }

  /** It answered. That it was avoided for something else than silence is not forgotten before its time. */
  works(): void {
    this.failures = 0;
  }

  /** Gives up the connection for a new one; calls that are under way on it end. */
  reconnect(): void {
    if (this.isClosed) return;
    this.connection.close();
    this.connection = connectTo(this.address);
  }

  close(): void {
    this.isClosed = true;
    this.connection.close();
  }
}

function connectTo(address: PeerAddress): Client {
  const roots = address.tlsRootsPem;
  const channel = roots === null ? credentials.createInsecure() : credentials.createSsl(rootsOf(roots));
  return new Client(address.address, channel, channelOptions(address));
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
