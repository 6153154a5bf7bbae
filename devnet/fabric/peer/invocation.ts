import type { peer } from '@hyperledger/fabric-protos';
import type { SignedData } from '../ports.js';
import type { ChannelView } from './channelView.js';
import type { Simulator } from './simulate/simulator.js';

/** One call of a chaincode on behalf of a proposal. */
export interface Invocation {
  /** Empty where the proposal names no channel. */
  readonly channel: string;
  readonly transactionId: string;
  /** Null where the proposal names no channel. */
  readonly view: ChannelView | null;
  /** Null for the chaincodes that only look at the ledger. */
  readonly simulator: Simulator | null;
  readonly signedProposal: peer.SignedProposal;
  /** The creator's signature over the proposal. */
  readonly signed: SignedData;
  /** The chaincode that the proposal itself calls. */
  readonly called: string;
}

export interface ChaincodeResult {
  readonly response: peer.Response;
  readonly event: peer.ChaincodeEvent | null;
}

/** A chaincode that is part of the peer. */
export interface SystemChaincode {
  invoke(invocation: Invocation, args: readonly Uint8Array[]): peer.Response;
}
