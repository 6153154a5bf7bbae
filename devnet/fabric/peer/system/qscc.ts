import { isUtf8 } from 'node:buffer';
import { common, peer } from '@hyperledger/fabric-protos';
import type { ChannelView } from '../channelView.js';
import type { Invocation, SystemChaincode } from '../invocation.js';
import { blockData, headerHash } from '../messages/block.js';
import { failure, reasonOf, success } from '../messages/response.js';

/** `qscc`: blocks and transactions of a channel. */
export class QueryChaincode implements SystemChaincode {
  readonly #functions: Readonly<Record<string, (view: ChannelView, argument: Uint8Array) => peer.Response>> = {
    GetChainInfo: (view) => success(chainInfo(view).serializeBinary()),
    GetBlockByNumber: (view, argument) => blockByNumber(view, text(argument)),
    GetBlockByHash: (view, argument) => blockByHash(view, argument),
    GetTransactionByID: (view, argument) => transactionById(view, text(argument)),
    GetBlockByTxID: (view, argument) => blockByTransaction(view, text(argument)),
  };

  constructor(
    private readonly viewOf: (channel: string) => ChannelView | null,
    /** Throws where the creator may not. */
    private readonly checkAcl: (resource: string, invocation: Invocation, view: ChannelView) => void,
  ) {}

  invoke(invocation: Invocation, args: readonly Uint8Array[]): peer.Response {
    const [name = '', channel = ''] = args.map(text);
    if (args.length < 2) return failure(`Incorrect number of arguments, ${args.length}`);
    if (invocation.called !== 'qscc') {
      return failure(
        `Rejecting invoke of QSCC from another chaincode because of potential for deadlocks, original invocation for '${invocation.called}'`,
      );
    }
    const [, , argument] = args;
    if (name !== 'GetChainInfo' && argument === undefined) return failure(`missing 3rd argument for ${name}`);
    const view = this.viewOf(channel);
    if (view === null) return failure(`Invalid chain ID, ${channel}`);
    return this.#run(name, view, invocation, argument ?? new Uint8Array());
  }

  #run(name: string, view: ChannelView, invocation: Invocation, argument: Uint8Array): peer.Response {
    try {
      this.checkAcl(`qscc/${name}`, invocation, view);
    } catch (error) {
      return failure(`access denied for [${name}][${view.name}]: [${reasonOf(error)}]`);
    }
    const run = this.#functions[name];
    return run === undefined ? failure(`Requested function ${name} not found.`) : run(view, argument);
  }
}

function chainInfo(view: ChannelView): common.BlockchainInfo {
  const last = view.block(view.height - 1);
  const info = new common.BlockchainInfo();
  info.setHeight(view.height);
  info.setCurrentblockhash(headerHash(last));
  info.setPreviousblockhash(last.getHeader()?.getPreviousHash_asU8() ?? new Uint8Array());
  return info;
}

function blockByNumber(view: ChannelView, argument: string): peer.Response {
  if (!/^\d+$/.test(argument)) {
    return failure(`Failed to parse block number with error strconv.ParseUint: parsing "${argument}": invalid syntax`);
  }
  try {
    return success(view.block(blockNumberOf(argument, view)).serializeBinary());
  } catch (error) {
    return failure(`Failed to get block number ${argument}, error ${reasonOf(error)}`);
  }
}

/** The largest number of 64 bits stands for the last block. */
const blockNumberOf = (argument: string, view: ChannelView): number =>
  BigInt(argument) === 0xffffffffffffffffn ? view.height - 1 : Number(argument);

function blockByHash(view: ChannelView, hash: Uint8Array): peer.Response {
  const number = view.blockNumberOf(hash);
  if (number === null) {
    // Fabric says the bytes as they are, and fails where they are no text.
    if (!isUtf8(hash)) throw new Error('failed to marshal response: string field contains invalid UTF-8');
    const shown = Buffer.from(hash).toString('hex');
    return failure(`Failed to get block hash ${text(hash)}, error no such block hash [${shown}] in index`);
  }
  return success(view.block(number).serializeBinary());
}

function transactionById(view: ChannelView, id: string): peer.Response {
  const position = view.transaction(id);
  if (position === null) {
    return failure(`Failed to get transaction with id ${id}, error no such transaction ID [${id}] in index`);
  }
  const data = blockData(view.block(position.block))[position.index] ?? new Uint8Array();
  const processed = new peer.ProcessedTransaction();
  processed.setTransactionenvelope(common.Envelope.deserializeBinary(data));
  processed.setValidationcode(position.code);
  return success(processed.serializeBinary());
}

function blockByTransaction(view: ChannelView, id: string): peer.Response {
  const position = view.transaction(id);
  if (position === null) {
    return failure(`Failed to get block for txID ${id}, error no such transaction ID [${id}] in index`);
  }
  return success(view.block(position.block).serializeBinary());
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
