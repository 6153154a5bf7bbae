import { createPrivateKey } from 'node:crypto';
import { Client, credentials } from '@grpc/grpc-js';
import {
  connect,
  hash,
  signers,
  type Gateway,
  type SubmittedTransaction,
  type Transaction,
} from '@hyperledger/fabric-gateway';
import { common, peer } from '@hyperledger/fabric-protos';
import { PARTIES, type Party, type StoryOrganization } from './storyWorld.js';

/** One call of a chaincode function. */
export interface Call {
  readonly channel: string;
  readonly chaincode: string;
  readonly name: string;
  readonly args: readonly (string | number)[];
  readonly transient?: Readonly<Record<string, string>>;
  /** Only these parties endorse; absent: whoever the policy asks for. */
  readonly endorsers?: readonly Party[];
}

/** What became of a transaction in its block. */
export interface Outcome {
  readonly transactionId: string;
  readonly blockNumber: bigint;
  readonly valid: boolean;
  /** Name of the validation code, as in `MVCC_READ_CONFLICT`. */
  readonly validationCode: string;
}

/** The three parties' applications: each calls chaincode through its own peer, as `user1`. */
export interface FabricClient {
  /** The result as JSON; throws what the chaincode or the peer said. */
  evaluate<T>(party: Party, call: Call): Promise<T>;
  /** Submits and waits for the block; throws where the transaction is refused there. */
  submit(party: Party, call: Call): Promise<Outcome>;
  /** As `submit`, but being refused in the block is an outcome too. */
  attempt(party: Party, call: Call): Promise<Outcome>;
  /** Endorses all calls before it submits the first, so that calls on the same key conflict. */
  race(calls: readonly { readonly party: Party; readonly call: Call }[]): Promise<readonly Outcome[]>;
  /** How many blocks of a channel the party's own peer has. */
  height(party: Party, channel: string): Promise<number>;
  close(): void;
}

const TIMEOUT_MS = 30_000;

/** Connects the parties. Nothing is sent before the first call. */
export function connectFabric(organizations: readonly StoryOrganization[]): FabricClient {
  const gateways = new Map(organizations.map((organization) => [organization.mspId, openGateway(organization)]));
  const contractOf = (party: Party, { channel, chaincode }: Call) => {
    const found = gateways.get(PARTIES[party]);
    if (found === undefined) throw new Error(`The story's world lacks ${PARTIES[party]}`);
    return found.gateway.getNetwork(channel).getContract(chaincode);
  };
  const endorse = async (party: Party, call: Call): Promise<Transaction> =>
    contractOf(party, call).newProposal(call.name, proposalOptions(call)).endorse();
  const attempt = async (party: Party, call: Call): Promise<Outcome> => {
    const transaction = await endorse(party, call);
    return outcomeOf(await transaction.submit());
  };
  return {
    attempt,
    evaluate: async <T>(party: Party, call: Call): Promise<T> => {
      const bytes = await contractOf(party, call).evaluate(call.name, proposalOptions(call));
      return JSON.parse(Buffer.from(bytes).toString('utf8')) as T;
    },
    submit: async (party, call) => requireValid(call, await attempt(party, call)),
    race: async (calls) => {
      const endorsed = await Promise.all(calls.map(({ party, call }) => endorse(party, call)));
      return Promise.all(endorsed.map(async (transaction) => outcomeOf(await transaction.submit())));
    },
    height: async (party, channel) => {
      const call = { channel, chaincode: 'qscc', name: 'GetChainInfo', args: [channel] };
      const bytes = await contractOf(party, call).evaluate(call.name, proposalOptions(call));
      return common.BlockchainInfo.deserializeBinary(bytes).getHeight();
    },
    close: () => {
      for (const { gateway, client } of gateways.values()) {
        gateway.close();
        client.close();
      }
    },
  };
}

function openGateway({ mspId, peerEndpoint, tlsRootCertificatePem, users }: StoryOrganization): {
  readonly gateway: Gateway;
  readonly client: Client;
} {
  const user = users['user1'];
  if (user === undefined) throw new Error(`${mspId} has no user1`);
  const client = new Client(peerEndpoint, credentials.createSsl(Buffer.from(tlsRootCertificatePem)));
  const deadline = () => ({ deadline: Date.now() + TIMEOUT_MS });
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(user.certificatePem) },
    signer: signers.newPrivateKeySigner(createPrivateKey(user.privateKeyPem)),
    hash: hash.sha256,
    evaluateOptions: deadline,
    endorseOptions: deadline,
    submitOptions: deadline,
    commitStatusOptions: deadline,
  });
  return { gateway, client };
}

function proposalOptions({ args, transient, endorsers }: Call) {
  return {
    arguments: args.map(String),
    ...(transient === undefined ? {} : { transientData: transient }),
    ...(endorsers === undefined ? {} : { endorsingOrganizations: endorsers.map((party) => PARTIES[party]) }),
  };
}

async function outcomeOf(submitted: SubmittedTransaction): Promise<Outcome> {
  const { transactionId, blockNumber, successful, code } = await submitted.getStatus();
  return { transactionId, blockNumber, valid: successful, validationCode: validationCodeName(code) };
}

function validationCodeName(code: number): string {
  const names = Object.entries(peer.TxValidationCode);
  return names.find(([, value]) => value === code)?.[0] ?? String(code);
}

function requireValid(call: Call, outcome: Outcome): Outcome {
  if (outcome.valid) return outcome;
  throw new Error(
    `${call.name} on ${call.channel} was refused in block ${outcome.blockNumber}: ${outcome.validationCode}`,
  );
}
