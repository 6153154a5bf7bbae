import { common, peer } from '@hyperledger/fabric-protos';
import type { SignedData } from '../../ports.js';
import { proposalHash } from './transaction.js';

/** A proposal with its layers decoded. */
export interface UnpackedProposal {
  readonly signedProposal: peer.SignedProposal;
  readonly header: common.Header;
  readonly channelHeader: common.ChannelHeader;
  readonly signatureHeader: common.SignatureHeader;
  readonly chaincode: string;
  readonly input: peer.ChaincodeInput;
  /** `ChaincodeProposalPayload` as it goes into the transaction: without transient data. */
  readonly payloadWithoutTransient: Uint8Array;
  readonly hasTransientData: boolean;
  readonly hash: Uint8Array;
  /** The creator's signature over the proposal. */
  readonly signed: SignedData;
}

/** Throws in Fabric's words where a layer is missing or is not what it should be. */
export function unpackProposal(signedProposal: peer.SignedProposal): UnpackedProposal {
  const bytes = signedProposal.getProposalBytes_asU8();
  if (bytes.length === 0) throw new Error('a signed proposal is required');
  const proposal = decoded('Proposal', () => peer.Proposal.deserializeBinary(bytes));
  const header = decoded('Header', () => common.Header.deserializeBinary(proposal.getHeader_asU8()));
  const channelHeader = decoded('ChannelHeader', () =>
    common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
  );
  const signatureHeader = decoded('SignatureHeader', () =>
    common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()),
  );
  const chaincode = chaincodeOf(channelHeader);
  const payload = decoded('ChaincodeProposalPayload', () =>
    peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8()),
  );
  const input = inputOf(payload);
  const withoutTransient = new peer.ChaincodeProposalPayload();
  withoutTransient.setInput(payload.getInput_asU8());
  const payloadWithoutTransient = withoutTransient.serializeBinary();
  return {
    signedProposal,
    header,
    channelHeader,
    signatureHeader,
    chaincode,
    input,
    payloadWithoutTransient,
    hasTransientData: payload.getTransientmapMap().getLength() > 0,
    hash: proposalHash(header.getChannelHeader_asU8(), header.getSignatureHeader_asU8(), payloadWithoutTransient),
    signed: {
      data: bytes,
      identity: signatureHeader.getCreator_asU8(),
      signature: signedProposal.getSignature_asU8(),
    },
  };
}

function chaincodeOf(header: common.ChannelHeader): string {
  const extension = decoded('ChaincodeHeaderExtension', () =>
    peer.ChaincodeHeaderExtension.deserializeBinary(header.getExtension_asU8()),
  );
  const id = extension.getChaincodeId();
  if (id === undefined) throw new Error('ChaincodeHeaderExtension.ChaincodeId is nil');
  if (id.getName() === '') throw new Error('ChaincodeHeaderExtension.ChaincodeId.Name is empty');
  return id.getName();
}

function inputOf(payload: peer.ChaincodeProposalPayload): peer.ChaincodeInput {
  const invocation = decoded('ChaincodeInvocationSpec', () =>
    peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()),
  );
  const spec = invocation.getChaincodeSpec();
  if (spec === undefined) throw new Error('chaincode invocation spec did not contain chaincode spec');
  const input = spec.getInput();
  if (input === undefined) throw new Error('chaincode input did not contain any input');
  return input;
}

function decoded<T>(name: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new Error(`error unmarshalling ${name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
