import { X509Certificate } from 'node:crypto';
import { Server, ServerCredentials, type ServerDuplexStream, type ServiceDefinition } from '@grpc/grpc-js';
import { common, msp, orderer } from '@hyperledger/fabric-protos';
import protobuf from 'google-protobuf';
import type { KeyPair } from './ports.js';

export interface ReplayOptions {
  readonly channel: string;
  /** Serialised `common.Block`s from number 0 on, as a peer delivered them. */
  readonly blocks: readonly Uint8Array[];
  /** How many of them are there at first; all by default. */
  readonly height?: number;
  /** The first block that the peer has, as one that joined from a snapshot; 0 by default. */
  readonly first?: number;
  /** 0 (and absent) lets the system choose. */
  readonly port?: number;
  readonly tls: KeyPair;
  /** Whether who asks with a certificate that has expired is refused, as by a real peer. */
  readonly refusesExpired?: boolean;
}

/** A peer that delivers recorded blocks over gRPC and TLS on loopback, to whoever asks: creators and signatures are not checked. */
export interface ReplayPeer {
  /** localhost:port */
  readonly endpoint: string;
  readonly port: number;
  readonly height: number;
  /** Streams that are open now. */
  readonly streams: number;
  /** Makes the blocks below this number visible, as if they had just been committed. */
  show(height: number): void;
  /** Ends open streams and answers new ones with this status; null serves again. */
  refuse(status: number | null): void;
  /** Takes questions and answers nothing any more, as a peer that hangs. */
  hang(isHanging: boolean): void;
  close(): Promise<void>;
}

type Call = ServerDuplexStream<common.Envelope, Uint8Array>;

const SERVICE: ServiceDefinition = {
  deliver: {
    path: '/protos.Deliver/Deliver',
    requestStream: true,
    responseStream: true,
    requestSerialize: (envelope: common.Envelope) => Buffer.from(envelope.serializeBinary()),
    requestDeserialize: (bytes: Buffer) => common.Envelope.deserializeBinary(bytes),
    responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
    responseDeserialize: (bytes: Buffer) => bytes,
  },
};

/** Serves recorded blocks until closed. */
export async function startReplay(options: ReplayOptions): Promise<ReplayPeer> {
  const state = new ReplayState(options);
  const server = new Server({ 'grpc.max_send_message_length': -1 });
  server.addService(SERVICE, { deliver: (call: Call) => state.serve(call) });
  const port = await bind(server, options);
  return {
    endpoint: `localhost:${port}`,
    port,
    get height() {
      return state.height;
    },
    get streams() {
      return state.streams;
    },
    show: (height) => state.change({ height }),
    refuse: (status) => state.change({ refusal: status }),
    hang: (isHanging) => state.change({ isHanging }),
    close: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

function bind(server: Server, { tls, port = 0 }: ReplayOptions): Promise<number> {
  const pair = { cert_chain: Buffer.from(tls.certificatePem), private_key: Buffer.from(tls.privateKeyPem) };
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createSsl(null, [pair]), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

class ReplayState {
  height: number;
  streams = 0;
  private refusal: number | null = null;
  private isHanging = false;
  private waiting: (() => void)[] = [];

  constructor(private readonly options: ReplayOptions) {
    this.height = options.height ?? options.blocks.length;
  }

  change(to: { height?: number; refusal?: number | null; isHanging?: boolean }): void {
    this.height = Math.min(to.height ?? this.height, this.options.blocks.length);
    this.refusal = to.refusal === undefined ? this.refusal : to.refusal;
    this.isHanging = to.isHanging ?? this.isHanging;
    for (const wake of this.waiting.splice(0)) wake();
  }

  serve(call: Call): void {
    this.streams++;
    call.on('close', () => {
      this.streams--;
      this.change({});
    });
    call.on('error', () => undefined); // The reader went away.
    let asked: Promise<void> = Promise.resolve();
    call.on('data', (envelope: common.Envelope) => {
      asked = asked.then(() => this.answer(call, envelope));
    });
    // As a peer does: what was asked is answered before the stream ends.
    call.on('end', () => void asked.then(() => call.end()));
  }

  private async answer(call: Call, envelope: common.Envelope): Promise<void> {
    const status = await this.deliver(call, envelope);
    if (!call.cancelled) call.write(statusResponse(status));
  }

  private async deliver(call: Call, envelope: common.Envelope): Promise<number> {
    const { NOT_FOUND, SUCCESS } = common.Status;
    const { channel, start, stop, wait } = seekOf(envelope, this.height);
    if (channel !== this.options.channel || !this.has(start)) return NOT_FOUND;
    for (let number = start; number <= stop; number++) {
      await this.ready(call, number, wait);
      const refused = this.refused(envelope);
      if (refused !== null) return refused;
      const block = number < this.height ? this.options.blocks[number] : undefined;
      if (block === undefined || call.cancelled) return NOT_FOUND;
      if (!call.write(blockResponse(block))) await drained(call);
    }
    return SUCCESS;
  }

  private refused(envelope: common.Envelope): number | null {
    const expired = this.options.refusesExpired === true && endOfCreator(envelope) < Date.now();
    return this.refusal ?? (expired ? common.Status.FORBIDDEN : null);
  }

  /** Whether a seek may start there. */
  private has(start: number): boolean {
    return start >= (this.options.first ?? 0) && start <= this.height;
  }

  private async ready(call: Call, number: number, wait: boolean): Promise<void> {
    const waits = (): boolean => wait && number >= this.height && this.refusal === null;
    while (!call.cancelled && (this.isHanging || waits())) await this.changed();
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

const drained = (call: Call): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      call.off('close', done);
      resolve();
    };
    call.once('drain', done);
    call.once('close', done);
  });

/** When the certificate of whoever signed the envelope ends. */
function endOfCreator(envelope: common.Envelope): number {
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = common.SignatureHeader.deserializeBinary(
    payload.getHeader()?.getSignatureHeader_asU8() ?? new Uint8Array(0),
  );
  const identity = msp.SerializedIdentity.deserializeBinary(header.getCreator_asU8());
  return new X509Certificate(identity.getIdBytes_asU8()).validToDate.getTime();
}

interface Range {
  readonly channel: string;
  readonly start: number;
  readonly stop: number;
  readonly wait: boolean;
}

function seekOf(envelope: common.Envelope, height: number): Range {
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = common.ChannelHeader.deserializeBinary(
    payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(0),
  );
  const seek = orderer.SeekInfo.deserializeBinary(payload.getData_asU8());
  const at = (position: orderer.SeekPosition | undefined): number =>
    position?.hasNewest() === true ? height - 1 : (position?.getSpecified()?.getNumber() ?? 0);
  return {
    channel: header.getChannelId(),
    start: at(seek.getStart()),
    stop: at(seek.getStop()),
    wait: seek.getBehavior() === orderer.SeekInfo.SeekBehavior.BLOCK_UNTIL_READY,
  };
}

/** `protos.DeliverResponse` around bytes that stay as they were recorded. */
function blockResponse(block: Uint8Array): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  writer.writeBytes(2, block);
  return writer.getResultBuffer();
}

function statusResponse(status: number): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  writer.writeEnum(1, status);
  return writer.getResultBuffer();
}
