import { createConnection } from 'node:net';
import { credentials } from '@grpc/grpc-js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { peer } from '@hyperledger/fabric-protos';
import { reasonOf } from '../messages/response.js';
import type { InstalledChaincode } from './installed.js';
import { requestHandler, typeName } from './requests.js';
import type { TransactionContext } from './transactionContext.js';

const { Type } = peer.ChaincodeMessage;
type Stream = ClientDuplexStream<peer.ChaincodeMessage, peer.ChaincodeMessage>;

const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
const DIAL_PROBE_MS = 1_000;
export const STREAM_TERMINATED = 'chaincode stream terminated';

/** Runs a chaincode on behalf of another one, and gives the message that the other one's shim expects. */
export type InvokeOther = (context: TransactionContext, spec: peer.ChaincodeSpec) => Promise<peer.ChaincodeMessage>;

interface Running {
  readonly context: TransactionContext;
  readonly finish: (message: peer.ChaincodeMessage) => void;
  readonly fail: (error: Error) => void;
}

interface Chat {
  readonly stream: Stream;
  readonly close: () => void;
}

/**
 * A peer's side of the conversation with one chaincode service (`protos.Chaincode`). Connects when it is first called, and again
 * when it is called after the service went away.
 */
export class ChaincodeConnection {
  readonly #running = new Map<string, Running>();
  #chat: Promise<Chat> | null = null;

  constructor(
    private readonly chaincode: InstalledChaincode,
    private readonly invokeOther: InvokeOther,
  ) {}

  /** Sends a transaction to the chaincode and waits for its end, answering what it asks meanwhile. */
  async execute(
    context: TransactionContext,
    message: peer.ChaincodeMessage,
    timeoutMs: number,
  ): Promise<peer.ChaincodeMessage> {
    const chat = await this.#connected();
    const key = keyOf(message);
    if (this.#running.has(key)) {
      throw new Error(`error sending: txid: ${message.getTxid()}(${message.getChannelId()}) exists`);
    }
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((finish, fail) => {
        timer = setTimeout(() => fail(new Error('timeout expired while executing transaction')), timeoutMs);
        this.#running.set(key, { context, finish, fail });
        chat.stream.write(message);
      });
    } catch (error) {
      throw new Error(`error sending: ${reasonOf(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
      this.#running.delete(key);
    }
  }

  async close(): Promise<void> {
    const chat = await this.#chat?.catch(() => null);
    chat?.close();
  }

  #connected(): Promise<Chat> {
    this.#chat ??= this.#connect().catch((error: unknown) => {
      this.#chat = null;
      const { packageId } = this.chaincode;
      throw new Error(
        `could not launch chaincode ${packageId}: connection to ${packageId} failed: error cannot create connection for ${packageId}: ${reasonOf(error)}`,
        { cause: error },
      );
    });
    return this.#chat;
  }

  async #connect(): Promise<Chat> {
    const { address, dialTimeoutMs, rootCertificatePem } = this.chaincode.service;
    const secure =
      rootCertificatePem === undefined
        ? credentials.createInsecure()
        : credentials.createSsl(Buffer.from(rootCertificatePem));
    const client = new peer.ChaincodeClient(address, secure, {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 500,
      // Each connection its own channel: a dead one's back-off must not delay the next.
      'grpc.use_local_subchannel_pool': 1,
    });
    try {
      await ready(client, address, Date.now() + dialTimeoutMs);
      const stream = client.connect();
      await this.#register(stream, dialTimeoutMs);
      const close = (): void => {
        stream.cancel();
        client.close();
      };
      this.#watch(stream, close);
      return { stream, close };
    } catch (error) {
      client.close();
      throw new Error(`error creating grpc connection to ${address}: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** REGISTER, which must name this package, is answered with REGISTERED and READY. */
  async #register(stream: Stream, timeoutMs: number): Promise<void> {
    const message = await firstMessage(stream, timeoutMs);
    const name = peer.ChaincodeID.deserializeBinary(message.getPayload_asU8()).getName();
    if (message.getType() !== Type.REGISTER || name !== this.chaincode.packageId) {
      stream.cancel();
      throw new Error(`the service registered as ${name}, expected ${this.chaincode.packageId}`);
    }
    stream.write(messageOf(Type.REGISTERED));
    stream.write(messageOf(Type.READY));
  }

  #watch(stream: Stream, close: () => void): void {
    let over = false;
    const ended = (): void => {
      // An error and an end may both come, and a new conversation may have begun in between.
      if (over) return;
      over = true;
      this.#chat = null;
      close();
      for (const { fail } of [...this.#running.values()]) fail(new Error(STREAM_TERMINATED));
    };
    stream.on('data', (message: peer.ChaincodeMessage) => void this.#receive(stream, message));
    // Whoever waits for an answer is told by `ended`; with nobody waiting, the next call connects again.
    stream.on('error', ended);
    stream.on('end', ended);
  }

  async #receive(stream: Stream, message: peer.ChaincodeMessage): Promise<void> {
    const running = this.#running.get(keyOf(message));
    const type = message.getType();
    if (type === Type.COMPLETED || type === Type.ERROR) {
      running?.finish(message);
      return;
    }
    if (type === Type.KEEPALIVE) return;
    stream.write(await this.#answer(running?.context, message));
  }

  async #answer(
    context: TransactionContext | undefined,
    message: peer.ChaincodeMessage,
  ): Promise<peer.ChaincodeMessage> {
    const type = message.getType();
    try {
      if (context === undefined) throw new Error('no ledger context');
      return messageOf(Type.RESPONSE, message, await this.#payloadOf(context, message));
    } catch (error) {
      const text = `${typeName(type)} failed: transaction ID: ${message.getTxid()}: ${reasonOf(error)}`;
      return messageOf(Type.ERROR, message, Buffer.from(text));
    }
  }

  async #payloadOf(context: TransactionContext, message: peer.ChaincodeMessage): Promise<Uint8Array> {
    const payload = message.getPayload_asU8();
    if (message.getType() === Type.INVOKE_CHAINCODE) {
      return (await this.invokeOther(context, peer.ChaincodeSpec.deserializeBinary(payload))).serializeBinary();
    }
    const handler = requestHandler(message.getType());
    if (handler === null) throw new Error('Fabric side handler cannot handle message while in ready state');
    return handler(context, payload);
  }
}

async function ready(client: peer.ChaincodeClient, address: string, deadline: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(deadline, (error) => (error ? reject(error) : resolve())),
    );
  } catch (error) {
    throw new Error(`failed to create new connection: ${await dialFault(address)}`, { cause: error });
  }
}

