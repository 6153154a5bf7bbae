import { ParleyError } from '../../errors/index.js';
import type { EvaluateRequest } from '../../ledgers/ledger.js';
import type { RequestContext } from '../context.js';
import { fabricLedger } from '../ledgerFacts.js';
import type { EvaluateInput } from './evaluate.js';

/** More than any chaincode's function takes; keeps one request from holding a peer. */
const MAX_ARGUMENTS = 100;

/** Runs a chaincode function with the identity that Parley reads the channel as. Errors: `FEATURE_NOT_BUILT`, `INPUT_INVALID`, the ledger's. */
export async function evaluate(context: RequestContext, input: EvaluateInput): Promise<Uint8Array> {
  refuseSigner(input);
  const channel = context.scope.ledgers.find((id) => id === input.channel && id.startsWith('fabric:'));
  if (channel === undefined) {
    throw new ParleyError('INPUT_INVALID', 'There is no such channel', {
      got: input.channel,
      expected: "a channel's id",
    });
  }
  const ledger = await fabricLedger(context, channel);
  return ledger.evaluate(requestOf(input), context.signal);
}

function refuseSigner({ signer }: EvaluateInput): void {
  if (signer == null) return;
  throw new ParleyError('FEATURE_NOT_BUILT', 'Signers have not been built yet', {
    fix: 'Leave `signer` out: the function runs with the identity that Parley reads the channel as.',
  });
}

function requestOf(input: EvaluateInput): EvaluateRequest {
  return {
    chaincode: input.chaincode,
    contract: input.contract ?? null,
    function: input.function,
    arguments: argumentsOf(input),
    transient: Object.fromEntries((input.transient ?? []).map(({ name, value }) => [name, bytesOf(value)])),
    endorsingOrganizations: input.endorsingOrganizations ?? [],
  };
}

function argumentsOf({ arguments: texts, argumentsBytes: bytes }: EvaluateInput): Uint8Array[] {
  if (texts != null && bytes != null) {
    throw new ParleyError('INPUT_INVALID', 'Arguments were given twice', {
      expected: '`arguments` or `argumentsBytes`',
    });
  }
  const given = bytes?.map(bytesOf) ?? texts?.map((argument) => Buffer.from(argument, 'utf8')) ?? [];
  if (given.length <= MAX_ARGUMENTS) return given;
  throw new ParleyError('INPUT_INVALID', 'That is too many arguments', { got: given.length, expected: MAX_ARGUMENTS });
}

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.slice(2), 'hex');
