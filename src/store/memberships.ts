import type { BlockRef } from '../model/block.js';
import type { MembershipChange } from '../model/fabric.js';
import type { StandingChange } from '../model/governance.js';

/** One change of an organisation's standing, as a config block tells it, or a consortium of one that is not on the channel yet. */
export interface MembershipEvent {
  readonly nativeId: string;
  readonly role: MembershipChange['role'];
  readonly change: MembershipChange['change'] | StandingChange['change'];
  readonly atMs: number | null;
  readonly evidence: BlockRef;
}
export interface Standing {
  readonly nativeId: string;
  readonly role: MembershipChange['role'];
  readonly status: 'JOINING' | 'ACTIVE' | 'REMOVED';
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly evidence: BlockRef;
}

/**
 * Folds changes, oldest first, into one standing an organisation. Pure, so that what a reorganisation takes back needs no undo.
 * 1. JOINED opens a role; a role that is open already keeps its beginning.
 * 2. REMOVED closes it; the organisation is REMOVED once no role is open.
 * 3. ROLE_CHANGED: the organisation has that role and no other, since it first joined.
 * 4. IDENTITY_CHANGED is evidence and changes no standing.
 * 5. INVITED: who has no role open is JOINING, until it has one or is REMOVED.
 * An organisation with both roles is shown as a MEMBER.
 */
export function foldMemberships(events: readonly MembershipEvent[]): readonly Standing[] {
  const folded = new Map<string, Folded>();
  for (const event of events) folded.set(event.nativeId, step(folded.get(event.nativeId), event));
  return [...folded].map(([nativeId, one]) => standingOf(nativeId, one));
}

/** The standing of each change's organisation as of just after it: folded as above. */
export function standingsAfter(events: readonly MembershipEvent[]): readonly Standing[] {
  const folded = new Map<string, Folded>();
  return events.map((event) => {
    const after = step(folded.get(event.nativeId), event);
    folded.set(event.nativeId, after);
    return standingOf(event.nativeId, after);
  });
}

const standingOf = (nativeId: string, one: Folded): Standing => ({
  nativeId,
  role: one.open.has('MEMBER') ? 'MEMBER' : ([...one.open.keys()][0] ?? one.lastRole),
  status: one.open.size > 0 ? 'ACTIVE' : one.coming ? 'JOINING' : 'REMOVED',
  sinceMs: one.sinceMs,
  untilMs: one.untilMs,
  evidence: one.evidence,
});

interface Folded {
  readonly open: ReadonlyMap<MembershipChange['role'], true>;
  readonly coming: boolean;
  readonly lastRole: MembershipChange['role'];
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly evidence: BlockRef;
}

function step(before: Folded | undefined, event: MembershipEvent): Folded {
  const open = openAfter(before?.open ?? new Map(), event);
  const { atMs, evidence, role: lastRole } = event;
  if (open.size === 0) {
    const coming = event.change === 'INVITED';
    const sinceMs = coming ? atMs : (before?.sinceMs ?? null);
    return { open, coming, lastRole, evidence, sinceMs, untilMs: coming ? null : atMs };
  }
  const sinceMs = before !== undefined && before.open.size > 0 ? before.sinceMs : atMs;
  return { open, coming: false, lastRole, evidence, sinceMs, untilMs: null };
}

function openAfter(before: Folded['open'], { change, role }: MembershipEvent): Folded['open'] {
  switch (change) {
    case 'JOINED':
      return new Map([...before, [role, true]]);
    case 'REMOVED':
      return new Map([...before].filter(([one]) => one !== role));
    case 'ROLE_CHANGED':
      return new Map([[role, true]]);
    case 'IDENTITY_CHANGED':
    case 'INVITED':
      return before;
  }
}
