import { createHash } from 'node:crypto';
import { ParleyError } from '../../errors/index.js';
import type { Actor, JsonValue, Step } from '../../governance/mechanism.js';
import type { FabricCreator } from '../../ledgers/ledger.js';
import type { RequestContext } from '../context.js';
import { prepareTransaction } from '../ethereumSigning.js';
import { ofWallet } from '../govern.js';
import { askedOf, writeOf, type GovernanceWanted } from '../governAsked.js';
import { actingElsewhere, mechanismOf } from '../governActor.js';
import { noteOf } from '../governAttempt.js';
import { carryFor, orderSigned, type SendingStep } from '../governCarry.js';
import { governed, sentBy, type Governed, type Sent } from '../governed.js';
import { fabricLedger } from '../ledgerFacts.js';
import type { WriteOutcome } from '../writes.js';
import { ETHEREUM_LIFE_MS } from './ethereumStage.js';
import { askForProposal, schemeOf } from './fabricStages.js';
import { ask, type KeptGovernance, type KeptSent } from './kept.js';
import type { SigningRequest } from './request.js';

/** A decision is collected over days; a signature of one is worth nothing once what it is about has moved on, which is checked again. */
const SIGNING_LIFE_MS = 24 * 60 * 60_000;

/** What is signed next, or what came of the write. */
export type GovernanceCame = { readonly next: SigningRequest } | { readonly governed: Governed };

/** The first thing to be signed for a write of governance. Errors: as `govern`'s. */
export async function prepareGovernance(
  context: RequestContext,
  wanted: GovernanceWanted,
  identity: NonNullable<Actor['identity']>,
): Promise<SigningRequest> {
  const asked = askedOf(context, wanted);
  const mechanism = mechanismOf(context, asked);
  const actor = await actingElsewhere(context, asked, identity);
  const kept: KeptGovernance = { asked, actor };
  const step = await mechanism.plan(await writeOf(context, asked), actor);
  const came = await goFrom(context, kept, step);
  if ('next' in came) return came.next;
  throw new ParleyError('INTERNAL', 'A write that is signed elsewhere was carried out without a signature');
}

/** Gives a mechanism the signature that it asked for, and goes on. */
export async function resumeGovernance(
  context: RequestContext,
  kept: KeptGovernance,
  rest: JsonValue,
  given: Uint8Array,
): Promise<GovernanceCame> {
  const { asked, actor } = kept;
  const mechanism = mechanismOf(context, asked);
  const signature = actor.identity !== null && 'address' in actor.identity ? ofWallet(given) : given;
  const step = await mechanism.resume(await writeOf(context, asked), actor, rest, signature);
  return goFrom(context, kept, step);
}

/** Has a signed configuration update ordered. That it was refused is noted on the channel, which the same key signs next. */
export async function orderEnvelope(
  context: RequestContext,
  kept: KeptSent,
  payload: Uint8Array,
  given: Uint8Array,
): Promise<GovernanceCame> {
  const { asked, actor, of } = kept;
  const ledger = await fabricLedger(context, asked.ledger);
  context.writes.decide(asked.action, asked.ledger, asked.as);
  const signature = ledger.signature(payload, given, creatorOf(actor));
  try {
    return await context.writes.alone(asked.ledger, async () =>
      seen(context, kept, await orderSigned(context, { ledger: asked.ledger, payload, of }, signature)),
    );
  } catch (error) {
    const note = isRefusal(error) ? noteOf(mechanismOf(context, asked), of.proposal, error) : null;
    if (note === null) throw error;
    return askForSubmission(context, kept, note);
  }
}

const isRefusal = (error: unknown): boolean => error instanceof ParleyError && error.code === 'SUBMIT_REFUSED';

/** What came of a transaction that was signed elsewhere. */
export const governedBy = (
  context: RequestContext,
  kept: KeptSent,
  outcome: WriteOutcome,
): Promise<{ readonly governed: Governed }> => seen(context, kept, { ...sentBy(outcome), of: kept.of });

async function seen(
  context: RequestContext,
  { asked, actor }: KeptGovernance,
  sent: Sent,
): Promise<{ readonly governed: Governed }> {
  return { governed: await governed(context, asked, actor, sent) };
}

