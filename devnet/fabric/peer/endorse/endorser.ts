import { peer } from '@hyperledger/fabric-protos';
import type { ledger } from '@hyperledger/fabric-protos';
import type { Msp } from '../../msp/msp.js';
import type { SigningIdentity } from '../../msp/signingIdentity.js';
import { checkIdentityAcl } from '../acl.js';
import type { ChaincodeExecution } from '../chaincode/execution.js';
import type { ChannelView } from '../channelView.js';
import type { ChaincodeResult, Invocation } from '../invocation.js';
import { unpackProposal } from '../messages/proposal.js';
import type { UnpackedProposal } from '../messages/proposal.js';
import { reasonOf, responseOf } from '../messages/response.js';
import { Simulator } from '../simulate/simulator.js';
import { checkFilters, checkProposal } from './proposalRules.js';

/** From here on a response is the chaincode's way to say that it failed. */
const ERROR_THRESHOLD = 400;
const ERROR = 500;
/** They only look at the ledger, so their calls have no simulation. */
const WITHOUT_SIMULATOR = new Set(['qscc', 'cscc']);

/** Its state is read where a chaincode is not defined yet; nobody endorses for it. */
const LEGACY_LIFECYCLE = 'lscc';

export interface EndorserOptions {
  readonly identity: SigningIdentity;
  readonly local: Msp;
  readonly execution: ChaincodeExecution;
  readonly viewOf: (channel: string) => ChannelView | null;
  /** Hands private data of a simulated transaction to those who keep it, until the block comes. */
  readonly distribute: (channel: string, transactionId: string, set: ledger.rwset.TxPvtReadWriteSet) => void;
}

/** A proposal that was refused before it was run: an error of the call, not a response. */
export class ProposalRefusal extends Error {
  override readonly name = 'ProposalRefusal';

  constructor(
    message: string,
    options: ErrorOptions,
    /** True where it did not even come to the endorser. */
    readonly filtered: boolean,
  ) {
    super(message, options);
  }
}

interface Simulated extends ChaincodeResult {
  readonly results: Uint8Array;
  readonly interest: peer.ChaincodeInterest | null;
}

/** Endorses proposals for one peer (`protos.Endorser`). */
export class Endorser {
  constructor(private readonly options: EndorserOptions) {}

  /** Throws `ProposalRefusal` where the proposal itself is at fault; what went wrong later is a response of status 500. */
  async processProposal(signedProposal: peer.SignedProposal): Promise<peer.ProposalResponse> {
    const proposal = refusing(() => unpackProposal(signedProposal));
    refusing(() => checkFilters(proposal), true);
    const channel = proposal.channelHeader.getChannelId();
    const view = channel === '' ? null : this.options.viewOf(channel);
    if (channel !== '' && view === null) return failed(`channel '${channel}' not found`);
    refusing(() => this.#check(proposal, view));
    try {
      return await this.#endorse(proposal, view);
    } catch (error) {
      return failed(reasonOf(error));
    }
  }

  #check(proposal: UnpackedProposal, view: ChannelView | null): void {
    const creator = checkProposal(proposal, view, this.options.local);
    if (view === null) return;
    const id = proposal.channelHeader.getTxId();
    if (view.transaction(id) !== null) {
      const creator = Buffer.from(proposal.signed.identity).toString('hex');
      throw new Error(`duplicate transaction found [${id}]. Creator [${creator}]`);
    }
    if (!this.options.execution.isSystem(proposal.chaincode)) {
      checkIdentityAcl(view, 'peer/Propose', [creator]);
    }
  }

  async #endorse(proposal: UnpackedProposal, view: ChannelView | null): Promise<peer.ProposalResponse> {
    const simulated = view !== null && !WITHOUT_SIMULATOR.has(proposal.chaincode);
    const id = proposal.channelHeader.getTxId();
    const simulator = simulated ? new Simulator(view.simulationView(), id) : null;
    const invocation: Invocation = {
      channel: proposal.channelHeader.getChannelId(),
      transactionId: id,
      view,
      simulator,
      signedProposal: proposal.signedProposal,
      signed: proposal.signed,
      called: proposal.chaincode,
    };
    try {
      return this.#respond(proposal, this.#version(invocation), await this.#simulate(invocation, proposal.input));
    } finally {
      simulator?.view.release();
    }
  }

  #version(invocation: Invocation): string {
    try {
      return this.options.execution.runnable(invocation, invocation.called).version;
    } catch (error) {
      throw new Error(
        `make sure the chaincode ${invocation.called} has been successfully defined on channel ${invocation.channel} and try again: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  }

  async #simulate(invocation: Invocation, input: peer.ChaincodeInput): Promise<Simulated> {
    const { execution, distribute } = this.options;
    try {
      const result = await execution.execute(invocation, invocation.called, input);
      const { simulator } = invocation;
      if (simulator === null) return { ...result, results: new Uint8Array(), interest: null };
      const { publicSet, privateSet, namespaces } = simulator.results();
      if (privateSet !== null) distribute(invocation.channel, invocation.transactionId, privateSet);
      const interest = simulator.touched.interest(
        namespaces,
        (name) => execution.isSystem(name) || name === LEGACY_LIFECYCLE,
      );
      return { ...result, results: publicSet, interest };
    } catch (error) {
      throw new Error(`error in simulation: ${reasonOf(error)}`, { cause: error });
    }
  }

  #respond(proposal: UnpackedProposal, version: string, simulated: Simulated): peer.ProposalResponse {
    const message = new peer.ProposalResponse();
    message.setResponse(simulated.response);
    if (simulated.interest !== null) message.setInterest(simulated.interest);
    const status = simulated.response.getStatus();
    const payload = responsePayload(proposal, version, simulated);
    if (status >= ERROR) message.setPayload(payload);
    if (status >= ERROR_THRESHOLD || proposal.channelHeader.getChannelId() === '') return message;
    message.setVersion(1);
    message.setPayload(payload);
    message.setEndorsement(this.#endorsement(payload));
    return message;
  }

  #endorsement(payload: Uint8Array): peer.Endorsement {
    const { serialized, sign } = this.options.identity;
    const endorsement = new peer.Endorsement();
    endorsement.setEndorser(serialized);
    endorsement.setSignature(sign(Buffer.concat([payload, serialized])));
    return endorsement;
  }
}

function responsePayload(proposal: UnpackedProposal, version: string, simulated: Simulated): Uint8Array {
  const chaincode = new peer.ChaincodeID();
  chaincode.setName(proposal.chaincode);
  chaincode.setVersion(version);
  const action = new peer.ChaincodeAction();
  action.setResults(simulated.results);
  if (simulated.event !== null) action.setEvents(simulated.event.serializeBinary());
  action.setResponse(simulated.response);
  action.setChaincodeId(chaincode);
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(proposal.hash);
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

function failed(message: string): peer.ProposalResponse {
  const response = new peer.ProposalResponse();
  response.setResponse(responseOf(ERROR, message));
  return response;
}

function refusing<T>(run: () => T, filtered = false): T {
  try {
    return run();
  } catch (error) {
    throw new ProposalRefusal(reasonOf(error), { cause: error }, filtered);
  }
}
