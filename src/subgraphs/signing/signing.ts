import { ParleyError } from '../../errors/index.js';
import type { Actor } from '../../governance/mechanism.js';
import type { RequestContext } from '../context.js';
import { sendPrepared } from '../ethereumSigning.js';
import type { WriteOutcome } from '../writes.js';
import { prepareEthereum } from './ethereumStage.js';
import { endorseProposal, prepareSubmission, submitTransaction } from './fabricStages.js';
import type { PrepareInput, SubmitSignatureInput } from './inputs.js';
import { governedBy, orderEnvelope, prepareGovernance, resumeGovernance } from './governStages.js';
import { readContent, type KeptContent, type KeptSent } from './kept.js';
import { SubmitSignaturePayload, type Came } from './payload.js';
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
  return prepareGovernance(context, write, actingIdentity(identity));
}

/** Errors: `INPUT_INVALID`. */
function actingIdentity({ fabric, address }: PrepareInput['identity']): NonNullable<Actor['identity']> {
  if (fabric != null) return { fabric: { mspId: fabric.mspId, certificate: fabric.certificate } };
  if (address != null) return { address };
  throw new ParleyError('INPUT_INVALID', 'Nobody is named to sign', { expected: 'one of the fields of `identity`' });
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
  return new SubmitSignaturePayload(await came(context, asked, given));
}

async function came(context: RequestContext, asked: KeptContent, given: Uint8Array): Promise<Came> {
  switch (asked.stage) {
    case 'FABRIC_PROPOSAL': {
      const { kept } = asked;
      const next = await endorseProposal(context, kept, bytesOf(asked.bytes), given);
      return 'next' in next ? next : whole(context, next.outcome, kept.governs);
    }
    case 'FABRIC_TRANSACTION':
      return whole(
        context,
        await submitTransaction(context, asked.kept, bytesOf(asked.bytes), given),
        asked.kept.governs,
      );
    case 'EVM_TRANSACTION':
      return whole(context, await sendPrepared(context, asked.kept, given), asked.governs);
    case 'FABRIC_ENVELOPE':
      return orderEnvelope(context, asked.governs, bytesOf(asked.bytes), given);
    case 'FABRIC_CONFIG_UPDATE':
    case 'BALLOT':
    case 'ACCEPTANCE':
      return resumeGovernance(context, asked.governs, asked.rest, given);
  }
}

/** What came of what was sent; of a write of governance with what the index holds of it. */
const whole = async (context: RequestContext, outcome: WriteOutcome, governs: KeptSent | undefined): Promise<Came> =>
  governs === undefined ? { outcome } : governedBy(context, governs, outcome);

const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, 'base64');