/** Why nobody is reached: a gRPC client only says that time is over. */
async function dialFault(address: string): Promise<string> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = createConnection({ host: hostname, port: Number(port), timeout: DIAL_PROBE_MS });
  try {
    return await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('context deadline exceeded'));
      socket.once('timeout', () => resolve('context deadline exceeded'));
      socket.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
        resolve(`connection error: desc = "transport: error while dialing: dial tcp ${address}: ${why}"`);
      });
    });
  } finally {
    socket.destroy();
  }
}

function firstMessage(stream: Stream, timeoutMs: number): Promise<peer.ChaincodeMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('context deadline exceeded')), timeoutMs);
    // Stays: until the conversation is watched, an error has nobody else to go to.
    stream.on('error', (error: Error) => {
      clearTimeout(timer);
      reject(error);
    });
    stream.once('data', (message: peer.ChaincodeMessage) => {
      clearTimeout(timer);
      resolve(message);
    });
  });
}

const keyOf = (message: peer.ChaincodeMessage): string => `${message.getChannelId()}\0${message.getTxid()}`;

function messageOf(
  type: peer.ChaincodeMessage.TypeMap[keyof peer.ChaincodeMessage.TypeMap],
  to?: peer.ChaincodeMessage,
  payload?: Uint8Array,
): peer.ChaincodeMessage {
  const message = new peer.ChaincodeMessage();
  message.setType(type);
  if (to !== undefined) {
    message.setTxid(to.getTxid());
    message.setChannelId(to.getChannelId());
  }
  if (payload !== undefined) message.setPayload(payload);
  return message;
}
