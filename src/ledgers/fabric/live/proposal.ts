import { createHash } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, hash, type Gateway, type Proposal } from '@hyperledger/fabric-gateway';
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../../errors/index.js';
import type { EvaluateRequest, FabricCreator, ToSign } from '../../ledger.js';
import type { Peer } from './peer.js';

/** A proposal, new each time (its nonce is): bytes to be signed by the creator. Nothing is asked of a peer. */
export function propose(channel: string, request: EvaluateRequest, { mspId, certificate }: FabricCreator): ToSign {
  // Never connected: making a proposal talks to nobody.
  const client = new Client('localhost:0', credentials.createInsecure());
  const session = connect({ client, identity: { mspId, credentials: Buffer.from(certificate) } });
  try {
    const proposal = proposalOf(session, channel, request);
    const bytes = gateway.ProposedTransaction.deserializeBinary(proposal.getBytes())
      .getProposal()
      ?.getProposalBytes_asU8();
    if (bytes === undefined) throw new TypeError('A proposal without its bytes');
    return toSign(proposal.getTransactionId(), bytes);
  } finally {
    session.close();
    client.close();
  }
}

function proposalOf(session: Gateway, channel: string, request: EvaluateRequest): Proposal {
  const { endorsingOrganizations: organizations } = request;
  const contract = session.getNetwork(channel).getContract(request.chaincode, request.contract ?? undefined);
  return contract.newProposal(request.function, {
    arguments: [...request.arguments],
    transientData: request.transient,
    ...(organizations.length === 0 ? {} : { endorsingOrganizations: [...organizations] }),
  });
}

/** A gateway session that signs nothing by itself: signatures come with the bytes. */
export const unsignedSession = (peerToUse: Peer, timeoutMs: number): Gateway =>
  connect({
    client: peerToUse.client,
    // The bytes name their creator themselves.
    identity: { mspId: '', credentials: new Uint8Array(0) },
    hash: hash.none,
    endorseOptions: () => ({ deadline: Date.now() + timeoutMs }),
    submitOptions: () => ({ deadline: Date.now() + timeoutMs }),
  });

export const toSign = (transactionId: string, bytes: Uint8Array): ToSign => ({
  transactionId,
  bytes,
  digest: createHash('sha256').update(bytes).digest(),
});

/** What the bytes of a proposal say, as far as the transaction made of it has to repeat it. */
export interface OpenProposal {
  readonly transactionId: string;
  readonly header: common.Header;
  /** `peer.ChaincodeInvocationSpec` bytes. */
  readonly input: Uint8Array;
}

/** Errors: `INPUT_INVALID` where the bytes are no proposal for the channel. */
export function openProposal(bytes: Uint8Array, channel: string): OpenProposal {
  return opened('proposal', channel, () => {
    const proposal = peer.Proposal.deserializeBinary(bytes);
    const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
    const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
    return { ...channelOf(header), header, input: payload.getInput_asU8() };
  });
}

export interface OpenTransaction extends OpenProposal {
  /** What the chaincode answered. */
  readonly result: Uint8Array;
}

/** The payload of an envelope. Errors: `INPUT_INVALID` where the bytes are no transaction of the channel. */
export function openTransaction(bytes: Uint8Array, channel: string): OpenTransaction {
  return opened('transaction', channel, () => {
    const payload = common.Payload.deserializeBinary(bytes);
    const header = payload.getHeader() ?? new common.Header();
    const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
    const called = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array(0));
    const answer = peer.ProposalResponsePayload.deserializeBinary(
      called.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array(0),
    );
    const result = peer.ChaincodeAction.deserializeBinary(answer.getExtension_asU8()).getResponse();
    const input = peer.ChaincodeProposalPayload.deserializeBinary(called.getChaincodeProposalPayload_asU8());
    return {
      ...channelOf(header),
      header,
      input: input.getInput_asU8(),
      result: result?.getPayload_asU8() ?? new Uint8Array(0),
    };
  });
}

/**
 * What is given to ordering: an endorsed transaction, or an update of the channel's configuration, which may have no transaction id.
 * Errors: `INPUT_INVALID`.
 */
export function openOrdered(
  bytes: Uint8Array,
  channel: string,
): { readonly transactionId: string; readonly isUpdate: boolean } {
  const update = updateOf(bytes, channel);
  if (update !== null) return { ...update, isUpdate: true };
  return { transactionId: openTransaction(bytes, channel).transactionId, isUpdate: false };
}

/** Null where the bytes are something else than an update of that channel. */
function updateOf(bytes: Uint8Array, ours: string): { readonly transactionId: string } | null {
  try {
    const header = common.Payload.deserializeBinary(bytes).getHeader() ?? new common.Header();
    const { type, channel, transactionId } = channelOf(header);
    return type === common.HeaderType.CONFIG_UPDATE && channel === ours ? { transactionId } : null;
  } catch {
    return null; // Said by whoever reads it as a transaction.
  }
}

interface ChannelFacts {
  readonly type: number;
  readonly channel: string;
  readonly transactionId: string;
}

function channelOf(header: common.Header): ChannelFacts {
  const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  return {
    ...{ type: channelHeader.getType(), channel: channelHeader.getChannelId() },
    transactionId: channelHeader.getTxId(),
  };
}

function opened<T extends OpenProposal & { readonly channel: string }>(
  what: 'proposal' | 'transaction',
  channel: string,
  open: () => T,
): T {
  const unusable = (got: string, cause?: unknown): ParleyError =>
    new ParleyError('INPUT_INVALID', `The bytes are no ${what} of channel ${channel}`, { got, cause });
  let read: T;
  try {
    read = open();
  } catch (error) {
    throw unusable('bytes that cannot be read', error);
  }
  if (read.channel !== channel || read.transactionId === '') throw unusable(`channel “${read.channel}”`);
  return read;
}

/** Whether a transaction is the one that was proposed: the same creator, nonce, chaincode and arguments. */
export const isOf = (transaction: OpenTransaction, proposal: OpenProposal): boolean =>
  same(transaction.header.getChannelHeader_asU8(), proposal.header.getChannelHeader_asU8()) &&
  same(transaction.header.getSignatureHeader_asU8(), proposal.header.getSignatureHeader_asU8()) &&
  same(transaction.input, proposal.input);

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
