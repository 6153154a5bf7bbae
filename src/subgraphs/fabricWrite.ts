import { ParleyError } from '../errors/index.js';
import type { Signer } from '../keys/signer.js';
import type { EvaluateRequest, FabricCaller, FabricLedger } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { RequestContext } from './context.js';
import { packEnvelope } from './fabricSender.js';
import { loadersOf } from './loaders.js';
import type { WriteSteps } from './writes.js';

/** More than any chaincode's function takes; keeps one request from holding a peer. */
const MAX_ARGUMENTS = 100;

/** What is called, as EvaluateInput and SubmitInput say it; bytes as 0x-prefixed hex. */
export interface CallWanted {
  readonly chaincode: string;
  readonly contract?: string | null;
  readonly function: string;
  readonly arguments?: readonly string[] | null;
  readonly argumentsBytes?: readonly string[] | null;
  readonly transient?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly endorsingOrganizations?: readonly string[] | null;
}

/** Errors: `INPUT_INVALID`. */
export function chaincodeRequest(wanted: CallWanted): EvaluateRequest {
  if (wanted.chaincode === '')
    throw new ParleyError('INPUT_INVALID', 'No chaincode is named', { expected: 'its name' });
  return {
    chaincode: wanted.chaincode,
    contract: wanted.contract ?? null,
    function: wanted.function,
    arguments: argumentsOf(wanted),
    transient: transientOf(wanted.transient ?? []),
    endorsingOrganizations: wanted.endorsingOrganizations ?? [],
  };
}

function argumentsOf({ arguments: texts, argumentsBytes: bytes }: CallWanted): Uint8Array[] {
  if (texts != null && bytes != null) {
    throw new ParleyError('INPUT_INVALID', 'Arguments were given twice', {
      expected: '`arguments` or `argumentsBytes`',
    });
  }
  const given = bytes?.map(bytesOf) ?? texts?.map((argument) => Buffer.from(argument, 'utf8')) ?? [];
  if (given.length <= MAX_ARGUMENTS) return given;
  throw new ParleyError('INPUT_INVALID', 'That is too many arguments', { got: given.length, expected: MAX_ARGUMENTS });
}

function transientOf(entries: NonNullable<CallWanted['transient']>): Record<string, Uint8Array> {
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return Object.fromEntries(entries.map(({ name, value }) => [name, bytesOf(value)]));
  throw new ParleyError('INPUT_INVALID', 'Transient data has one name twice', {
    got: twice,
    expected: 'each name once',
  });
}

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.slice(2), 'hex');

/** What the caller gave of a call, for the digest of the input; transient data goes no further than into that digest. */
export const callOf = (wanted: CallWanted): object => ({
  ...{ chaincode: wanted.chaincode, contract: wanted.contract ?? null, function: wanted.function },
  ...{ arguments: wanted.arguments ?? null, argumentsBytes: wanted.argumentsBytes ?? null },
  transient: wanted.transient?.map(({ name, value }) => ({ name, value })) ?? null,
  endorsingOrganizations: wanted.endorsingOrganizations ?? null,
});

/**
 * Whether a call changes what the channel's other transactions are judged by. Each of them has read the sequence of its chaincode's
 * definition, and is valid only while that is the one it read.
 */
export const altersRules = ({ chaincode, function: name }: Pick<EvaluateRequest, 'chaincode' | 'function'>): boolean =>
  chaincode === '_lifecycle' && name === 'CommitChaincodeDefinition';

/** The id of a channel that the caller sees. Errors: `INPUT_INVALID`. */
export function channelId({ scope }: RequestContext, id: string): LedgerId {
  const channel = scope.ledgers.find((ledger) => ledger === id && ledger.startsWith('fabric:'));
  if (channel !== undefined) return channel;
  throw new ParleyError('INPUT_INVALID', 'There is no such channel', { got: id, expected: "a channel's id" });
}

/** The organisations whose members may call on a channel, as indexed; null where its configuration is not indexed yet. */
export async function organizationsOn(context: RequestContext, channel: LedgerId): Promise<ReadonlySet<string> | null> {
  const rows = (await loadersOf(context).memberships()).filter(({ ledger }) => ledger === channel);
  const active = rows.filter(({ role, status }) => role === 'MEMBER' && status === 'ACTIVE');
  return rows.length === 0 ? null : new Set(active.map(({ nativeId }) => nativeId));
}

/** A signer as a client of a channel. Errors: `SIGNER_UNKNOWN`. */
export function fabricCaller(signer: Signer): FabricCaller {
  const { identity } = signer;
  if (identity.kind === 'fabric') {
    return { creator: identity, sign: (bytes) => signer.sign(bytes) };
  }
  throw new ParleyError('SIGNER_UNKNOWN', `Signer ${signer.id} has no certificate`, {
    expected: 'a signer with a Fabric identity',
  });
}

/** Proposes, has endorsed, signs and orders a transaction. What was sent is never endorsed again. */
export async function submitAs(
  ledger: FabricLedger,
  request: EvaluateRequest,
  { creator, sign }: FabricCaller,
  steps: WriteSteps,
): Promise<void> {
  const proposal = await ledger.propose(request, creator);
  const endorsed = await ledger.endorse(proposal.bytes, await sign(proposal.bytes), request, steps.signal);
  await sendEnvelope(steps, { ...endorsed, signature: await sign(endorsed.bytes) });
}

export interface SignedEnvelope {
  readonly transactionId: string;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly result: Uint8Array;
}

/** Journals a signed transaction and has it ordered. */
export function sendEnvelope(steps: WriteSteps, sent: SignedEnvelope): Promise<void> {
  return steps.send({
    transaction: sent.transactionId,
    bytes: packEnvelope(sent.bytes, sent.signature),
    answer: Buffer.from(sent.result).toString('base64'),
  });
}
