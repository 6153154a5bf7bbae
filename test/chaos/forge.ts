import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { headerHash } from '../../src/ledgers/fabric/wire/header.js';
import { recordedBytes } from '../unit/ledgers/fabric/recorded.js';

// Blocks after those of the recorded channel, linked as they must be. Nobody signs them: orderers' keys are not in a recording.

/** One envelope of a block, with the code that the peer gave it. */
export interface Entry {
  readonly envelope: Uint8Array;
  readonly code: number;
}

const last = (blocks: readonly Uint8Array[]): common.Block =>
  common.Block.deserializeBinary(blocks.at(-1) ?? new Uint8Array(0));

/** The chain with one more block of these. `keep`: as many of the blocks at its beginning. */
export function extended(blocks: readonly Uint8Array[], entries: readonly Entry[]): Uint8Array[] {
  const before = last(blocks).getHeader();
  if (before === undefined) throw new Error('The block before has no header');
  const data = new common.BlockData();
  data.setDataList(entries.map(({ envelope }) => envelope));
  const digest = createHash('sha256');
  for (const { envelope } of entries) digest.update(envelope);
  const header = new common.BlockHeader();
  header.setNumber(before.getNumber() + 1);
  header.setPreviousHash(Buffer.from(headerHash(before), 'hex'));
  header.setDataHash(digest.digest());
  const metadata = new common.BlockMetadata();
  const items = last(recordedBytes).getMetadata()?.getMetadataList_asU8() ?? [];
  metadata.setMetadataList(
    items.map((item, index) =>
      index === common.BlockMetadataIndex.TRANSACTIONS_FILTER ? Uint8Array.from(entries, ({ code }) => code) : item,
    ),
  );
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(metadata);
  return [...blocks, block.serializeBinary()];
}

/** An envelope of the recorded channel. */
export function recordedEnvelope(number: number, index = 0): Uint8Array {
  const block = common.Block.deserializeBinary(recordedBytes[number] ?? new Uint8Array(0));
  const found = block.getData()?.getDataList_asU8()[index];
  if (found === undefined) throw new Error(`Block ${number} has no envelope ${index}`);
  return found;
}

/** What is changed in a recorded transaction. */
export interface Changes {
  readonly id?: string;
  readonly function?: string;
  readonly arguments?: readonly Uint8Array[];
  readonly event?: { readonly name: string; readonly payload: Uint8Array };
}

/** A recorded transaction with another id, other arguments or another event; its signatures hold no longer. */
export function changedTransaction(number: number, changes: Changes): Uint8Array {
  const envelope = common.Envelope.deserializeBinary(recordedEnvelope(number));
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  if (changes.id !== undefined) {
    const header = payload.getHeader();
    const channel = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array(0));
    channel.setTxId(changes.id);
    header?.setChannelHeader(channel.serializeBinary());
  }
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const [action] = transaction.getActionsList();
  if (action === undefined) throw new Error(`Block ${number} has no transaction`);
  action.setPayload(changedAction(action.getPayload_asU8(), changes));
  payload.setData(transaction.serializeBinary());
  envelope.setPayload(payload.serializeBinary());
  return envelope.serializeBinary();
}

function changedAction(bytes: Uint8Array, changes: Changes): Uint8Array {
  const action = peer.ChaincodeActionPayload.deserializeBinary(bytes);
  if (changes.arguments !== undefined || changes.function !== undefined) {
    const proposal = peer.ChaincodeProposalPayload.deserializeBinary(action.getChaincodeProposalPayload_asU8());
    const invocation = peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
    const input = invocation.getChaincodeSpec()?.getInput();
    const [name = new Uint8Array(0), ...rest] = input?.getArgsList_asU8() ?? [];
    input?.setArgsList([
      changes.function === undefined ? name : Buffer.from(changes.function),
      ...(changes.arguments ?? rest),
    ]);
    proposal.setInput(invocation.serializeBinary());
    action.setChaincodeProposalPayload(proposal.serializeBinary());
  }
  const { event } = changes;
  if (event !== undefined) {
    const endorsed = action.getAction();
    const response = peer.ProposalResponsePayload.deserializeBinary(
      endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(0),
    );
    const result = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
    const told = new peer.ChaincodeEvent();
    told.setChaincodeId(result.getChaincodeId()?.getName() ?? '');
    told.setTxId(changes.id ?? '');
    told.setEventName(event.name);
    told.setPayload(event.payload);
    result.setEvents(told.serializeBinary());
    response.setExtension$(result.serializeBinary());
    endorsed?.setProposalResponsePayload(response.serializeBinary());
  }
  return action.serializeBinary();
}
