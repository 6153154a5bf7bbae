import { ParleyError } from '../errors/index.js';
import type { Actor, Draft, GovernanceWrite, MechanismWrites, Outcome, Step } from '../governance/mechanism.js';
import type { Signer } from '../keys/signer.js';
import type { RequestContext } from './context.js';
import { askedOf, writeOf, type GovernanceAsked, type GovernanceWanted } from './governAsked.js';
import { actingHere, mechanismOf, type Acting } from './governActor.js';
import { orderedOrNoted } from './governAttempt.js';
import { carry, journaled, sentBefore, type SendingStep } from './governCarry.js';
import { untilNotOvertaken } from './governOvertaken.js';
import { answerOf, governed, type Governed, type Sent } from './governed.js';
import type { ProposeInput } from './proposeInputs.js';

/** No mechanism asks for more before it sends. */
const MAX_SIGNATURES = 8;

/**
 * Carries out a write of governance with a signer of this process: planned by the mechanism, signed as often as it asks, sent, and
 * believed once the index holds it. Errors: `GOVERNANCE_REFUSED`, `INPUT_INVALID`, `ID_INVALID`, `SIGNER_UNKNOWN`, those of writes.
 */
export async function govern(context: RequestContext, wanted: GovernanceWanted): Promise<Governed> {
  const asking = askedOf(context, wanted);
  const acting = await actingHere(context, asking);
  if (acting.signer === null) return governed(context, asking, acting.actor, await called(context, asking, acting));
  const done = await untilNotOvertaken(context, asking, (asked) => sentOrToOrder(context, asked, acting));
  return 'kind' in done
    ? orderedOrNoted(context, asking, acting, { mechanism: mechanismOf(context, asking), step: done })
    : governed(context, asking, acting.actor, done);
}

async function sentOrToOrder(
  context: RequestContext,
  asking: GovernanceAsked,
  acting: Acting,
): Promise<Sent | Extract<Step, { readonly kind: 'order' }>> {
  const before = await sentBefore(context, journaled(context, asking, acting.decision));
  if (before !== null) return before;
  const write = await writeOf(context, asking);
  const step = await signed(mechanismOf(context, asking), write, acting.actor, acting.signer);
  return step.kind === 'order' ? step : carry(context, asking, acting, step);
}

/** What somebody else signs is planned and done in one: of what has a key the outcome is kept, or why it was refused. */
async function called(context: RequestContext, asking: GovernanceAsked, acting: Acting): Promise<Sent> {
  const mechanism = mechanismOf(context, asking);
  const answer = await context.writes.call({
    ...journaled(context, asking, acting.decision),
    work: async () => {
      const step = await signed(mechanism, await writeOf(context, asking), acting.actor, null);
      return answerOf((await carry(context, asking, acting, step)).of);
    },
  });
  return { of: answer as unknown as Outcome, transaction: null };
}

/** Goes on until nothing is left to be signed but what is sent. */
async function signed(
  mechanism: MechanismWrites,
  write: GovernanceWrite,
  actor: Actor,
  signer: Signer | null,
): Promise<SendingStep> {
  let step = await mechanism.plan(write, actor);
  for (let count = 0; step.kind === 'sign'; count += 1) {
    if (signer === null || count === MAX_SIGNATURES)
      throw new ParleyError('INTERNAL', 'A mechanism wants more signatures than there may be', { got: step.stage });
    step = await mechanism.resume(write, actor, step.rest, await signature(signer, step));
  }
  return step;
}

async function signature(
  signer: Signer,
  { stage, scheme, bytes, digest }: Extract<Step, { readonly kind: 'sign' }>,
): Promise<Uint8Array> {
  const isForWallet = scheme === 'EIP712' || scheme === 'EIP191';
  if (isForWallet !== (signer.identity.kind === 'ethereum'))
    throw new ParleyError('SIGNER_UNKNOWN', `Signer ${signer.id} cannot sign a ${stage}`, {
      got: signer.scheme,
      expected: scheme,
    });
  return isForWallet ? ofWallet(await signer.sign(digest)) : signer.sign(bytes);
}

const SIGNATURE_BYTES = 65;
const FIRST_V = 27;

/** r‖s‖v with v 27 or 28, whichever way it was given. */
export function ofWallet(given: Uint8Array): Uint8Array {
  const v = given[SIGNATURE_BYTES - 1];
  if (given.length !== SIGNATURE_BYTES || v === undefined || v >= FIRST_V) return given;
  return Uint8Array.from([...given.subarray(0, SIGNATURE_BYTES - 1), v + FIRST_V]);
}

/** What a proposal would be, and why it could not be made. The caller's own member is asked for where one signer alone fits. */
export async function preview(
  context: RequestContext,
  propose: ProposeInput,
): Promise<{ readonly asking: GovernanceAsked; readonly draft: Draft }> {
  const asking = askedOf(context, { propose });
  const mechanism = mechanismOf(context, asking);
  return { asking, draft: await mechanism.preview(asking.input, await likelyActor(context, asking)) };
}

async function likelyActor(context: RequestContext, asking: GovernanceAsked): Promise<Actor | null> {
  try {
    return (await actingHere(context, asking)).actor;
  } catch (error) {
    if (error instanceof ParleyError && (error.code === 'SIGNER_UNKNOWN' || error.code === 'INPUT_INVALID'))
      return null;
    throw error;
  }
}
