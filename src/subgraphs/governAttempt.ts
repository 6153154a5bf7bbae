import { ParleyError } from '../errors/index.js';
import type { FailedAttempt, MechanismWrites, Step } from '../governance/mechanism.js';
import type { RequestContext } from './context.js';
import type { Acting } from './governActor.js';
import type { GovernanceAsked } from './governAsked.js';
import { carry } from './governCarry.js';
import { governed, type Governed } from './governed.js';

type Ordering = Extract<Step, { readonly kind: 'order' }>;
export type Note = Extract<Step, { readonly kind: 'submit' }>;

/**
 * Has an update ordered. One that is refused is noted on the ledger by the same signer, so that everybody sees it: what came of it is then
 * the proposal with its failed attempt. One whose answer was lost is looked for. Errors: those of ordering, where they cannot be noted.
 */
export async function orderedOrNoted(
  context: RequestContext,
  asking: GovernanceAsked,
  acting: Acting,
  { mechanism, step }: { readonly mechanism: MechanismWrites; readonly step: Ordering },
): Promise<Governed> {
  try {
    return await context.writes.alone(step.ledger, async () =>
      governed(context, asking, acting.actor, await carry(context, asking, acting, step)),
    );
  } catch (error) {
    return failed(context, asking, acting, { error, note: noteOf(mechanism, step.of.proposal, error) });
  }
}

async function failed(
  context: RequestContext,
  asking: GovernanceAsked,
  acting: Acting,
  { error, note }: { readonly error: unknown; readonly note: Note | null },
): Promise<Governed> {
  const found = isUncertain(error) ? await shown(context, asking, acting) : null;
  if (found !== null) return found;
  if (note === null) throw error;
  const noted = await carry(context, asking, acting, note).catch((problem: unknown) => {
    context.report(problem instanceof Error ? problem : new Error(String(problem)));
    return null;
  });
  const isThere = noted?.transaction?.row?.outcome === 'SUCCEEDED';
  if (isUncertain(error) || !isThere) throw error;
  return { ...(await governed(context, asking, acting.actor, noted)), transaction: null };
}

/** What the index has of it, where a block carried it out all the same; null where none did in time. */
async function shown(context: RequestContext, asking: GovernanceAsked, { actor }: Acting): Promise<Governed | null> {
  try {
    return await governed(context, asking, actor, {
      of: { proposal: asking.about, invitation: null },
      transaction: null,
    });
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'TIMEOUT') return null;
    throw error;
  }
}

/** The step that notes a failure; null where it was none of ordering, or the mechanism notes none. */
export function noteOf(mechanism: MechanismWrites, proposal: Ordering['of']['proposal'], error: unknown): Note | null {
  const attempt = attemptOf(error);
  if (attempt === null || typeof proposal !== 'string') return null;
  return mechanism.attempted?.(proposal, attempt) ?? null;
}

const isUncertain = (error: unknown): boolean => error instanceof ParleyError && error.code === 'SUBMIT_UNCERTAIN';

function attemptOf(error: unknown): FailedAttempt | null {
  if (!(error instanceof ParleyError)) return null;
  const outcome = error.code === 'SUBMIT_REFUSED' ? 'REFUSED' : isUncertain(error) ? 'UNKNOWN' : null;
  if (outcome === null) return null;
  const said = [...new Set([String(error.got ?? error.what), ...saidBy(error.details)])].join('; ');
  return { outcome, code: STATUS.exec(said)?.[1] ?? error.code, message: said };
}

/** As Fabric's gateway hands an orderer's answer on. */
const STATUS = /\bstatus=([A-Z_]+)/;

/** What each node said. */
const saidBy = (details: unknown): readonly string[] =>
  Array.isArray(details)
    ? details.flatMap((one: unknown) => {
        const { message } = (one ?? {}) as { readonly message?: unknown };
        return typeof message === 'string' ? [message] : [];
      })
    : [];
