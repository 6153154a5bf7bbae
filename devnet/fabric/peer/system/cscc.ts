import { common, peer } from '@hyperledger/fabric-protos';
import type { ChannelView } from '../channelView.js';
import type { Invocation, SystemChaincode } from '../invocation.js';
import { blockData, lastConfigIndex } from '../messages/block.js';
import { envelopeOf } from '../messages/transaction.js';
import { failure, reasonOf, success } from '../messages/response.js';

const NO_BLOCK =
  'Failed to reconstruct the genesis block, error unmarshalling Block: proto: cannot parse invalid wire-format data';

const EMPTY_BLOCK =
  '"JoinChain" request failed to extract channel id from the block due to [failed to retrieve channel id - block is empty]';

export interface ConfigurationOptions {
  readonly viewOf: (channel: string) => ChannelView | null;
  readonly views: () => readonly ChannelView[];
  /** Throws where the creator may not. */
  readonly checkAcl: (resource: string, invocation: Invocation, view: ChannelView | null) => void;
}

/** `cscc`: the channels of a peer and their configuration. */
export class ConfigurationChaincode implements SystemChaincode {
  readonly #functions: Readonly<Record<string, (invocation: Invocation, argument: Uint8Array) => peer.Response>> = {
    GetChannels: (invocation) => this.#channels(invocation),
    GetConfigBlock: (invocation, argument) => this.#configBlock(invocation, text(argument)),
    GetChannelConfig: (invocation, argument) => this.#channelConfig(invocation, text(argument)),
    JoinChain: (invocation, argument) => this.#join(invocation, argument),
  };

  constructor(private readonly options: ConfigurationOptions) {}

  invoke(invocation: Invocation, args: readonly Uint8Array[]): peer.Response {
    const [first, argument] = args;
    const name = first === undefined ? '' : text(first);
    if (first === undefined || (argument === undefined && name !== 'GetChannels')) {
      return failure(`Incorrect number of arguments, ${args.length}`);
    }
    if (invocation.called !== 'cscc') {
      return failure(`Rejecting invoke of CSCC from another chaincode, original invocation for '${invocation.called}'`);
    }
    const run = this.#functions[name];
    return run === undefined
      ? failure(`Requested function ${name} not found.`)
      : run(invocation, argument ?? new Uint8Array());
  }

  #channels(invocation: Invocation): peer.Response {
    const denied = this.#denied('GetChannels', '', invocation, null);
    if (denied !== null) return denied;
    const response = new peer.ChannelQueryResponse();
    for (const { name } of this.options.views()) {
      const info = new peer.ChannelInfo();
      info.setChannelId(name);
      response.addChannels(info);
    }
    return success(response.serializeBinary());
  }

  #configBlock(invocation: Invocation, channel: string): peer.Response {
    const view = this.options.viewOf(channel);
    if (view === null) return unknownChannel('GetConfigBlock', channel);
    const denied = this.#denied('GetConfigBlock', channel, invocation, view);
    if (denied !== null) return denied;
    return success(view.block(lastConfigIndex(view.block(view.height - 1))).serializeBinary());
  }

  #channelConfig(invocation: Invocation, channel: string): peer.Response {
    if (channel === '') return failure('empty channel name provided');
    const view = this.options.viewOf(channel);
    if (view === null) return unknownChannel('GetChannelConfig', channel);
    const denied = this.#denied('GetChannelConfig', channel, invocation, view);
    return denied ?? success(view.bundle.config.serializeBinary());
  }

  /** Peers here join by themselves as soon as their organisation is a member. */
  #join(invocation: Invocation, argument: Uint8Array): peer.Response {
    if (argument.length === 0) return failure(EMPTY_BLOCK);
    const channel = channelOf(argument);
    if (channel === null) return failure(NO_BLOCK);
    const denied = this.#denied('JoinChain', channel, invocation, null);
    if (denied !== null) return denied;
    if (this.options.viewOf(channel) === null) return success();
    return failure(`cannot create ledger from genesis block: ledger [${channel}] already exists with state [ACTIVE]`);
  }

  #denied(name: string, channel: string, invocation: Invocation, view: ChannelView | null): peer.Response | null {
    try {
      this.options.checkAcl(`cscc/${name}`, invocation, view);
      return null;
    } catch (error) {
      const about = channel === '' ? '' : `[${channel}]`;
      return failure(`access denied for [${name}]${about}: ${reasonOf(error)}`);
    }
  }
}

/** Access is asked for first, and without a channel nobody can say who has it. */
function unknownChannel(name: string, channel: string): peer.Response {
  const readers = '/Channel/Application/Readers';
  return failure(
    channel === ''
      ? `access denied for [${name}][]: Failed getting local MSP principal during channelless check policy with policy [${readers}]: [MSP Principal role [${readers}] not recognized]`
      : `access denied for [${name}][${channel}]: Failed to get policy manager for channel [${channel}]`,
  );
}

function channelOf(block: Uint8Array): string | null {
  try {
    const [first] = blockData(common.Block.deserializeBinary(block));
    return first === undefined ? null : envelopeOf(first).channelHeader.getChannelId();
  } catch {
    // Whoever sent something else than a block is told so.
    return null;
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
