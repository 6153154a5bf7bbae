import { peer } from '@hyperledger/fabric-protos';
import type { ChannelView } from '../channelView.js';
import type { ChaincodeResult, Invocation, SystemChaincode } from '../invocation.js';
import { readPackageId, readParameters, readSequence } from '../lifecycle/definition.js';
import { privateState } from '../lifecycle/lifecycleState.js';
import { reasonOf } from '../messages/response.js';
import { Simulator } from '../simulate/simulator.js';
import { ChaincodeConnection } from './connection.js';
import { checkInit } from './initialization.js';
import type { InstalledChaincode, InstalledChaincodes } from './installed.js';
import { TransactionContext } from './transactionContext.js';

const { Type } = peer.ChaincodeMessage;

export interface ExecutionOptions {
  readonly mspId: string;
  readonly installed: InstalledChaincodes;
  readonly system: ReadonlyMap<string, SystemChaincode>;
  readonly executeTimeoutMs: number;
  /** The peer's view of another channel, for calls across channels; null where it has none. */
  readonly viewOf: (channel: string) => ChannelView | null;
  /** Throws where the creator of the proposal may not call chaincodes on that channel. */
  readonly checkCall: (view: ChannelView, invocation: Invocation) => void;
}

/** How a chaincode is to be run for one proposal. */
export interface Runnable {
  readonly version: string;
  readonly initRequired: boolean;
  /** Null where it is part of the peer. */
  readonly installed: InstalledChaincode | null;
}

/** Runs the chaincodes of one peer. */
export class ChaincodeExecution {
  readonly #connections = new Map<string, ChaincodeConnection>();

  constructor(private readonly options: ExecutionOptions) {}

  isSystem(name: string): boolean {
    return this.options.system.has(name);
  }

