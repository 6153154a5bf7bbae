import { createHash } from 'node:crypto';
import type { Decision } from '../access/index.js';
import { ParleyError } from '../errors/index.js';
import type { Outcome, Step } from '../governance/mechanism.js';
import type { Signer } from '../keys/signer.js';
import type { FabricCaller } from '../ledgers/ledger.js';
import type { RequestContext } from './context.js';
import { sendFromWallet, walletOf } from './ethereumWrite.js';
import { altersRules, fabricCaller, submitAs } from './fabricWrite.js';
import { organizationsOf, type Acting } from './governActor.js';
import type { GovernanceAsked } from './governAsked.js';
import { answerOf, sentBy, type Sent } from './governed.js';
import { ethereumLedger, fabricLedger } from './ledgerFacts.js';
import type { Write, WriteSteps } from './writes.js';
import { actingAs } from './writesSigner.js';

/** A step that sends: nothing is left to be signed before it. */
export type SendingStep = Exclude<Step, { readonly kind: 'sign' }>;
type Journaled = Extract<SendingStep, { readonly kind: 'submit' | 'send' }>;

/** The write as the journal knows it again by its key. `by`: the identity, of what is signed elsewhere; else it is the member's own. */
export const journaled = (
  context: RequestContext,
  asking: GovernanceAsked,
  decision: Decision,
  by: unknown = null,
): Omit<Write, 'carryOut'> => {
  const { mechanism, about, input, signer, idempotencyKey } = asking;
  const as = by === null ? actingAs(context, asking.as) : asking.as;
  return { decision, input: { mechanism, about, input, as, signer, by }, idempotencyKey, wait: true };
};

/** What the write of that key did, where there was one. Errors: `IDEMPOTENCY_KEY_REUSED`; those of that write. */
export async function sentBefore(context: RequestContext, write: Omit<Write, 'carryOut'>): Promise<Sent | null> {
  if (!(await context.writes.isBegun(write))) return null;
  return sentBy(await context.writes.run({ ...write, carryOut: () => Promise.reject(forgotten(write)) }));
}

/** The write that had the key was given up in this very moment. */
const forgotten = ({ decision }: Pick<Write, 'decision'>): ParleyError =>
  new ParleyError('TIMEOUT', 'The write of that key took too long to prepare; nothing was sent', {
    source: decision.ledger,
  });

/** Signs and sends by a signer of this process. */
export async function carry(
  context: RequestContext,
  asking: GovernanceAsked,
  { decision, signer }: Acting,
  step: SendingStep,
): Promise<Sent> {
  switch (step.kind) {
    case 'submit':
    case 'send':
      return carryJournaled(context, asking, step, () => {
        if (step.carrier === undefined) return Promise.resolve({ decision, signer: required(signer) });
        return carrierOf(context, asking);
      });
    case 'order': {
      const { sign } = fabricCaller(required(signer));
      return orderSigned(context, step, await sign(step.payload));
    }
    case 'call':
      return { of: await step.run(), transaction: null };
  }
}

/** Sends what somebody else signed, once, by whichever signer may. `by`: who that is. */
export const carryFor = (
  context: RequestContext,
  asking: GovernanceAsked,
  step: Journaled,
  by: unknown,
): Promise<Sent> => {
  const idempotencyKey = asking.idempotencyKey ?? `signed elsewhere: ${digestOf(step.request)}`;
  return carryJournaled(context, { ...asking, idempotencyKey }, step, () => carrierOf(context, asking), by);
};

const digestOf = (request: object): string =>
  createHash('sha256')
    .update(JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)))
    .digest('hex');

async function carrierOf(context: RequestContext, { action, ledger }: GovernanceAsked) {
  return context.writes.decideWithCarrier(action, ledger, await organizationsOf(context, ledger));
}

async function carryJournaled(
  context: RequestContext,
  asking: GovernanceAsked,
  step: Journaled,
  whose: () => Promise<{ readonly decision: Decision; readonly signer: Signer }>,
  by: unknown = null,
): Promise<Sent> {
  requireOwn(asking, step);
  const { decision, signer } = await whose();
  const sendAll =
    step.kind === 'submit' ? await submitting(context, step, signer) : await sending(context, step, signer);
  const carryOut = (steps: WriteSteps): Promise<void> => sendAll(answering(steps, step.of));
  const alters = step.kind === 'submit' && altersRules(step.request);
  return sentBy(
    await context.writes.run({ ...journaled(context, asking, decision, by), altersRules: alters, carryOut }),
  );
}

type SendAll = (steps: WriteSteps) => Promise<void>;

async function submitting(
  context: RequestContext,
  { ledger, request }: Extract<Step, { kind: 'submit' }>,
  signer: Signer,
): Promise<SendAll> {
  const caller: FabricCaller = fabricCaller(signer);
  const channel = await fabricLedger(context, ledger);
  return (steps) => submitAs(channel, request, caller, steps);
}

async function sending(
  context: RequestContext,
  { ledger, request }: Extract<Step, { kind: 'send' }>,
  signer: Signer,
): Promise<SendAll> {
  const from = walletOf(signer);
  const chain = await ethereumLedger(context, ledger);
  return (steps) => sendFromWallet(chain, { ...request, from }, signer, steps);
}

/**
 * Has a signed configuration update ordered. Nothing is journaled: its own read set makes the same one harmless when it is sent again, and
 * only the index says what came of it.
 */
export async function orderSigned(
  context: RequestContext,
  {
    ledger,
    payload,
    of,
  }: { readonly ledger: GovernanceAsked['ledger']; readonly payload: Uint8Array; readonly of: Outcome },
  signature: Uint8Array,
): Promise<Sent> {
  const channel = await fabricLedger(context, ledger);
  await channel.order(payload, signature, context.signal);
  return { of, transaction: null };
}

/** The same steps, with an answer that says what the write will have touched. */
export const answering = (steps: WriteSteps, of: Outcome): WriteSteps => ({
  signal: steps.signal,
  send: (outgoing) => steps.send({ ...outgoing, answer: answerOf(of) }),
  takeNonce: (address, atLeast) => steps.takeNonce(address, atLeast),
  returnNonce: (address, nonce) => steps.returnNonce(address, nonce),
});

function requireOwn(asking: GovernanceAsked, step: Journaled): void {
  if (step.ledger === asking.ledger) return;
  throw new ParleyError('INTERNAL', 'A mechanism sends to another ledger than the one that was decided upon', {
    got: step.ledger,
    expected: asking.ledger,
  });
}

function required(signer: Signer | null): Signer {
  if (signer !== null) return signer;
  throw new ParleyError('INTERNAL', 'A mechanism whose API signs wants a signature');
}
