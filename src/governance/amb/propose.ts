import { z } from 'zod';
import { ParleyError } from '../../errors/index.js';
import type { ConsortiumState, ProposalAction } from '../../model/governance.js';
import { parseId } from '../../model/ids.js';
import type { Draft, JsonValue } from '../mechanism.js';
import { titleOf } from './states.js';

/** As Amazon bounds it. */
const MAX_DESCRIPTION_CHARACTERS = 128;
const MAX_ACTIONS = 100;

const input = z.object({
  description: z.string().optional(),
  invitations: z.array(z.string()).default([]),
  removals: z.array(z.string()).default([]),
});

/** What is proposed, in Amazon's own ids. */
export interface AmbProposing {
  readonly description: string | null;
  /** AWS accounts. */
  readonly invitations: readonly string[];
  /** Ids of members. */
  readonly removals: readonly string[];
}

/** Reads what is proposed. Errors: `INPUT_INVALID`, `ID_INVALID`. */
export function proposeInput(given: JsonValue): AmbProposing {
  const { description = null, invitations, removals } = input.parse(given);
  if (description !== null && (description.trim() === '' || description.length > MAX_DESCRIPTION_CHARACTERS))
    throw new ParleyError('INPUT_INVALID', 'The description is too short or too long for Amazon', {
      got: `${description.length} characters`,
      expected: `1 to ${MAX_DESCRIPTION_CHARACTERS}, or none`,
    });
  const count = invitations.length + removals.length;
  if (count === 0 || count > MAX_ACTIONS)
    throw new ParleyError('INPUT_INVALID', 'Too little or too much is proposed at once', {
      got: `${count} invitations and removals`,
      expected: `1 to ${MAX_ACTIONS}`,
    });
  return { description, invitations: invitations.map(accountOf), removals: removals.map(memberOf) };
}

/** An account's number, or what a console copies of it: `arn:aws:iam::123456789012:root`, `1234-5678-9012`. */
function accountOf(given: string): string {
  const plain = (/^arn:aws[a-z-]*:iam::(\d{12}):root$/.exec(given)?.[1] ?? given).replaceAll('-', '');
  if (/^\d{12}$/.test(plain)) return plain;
  throw new ParleyError('INPUT_INVALID', 'That is no AWS account', {
    got: given.slice(0, 100),
    expected: 'the 12 digits of the invited account',
  });
}

function memberOf(id: string): string {
  const ref = parseId(id);
  if (ref?.type === 'Member') return ref.key;
  throw new ParleyError('ID_INVALID', 'That is not the id of a member', {
    got: id.slice(0, 200),
    expected: 'member/m-…',
  });
}

/** What cannot be proposed at all, with the reason. */
export function impossible(given: JsonValue, { policy }: ConsortiumState, { code, message }: ParleyError): Draft {
  const title = (input.parse(given).description ?? '').slice(0, MAX_DESCRIPTION_CHARACTERS);
  const requirement = { kind: 'THRESHOLD', ...policy } as const;
  return { title, actions: [], requirement, problems: [{ code, message }], payloadDigest: null };
}

/** What a proposal would be, and why it could not be made. `as`: null where nobody is named yet. */
export function draftOf(
  { description, invitations, removals }: AmbProposing,
  consortium: ConsortiumState,
  as: string | null,
): Draft {
  const actions: readonly ProposalAction[] = [
    ...invitations.map((principal) => ({ kind: 'INVITE_MEMBER', memberName: null, principal }) as const),
    ...removals.map((nativeId) => ({ kind: 'REMOVE_MEMBER', nativeId }) as const),
  ];
  return {
    ...{ title: titleOf(description ?? undefined, actions), actions, payloadDigest: null },
    requirement: { kind: 'THRESHOLD', ...consortium.policy },
    problems: [...(as === null ? [] : [as]), ...removals]
      .filter((id) => !isMember(consortium, id))
      .map((id) => ({ code: 'GOVERNANCE_REFUSED', message: `${id} is not a member of the network` })),
  };
}

export const isMember = ({ members }: ConsortiumState, id: string): boolean =>
  members.some(({ nativeId, status }) => nativeId === id && status === 'ACTIVE');