  /** What runs under the name, by the definition in force and this organisation's approval. Leaves its reads in the read set. */
  runnable(invocation: Invocation, name: string): Runnable {
    if (this.isSystem(name)) return { version: 'syscc', initRequired: false, installed: null };
    const { simulator } = invocation;
    if (simulator === null) throw new Error(`chaincode ${name} not found`);
    const sequence = readSequence(simulator.lifecycle, name);
    if (sequence === 0) throw new Error(`chaincode ${name} not found`);
    const { state } = simulator.view;
    const parameters = readParameters({ get: (key) => state.get('_lifecycle', key)?.value }, name);
    return { ...parameters, installed: this.#approvedPackage(simulator, name, sequence) };
  }

  /** Throws in Fabric's words where the chaincode could not be run to its end; what it answers itself is a result. */
  async execute(invocation: Invocation, name: string, input: peer.ChaincodeInput): Promise<ChaincodeResult> {
    const { transactionId } = invocation;
    const message = await this.#invoke(invocation, name, input).catch((error: unknown) => {
      throw new Error(`failed to execute transaction ${transactionId}: ${reasonOf(error)}`, { cause: error });
    });
    return resultOf(message, name, transactionId);
  }

  #container(invocation: Invocation, name: string): Runnable {
    try {
      return this.runnable(invocation, name);
    } catch (error) {
      throw new Error(
        `invalid invocation: [channel ${invocation.channel}] failed to get chaincode container info for ${name}: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()));
  }

  async #invoke(invocation: Invocation, name: string, input: peer.ChaincodeInput): Promise<peer.ChaincodeMessage> {
    const system = this.options.system.get(name);
    if (system !== undefined) return ended(invocation, () => system.invoke(invocation, input.getArgsList_asU8()));
    const runnable = this.#container(invocation, name);
    const isInit = checkInit(invocation, name, runnable, input.getIsInit());
    if (runnable.installed === null)
      throw new Error(`chaincode definition for '${name}' exists, but chaincode is not installed`);
    const message = new peer.ChaincodeMessage();
    message.setType(isInit ? Type.INIT : Type.TRANSACTION);
    message.setPayload(input.serializeBinary());
    message.setTxid(invocation.transactionId);
    message.setChannelId(invocation.channel);
    message.setProposal(invocation.signedProposal);
    const context = new TransactionContext(invocation, name, isInit);
    return this.#connection(runnable.installed).execute(context, message, this.options.executeTimeoutMs);
  }

  #approvedPackage(simulator: Simulator, name: string, sequence: number): InstalledChaincode {
    const approvals = privateState(simulator.view.privateState, this.options.mspId);
    const packageId = readPackageId(approvals, name, sequence);
    if (packageId === null) {
      throw new Error(
        `chaincode definition for '${name}' at sequence ${sequence} on channel '${simulator.view.channel}' has not yet been approved by this org`,
      );
    }
    const installed = this.options.installed.find(packageId);
    if (installed === null) {
      throw new Error(`chaincode definition for '${name}' exists, but chaincode is not installed`);
    }
    return installed;
  }

  #connection(installed: InstalledChaincode): ChaincodeConnection {
    const known = this.#connections.get(installed.packageId);
    if (known !== undefined) return known;
    const connection = new ChaincodeConnection(installed, (context, spec) => this.#invokeOther(context, spec));
    this.#connections.set(installed.packageId, connection);
    return connection;
  }

  /** One chaincode calls another, on its own channel or, then only to read, on another one. */
  async #invokeOther(context: TransactionContext, spec: peer.ChaincodeSpec): Promise<peer.ChaincodeMessage> {
    const { invocation } = context;
    const { name, channel } = targetOf(spec, invocation.channel);
    const view = channel === invocation.channel ? invocation.view : this.options.viewOf(channel);
    if (view === null) {
      throw new Error(
        this.isSystem(name)
          ? `failed to find ledger for channel: ${channel}`
          : `Failed to get policy manager for channel [${channel}]`,
      );
    }
    if (!this.isSystem(name)) this.options.checkCall(view, invocation);
    const input = spec.getInput() ?? new peer.ChaincodeInput();
    if (channel === invocation.channel) return this.#invoke(invocation, name, input).catch(rethrow);
    const simulator = new Simulator(view.simulationView(), invocation.transactionId);
    try {
      return await this.#invoke({ ...invocation, channel, view, simulator }, name, input).catch(rethrow);
    } finally {
      simulator.view.release();
    }
  }
}

/** A name as chaincodes call it, `name:version/channel`; version and channel may be left out. */
function targetOf(spec: peer.ChaincodeSpec, ownChannel: string): { name: string; channel: string } {
  const [names = '', channel = ownChannel] = (spec.getChaincodeId()?.getName() ?? '').split('/');
  return { name: names.split(':')[0] ?? '', channel };
}

function rethrow(error: unknown): never {
  throw new Error(`execute failed: ${reasonOf(error)}`, { cause: error });
}

/** How a chaincode of the peer's own ends, as one in a process would. */
function ended(invocation: Invocation, run: () => peer.Response): peer.ChaincodeMessage {
  const message = new peer.ChaincodeMessage();
  try {
    message.setPayload(run().serializeBinary());
    message.setType(Type.COMPLETED);
  } catch (error) {
    message.setPayload(Buffer.from(reasonOf(error)));
    message.setType(Type.ERROR);
  }
  message.setTxid(invocation.transactionId);
  message.setChannelId(invocation.channel);
  return message;
}

function resultOf(message: peer.ChaincodeMessage, name: string, transactionId: string): ChaincodeResult {
  if (message.getType() === Type.ERROR) {
    throw new Error(`transaction returned with failure: ${Buffer.from(message.getPayload_asU8()).toString()}`);
  }
  const event = message.getChaincodeEvent() ?? null;
  event?.setChaincodeId(name);
  event?.setTxId(transactionId);
  return { response: peer.Response.deserializeBinary(message.getPayload_asU8()), event };
}
