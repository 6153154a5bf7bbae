import { z } from 'zod';
import { ParleyError } from '../../errors/index.js';
import type { ConsortiumState, ProposalAction } from '../../model/governance.js';
import { parseId } from '../../model/ids.js';
import type { Draft, JsonValue } from '../mechanism.js';

const MAX_TITLE_CHARACTERS = 200;

const input = z.object({
  title: z.string(),
  body: z.string().optional(),
  action: z.object({
    inviteMember: z.object({ name: z.string(), principal: z.string() }).optional(),
    removeMember: z.string().optional(),
    changeVotingPolicy: z
      .object({
        threshold: z.int(),
        comparator: z.enum(['GREATER_THAN', 'GREATER_THAN_OR_EQUAL_TO']),
        durationHours: z.int(),
      })
      .optional(),
    text: z.string().optional(),
  }),
});

/** An action as the chaincode takes it. */
type Action =
  | { readonly kind: 'INVITE_MEMBER'; readonly name: string; readonly principal: string }
  | { readonly kind: 'REMOVE_MEMBER'; readonly mspId: string }
  | {
      readonly kind: 'CHANGE_VOTING_POLICY';
      readonly threshold: number;
      readonly comparator: 'GREATER_THAN' | 'GREATER_THAN_OR_EQUAL_TO';
      readonly durationHours: number;
    }
  | { readonly kind: 'TEXT'; readonly text: string };

export interface Proposing {
  readonly title: string;
  readonly body: string;
  readonly action: Action;
}

/** Reads what is proposed. Errors: `INPUT_INVALID`, `ID_INVALID`. */
export function proposeInput(given: JsonValue, mspIdsOf: (member: string) => readonly string[]): Proposing {
  const { title, body, action } = input.parse(given);
  if (title.trim() === '' || title.length > MAX_TITLE_CHARACTERS)
    throw new ParleyError('INPUT_INVALID', 'The title is too short or too long', {
      got: `${title.length} characters`,
      expected: `1 to ${MAX_TITLE_CHARACTERS}`,
    });
  return { title, body: body ?? '', action: actionOf(action, mspIdsOf) };
}

function actionOf(
  { inviteMember, removeMember, changeVotingPolicy, text }: z.infer<typeof input>['action'],
  mspIdsOf: (member: string) => readonly string[],
): Action {
  if (inviteMember !== undefined) {
    const { name, principal } = inviteMember;
    return { kind: 'INVITE_MEMBER', name, principal: principalOf(principal) };
  }
  if (removeMember !== undefined) return { kind: 'REMOVE_MEMBER', mspId: mspIdOf(removeMember, mspIdsOf) };
  if (changeVotingPolicy !== undefined) return { kind: 'CHANGE_VOTING_POLICY', ...policyOf(changeVotingPolicy) };
  return { kind: 'TEXT', text: text ?? '' };
}

/** As the chaincode keeps it: lower case, without the colons that tools print. */
function principalOf(given: string): string {
  const plain = given.replaceAll(':', '').toLowerCase();
  if (/^([0-9a-f]{64}|0x[0-9a-f]{40})$/.test(plain)) return plain;
  throw new ParleyError('INPUT_INVALID', 'That is no principal', {
    got: given.slice(0, 100),
    expected: 'the SHA-256 fingerprint of the invited organisation’s root certificate, or an address',
  });
}

function mspIdOf(id: string, mspIdsOf: (member: string) => readonly string[]): string {
  const ref = parseId(id);
  const [mspId] = ref?.type === 'Member' ? mspIdsOf(ref.key) : [];
  if (mspId !== undefined) return mspId;
  throw new ParleyError('ID_INVALID', 'That is not the id of a member with an organisation', {
    got: id,
    expected: 'member/…',
  });
}

function policyOf<P extends { readonly threshold: number; readonly durationHours: number }>(policy: P): P {
  const { threshold, durationHours } = policy;
  if (threshold < 1 || threshold > 100)
    throw new ParleyError('INPUT_INVALID', 'The threshold is a percentage of all members', {
      got: threshold,
      expected: '1 to 100',
    });
  if (durationHours < 1 || durationHours > 168)
    throw new ParleyError('INPUT_INVALID', 'A proposal is open for hours', {
      got: durationHours,
      expected: '1 to 168',
    });
  return policy;
}

/** What a proposal would be, and why it could not be made. */
export function draftOf({ title, action }: Proposing, consortium: ConsortiumState, mspId: string | null): Draft {
  return {
    title,
    actions: [shown(action)],
    requirement: { kind: 'THRESHOLD', ...consortium.policy },
    problems: problemsOf(action, consortium, mspId),
    payloadDigest: null,
  };
}

/** What cannot be proposed at all, with the reason. */
export function impossible(given: JsonValue, { policy }: ConsortiumState, { code, message }: ParleyError): Draft {
  const { title } = input.parse(given);
  const requirement = { kind: 'THRESHOLD', ...policy } as const;
  const shownTitle = title.slice(0, MAX_TITLE_CHARACTERS);
  return { title: shownTitle, actions: [], requirement, problems: [{ code, message }], payloadDigest: null };
}

function shown(action: Action): ProposalAction {
  if (action.kind === 'INVITE_MEMBER')
    return { kind: action.kind, memberName: action.name, principal: action.principal };
  if (action.kind === 'REMOVE_MEMBER') return { kind: action.kind, nativeId: action.mspId };
  return action;
}

function problemsOf(action: Action, { members }: ConsortiumState, mspId: string | null): Draft['problems'] {
  const isMember = (id: string): boolean =>
    members.some(({ nativeId, status }) => nativeId === id && status !== 'REMOVED');
  const refused = (message: string) => ({ code: 'GOVERNANCE_REFUSED', message });
  return [
    ...(mspId === null || isMember(mspId) ? [] : [refused(`${mspId} is not a member of the consortium`)]),
    ...(action.kind === 'REMOVE_MEMBER' && !isMember(action.mspId)
      ? [refused(`${action.mspId} is not a member of the consortium`)]
      : []),
  ];
}
