import { createHash, X509Certificate } from 'node:crypto';
import { ParleyError } from '../../errors/index.js';
import type { SignatureScheme } from '../../keys/signer.js';
import type { EvaluateRequest, FabricCreator } from '../../ledgers/ledger.js';
import type { LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import { altersRules, callOf, chaincodeRequest, channelId, organizationsOn, sendEnvelope } from '../fabricWrite.js';
import { answering } from '../governCarry.js';
import { fabricLedger, memberId } from '../ledgerFacts.js';
import type { SubmitInput } from '../writeInputs.js';
import type { WriteOutcome, WriteSteps } from '../writes.js';
import { ask, type KeptSubmission } from './kept.js';
import type { SigningRequest } from './request.js';
import { proposalSummary, transactionSummary } from './summary.js';

/** Peers take a proposal for 15 minutes from when it was made; some are left for its way. */
const PROPOSAL_LIFE_MS = 14 * 60_000;
/** What it read may be old by then, which the peers will say. */
const TRANSACTION_LIFE_MS = 60 * 60_000;
const MAX_CERTIFICATE_CHARACTERS = 16_384;

/** The first of two signatures: over the proposal, so that it is endorsed. */
export async function prepareSubmission(
  context: RequestContext,
  input: SubmitInput,
  creator: FabricCreator,
): Promise<SigningRequest> {
  schemeOf(creator);
  if (input.signer != null)
    throw new ParleyError('INPUT_INVALID', 'What is signed elsewhere has no signer here', {
      got: input.signer,
      fix: 'Leave `signer` out, or use the mutation `submit`.',
    });
  const channel = channelId(context, input.channel);
  const as = input.as ?? null;
  requireOwn(context, channel, creator, as);
  await requireOnChannel(context, channel, creator);
  const decision = context.writes.decide('submit', channel, as);
  const request = chaincodeRequest(input);
  const kept: KeptSubmission = {
    ...{ ledger: channel, as, creator, endorsingOrganizations: request.endorsingOrganizations },
    ...{ input: digestOf({ channel, as, creator, ...callOf(input) }), idempotencyKey: input.idempotencyKey ?? null },
    wait: input.awaitCommit ?? true,
  };
  await context.writes.isBegun({ ...kept, decision });
  return askForProposal(context, kept, request);
}

/** Makes a proposal, and asks for its signature. */
export async function askForProposal(
  context: RequestContext,
  kept: KeptSubmission,
  request: EvaluateRequest,
): Promise<SigningRequest> {
  const stage = 'FABRIC_PROPOSAL';
  const { creator } = kept;
  const ledger = await fabricLedger(context, kept.ledger);
  const { bytes, digest } = await ledger.propose(request, creator);
  const summary = told(kept, proposalSummary(ledger, request, creator));
  return ask(
    context,
    { stage, bytes, digest, scheme: schemeOf(creator), identity: creator, summary },
    { stage, kept, bytes: base64(bytes) },
    PROPOSAL_LIFE_MS,
  );
}

/**
 * Has a signed proposal endorsed, and asks for the second signature: over the transaction. Where its idempotency key belongs to a write
 * that was begun before, that one's outcome is given, and nothing is endorsed again.
 */
export async function endorseProposal(
  context: RequestContext,
  kept: KeptSubmission,
  proposal: Uint8Array,
  given: Uint8Array,
): Promise<{ readonly next: SigningRequest } | { readonly outcome: WriteOutcome }> {
  const decision = context.writes.decide(kept.action ?? 'submit', kept.ledger, kept.as);
  const { creator } = kept;
  const ledger = await fabricLedger(context, kept.ledger);
  const signature = ledger.signature(proposal, given, creator);
  const write = { ...kept, decision };
  if (await context.writes.isBegun(write))
    return { outcome: await context.writes.run({ ...write, carryOut: () => Promise.reject(forgotten(ledger.name)) }) };
  const { bytes, digest } = await ledger.endorse(proposal, signature, kept, context.signal);
  const summary = told(kept, transactionSummary(ledger, bytes, creator));
  const next = await ask(
    context,
    { stage: 'FABRIC_TRANSACTION', bytes, digest, scheme: schemeOf(creator), identity: creator, summary },
    { stage: 'FABRIC_TRANSACTION', kept, bytes: base64(bytes) },
    TRANSACTION_LIFE_MS,
  );
  return { next };
}

/** What the transaction says, after what its mechanism says of it. */
const told = ({ governs }: KeptSubmission, summary: string): string =>
  governs?.summary === undefined ? summary : `${governs.summary} ${summary}`;

/** The write that had the key was given up in this very moment. */
const forgotten = (source: string): ParleyError =>
  new ParleyError('TIMEOUT', 'The write of that key took too long to prepare; nothing was sent', { source });

/** Has a signed transaction ordered. The same one again, where the first answer was lost, is the same write. */
export async function submitTransaction(
  context: RequestContext,
  kept: KeptSubmission,
  bytes: Uint8Array,
  given: Uint8Array,
): Promise<WriteOutcome> {
  const decision = context.writes.decide(kept.action ?? 'submit', kept.ledger, kept.as);
  const ledger = await fabricLedger(context, kept.ledger);
  const signature = ledger.signature(bytes, given, kept.creator);
  const { transactionId, detail } = ledger.inspect(bytes);
  const result = Buffer.from(detail.response?.payload ?? '', 'base64');
  const telling = (steps: WriteSteps): WriteSteps =>
    kept.governs === undefined ? steps : answering(steps, kept.governs.of);
  return context.writes.run({
    decision,
    input: kept.input,
    idempotencyKey: kept.idempotencyKey ?? `signed elsewhere: ${transactionId}`,
    wait: kept.wait,
    altersRules: altersRules({ chaincode: detail.chaincode?.name ?? '', function: detail.function ?? '' }),
    carryOut: (steps) => sendEnvelope(telling(steps), { transactionId, bytes, signature, result }),
  });
}

/** Errors: `INPUT_INVALID` where the identity is not of the member that is acted for. */
function requireOwn(
  { directory }: RequestContext,
  channel: LedgerId,
  { mspId }: FabricCreator,
  as: string | null,
): void {
  const member = directory.memberOf(channel, mspId);
  const own = member === null ? null : memberId(member);
  if (as === null || as === own) return;
  throw new ParleyError('INPUT_INVALID', `An identity of ${mspId} does not sign for that member`, {
    got: as,
    expected: own ?? `the member behind ${mspId}`,
  });
}

/** Errors: `INPUT_INVALID` where no peer of the channel would take what the identity signs. */
async function requireOnChannel(context: RequestContext, channel: LedgerId, { mspId }: FabricCreator): Promise<void> {
  const organizations = await organizationsOn(context, channel);
  if (organizations === null || organizations.has(mspId)) return;
  throw new ParleyError('INPUT_INVALID', 'The identity is of no organisation of that channel', {
    got: mspId,
    expected: [...organizations].join(', '),
  });
}

/** What the certificate's key signs with. Errors: `INPUT_INVALID`. */
export function schemeOf({ certificate }: FabricCreator): SignatureScheme {
  const key = certificateOf(certificate).publicKey;
  if (key.asymmetricKeyType === 'ed25519') return 'ED25519';
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ECDSA_P256_SHA256';
  if (key.asymmetricKeyDetails?.namedCurve === 'secp384r1') return 'ECDSA_P384_SHA256';
  throw new ParleyError('INPUT_INVALID', 'The certificate’s key is of a kind that is not signed with here', {
    got: key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType,
    expected: 'ECDSA on P-256 or P-384, or Ed25519',
  });
}

function certificateOf(pem: string): X509Certificate {
  if (pem.length > MAX_CERTIFICATE_CHARACTERS)
    throw new ParleyError('INPUT_INVALID', 'That is more than a certificate', {
      got: `${pem.length} characters`,
      expected: `at most ${MAX_CERTIFICATE_CHARACTERS}: it stands in every transaction`,
    });
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new ParleyError('INPUT_INVALID', 'That is no certificate', {
      expected: 'an X.509 certificate in PEM',
      cause,
    });
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const digestOf = (input: object): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');