function goFrom(context: RequestContext, kept: KeptGovernance, step: Step): Promise<GovernanceCame> {
  return step.kind === 'sign' ? askToSign(context, kept, step) : goSending(context, kept, step);
}

async function askToSign(
  context: RequestContext,
  kept: KeptGovernance,
  { stage, scheme, bytes, digest, summary, rest }: Extract<Step, { kind: 'sign' }>,
): Promise<GovernanceCame> {
  const toBeSigned = { stage, scheme, bytes, digest, summary, identity: signingIdentity(kept.actor) };
  return { next: await ask(context, toBeSigned, { stage, governs: kept, rest }, SIGNING_LIFE_MS) };
}

async function goSending(context: RequestContext, kept: KeptGovernance, step: SendingStep): Promise<GovernanceCame> {
  switch (step.kind) {
    case 'submit':
      if (step.carrier !== undefined) return seen(context, kept, await carryFor(context, kept.asked, step, kept.actor));
      return askForSubmission(context, kept, step);
    case 'send':
      if (step.carrier !== undefined) return seen(context, kept, await carryFor(context, kept.asked, step, kept.actor));
      return askForTransaction(context, kept, step);
    case 'order':
      return askForEnvelope(context, kept, step);
    case 'call':
      throw new ParleyError('INPUT_INVALID', 'Nothing of it is signed by the member', {
        fix: `Use the mutation \`${kept.asked.action}\`.`,
      });
  }
}

/** The first of the two signatures of a chaincode's transaction. */
async function askForSubmission(
  context: RequestContext,
  { asked, actor }: KeptGovernance,
  { ledger, request, of, summary }: Extract<Step, { kind: 'submit' }>,
): Promise<GovernanceCame> {
  const creator = creatorOf(actor);
  const decision = context.writes.decide(asked.action, ledger, asked.as);
  const input = digestOf({ ...asked, idempotencyKey: null, creator });
  const governs: KeptSent = { asked, actor, of, ...(summary === undefined ? {} : { summary }) };
  const { idempotencyKey, action } = asked;
  const kept = {
    ...{ ledger, as: asked.as, creator, endorsingOrganizations: request.endorsingOrganizations },
    ...{ input, idempotencyKey, wait: true, action, governs },
  };
  await context.writes.isBegun({ ...kept, decision });
  return { next: await askForProposal(context, kept, request) };
}

/** The one signature of a chain's transaction. */
async function askForTransaction(
  context: RequestContext,
  { asked, actor }: KeptGovernance,
  { ledger, request, of }: Extract<Step, { kind: 'send' }>,
): Promise<GovernanceCame> {
  const { idempotencyKey, as, action } = asked;
  const wanted = { ...request, chain: ledger, as, idempotencyKey };
  const { kept, bytes, digest, summary } = await prepareTransaction(context, wanted, request.from);
  const stage = 'EVM_TRANSACTION';
  const governs: KeptSent = { asked, actor, of };
  const next = await ask(
    context,
    { stage, scheme: stage, identity: { address: request.from }, bytes, digest, summary },
    { stage, kept: { ...kept, action }, governs },
    ETHEREUM_LIFE_MS,
  );
  return { next };
}

async function askForEnvelope(
  context: RequestContext,
  { asked, actor }: KeptGovernance,
  { payload, summary, of }: Extract<Step, { kind: 'order' }>,
): Promise<GovernanceCame> {
  const identity = creatorOf(actor);
  const digest = createHash('sha256').update(payload).digest();
  const stage = 'FABRIC_ENVELOPE';
  const toBeSigned = { stage, scheme: schemeOf(identity), bytes: payload, digest, summary, identity } as const;
  const content = { stage, governs: { asked, actor, of }, bytes: Buffer.from(payload).toString('base64') } as const;
  return { next: await ask(context, toBeSigned, content, SIGNING_LIFE_MS) };
}

function creatorOf({ identity }: Actor): FabricCreator {
  if (identity !== null && 'fabric' in identity) return identity.fabric;
  throw new ParleyError('INPUT_INVALID', 'The identity cannot sign what a channel takes', {
    expected: '`identity.fabric`',
  });
}

function signingIdentity({ identity }: Actor): FabricCreator | { readonly address: string } {
  if (identity === null) throw new ParleyError('INTERNAL', 'A signature is asked of nobody');
  return 'fabric' in identity ? identity.fabric : identity;
}

const digestOf = (input: object): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');
