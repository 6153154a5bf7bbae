import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../context.js';
import { sendPrepared } from '../ethereumSigning.js';
import { prepareEthereum } from './ethereumStage.js';
import { endorseProposal, prepareSubmission, submitTransaction } from './fabricStages.js';
import type { PrepareInput, SubmitSignatureInput } from './inputs.js';
import { readContent, type KeptContent } from './kept.js';
import { SubmitSignaturePayload } from './payload.js';
import type { SigningRequest } from './request.js';

/** What is to be signed first for a write. Errors: `INPUT_INVALID` where the identity does not fit the ledger; those of the ledger. */
export function prepare(context: RequestContext, { identity, write }: PrepareInput): Promise<SigningRequest> {
  if (write.submit != null) {
    if (identity.fabric == null) throw unfit('submit', 'fabric');
    const { mspId, certificate } = identity.fabric;
    return prepareSubmission(context, write.submit, { mspId, certificate });
  }
  if (write.sendTransaction != null) {
    if (identity.address == null) throw unfit('sendTransaction', 'address');
    return prepareEthereum(context, write.sendTransaction, identity.address);
  }
  throw new ParleyError('INPUT_INVALID', 'There is nothing to be prepared', {
    expected: 'one of the fields of `write`',
  });
}

const unfit = (write: string, expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', `The identity cannot sign what \`${write}\` does`, {
    expected: `\`identity.${expected}\``,
  });

/** Takes a signature: asks for the next one, or says what came of the write. Errors: `SIGNATURE_INVALID`, `REQUEST_UNKNOWN`, `REQUEST_EXPIRED`. */
export function submitSignature(
  context: RequestContext,
  { request, signature }: SubmitSignatureInput,
): Promise<SubmitSignaturePayload> {
  const given = Buffer.from(signature.slice(2), 'hex');
  return context.writes.useRequest(request, ({ content }) => goOn(context, readContent(content), given));
}

async function goOn(context: RequestContext, asked: KeptContent, given: Uint8Array): Promise<SubmitSignaturePayload> {
  switch (asked.stage) {
    case 'FABRIC_PROPOSAL':
      return new SubmitSignaturePayload(
        await endorseProposal(context, asked.kept, Buffer.from(asked.bytes, 'base64'), given),
      );
    case 'FABRIC_TRANSACTION':
      return new SubmitSignaturePayload({
        outcome: await submitTransaction(context, asked.kept, Buffer.from(asked.bytes, 'base64'), given),
      });
    case 'EVM_TRANSACTION':
      return new SubmitSignaturePayload({ outcome: await sendPrepared(context, asked.kept, given) });
  }
}
