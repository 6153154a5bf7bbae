import { ParleyError } from '../../../errors/index.js';
import { openOf, type ExportedProposal, type NetworkExport } from '../../../model/networkExport.js';

// Who is who on the channel that a network moves to.

export interface Mapping {
  /** MSP ids by the members' ids where the network was. */
  readonly members: ReadonlyMap<string, string>;
  /** What signs for an invited party on the channel, by what it was called where the network was, or by the id of its invitation. */
  readonly principals: ReadonlyMap<string, string>;
}

export interface MappingRules {
  /** MSP ids of the channel's organisations. */
  readonly organizations: readonly string[];
  readonly leaveOutOpen: boolean;
  readonly nowMs: number;
}

const MSP_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PRINCIPAL = /^([0-9a-f]{64}|0x[0-9a-f]{40})$/;

/** As the chaincode keeps it: lower case, without the colons that tools print. */
export const principalText = (given: string): string => given.replaceAll(':', '').toLowerCase();

/** Errors: `INPUT_INVALID`, naming everybody who is not mapped, is mapped to nobody, or is mapped twice; what is open and cannot go on. */
export function requireMapping(said: NetworkExport, mapping: Mapping, rules: MappingRules): void {
  requireKnown(said, mapping);
  requireMapped(said, mapping);
  requireDifferent(mapping);
  requireOnChannel(said, mapping, rules);
  for (const [account, principal] of mapping.principals) requirePrincipal(account, principal);
  if (!rules.leaveOutOpen) requireGoingOn(said, mapping, rules);
}

function requireKnown({ members, network }: NetworkExport, mapping: Mapping): void {
  const ids = new Set(members.map(({ id }) => id));
  const strangers = [...mapping.members.keys()].filter((id) => !ids.has(id));
  if (strangers.length === 0) return;
  throw new ParleyError('INPUT_INVALID', `The mapping names members that ${network.id} does not have`, {
    got: strangers.join(', '),
    expected: `among ${[...ids].join(', ')}`,
    fix: 'Correct the ids before `=`.',
  });
}

function requireMapped({ members }: NetworkExport, mapping: Mapping): void {
  const active = members.filter(({ standing }) => standing === 'ACTIVE');
  const missing = active.filter(({ id }) => !mapping.members.has(id));
  if (missing.length === 0) return;
  throw new ParleyError('INPUT_INVALID', 'Of some members it is not told which organisation they are on the channel', {
    got: `nothing for ${missing.map(({ id, name }) => `${id} (${name ?? 'no name'})`).join(', ')}`,
    expected: `the MSP id of each of the ${active.length} members that are ACTIVE`,
    fix: `Give ${missing.map(({ id }) => `--map ${id}=<MSP id>`).join(' ')}, or \`members\` of parley.yaml with that \`id\` and one of \`mspIds\`.`,
  });
}

function requireDifferent({ members }: Mapping): void {
  const taken = new Map<string, string>();
  for (const [id, mspId] of members) {
    if (!MSP_ID.test(mspId))
      throw new ParleyError('INPUT_INVALID', `${id} is mapped to what is no MSP id`, {
        got: mspId,
        expected: 'up to 64 letters, digits, dots, dashes and underscores',
        fix: 'Correct what stands after `=`.',
      });
    const other = taken.get(mspId);
    if (other !== undefined)
      throw new ParleyError('INPUT_INVALID', 'Two members are mapped to one organisation', {
        got: `${other} and ${id} to ${mspId}`,
        expected: 'another organisation for each; one that left may stay without',
        fix: 'Correct the mapping.',
      });
    taken.set(mspId, id);
  }
}

function requireOnChannel({ members }: NetworkExport, mapping: Mapping, { organizations }: MappingRules): void {
  const named = members.flatMap(({ id, standing }) => {
    const mspId = mapping.members.get(id);
    return standing === 'ACTIVE' && mspId !== undefined ? [{ id, mspId }] : [];
  });
  const absent = named.filter(({ mspId }) => !organizations.includes(mspId));
  if (absent.length === 0) return;
  throw new ParleyError('INPUT_INVALID', 'Some members are mapped to organisations that the channel does not have', {
    got: absent.map(({ id, mspId }) => `${id}=${mspId}`).join(', '),
    expected: `among ${organizations.join(', ')}`,
    fix: 'Correct the mapping, or add the organisation to the channel first: who is not on it could never vote.',
  });
}

function requirePrincipal(account: string, principal: string): void {
  if (PRINCIPAL.test(principalText(principal))) return;
  throw new ParleyError('INPUT_INVALID', `${account} is mapped to what cannot answer an invitation`, {
    got: principal.slice(0, 100),
    expected: 'the SHA-256 fingerprint of the organisation’s root certificate in hex, or an Ethereum address',
    fix: 'Correct what stands after `=` of --principal.',
  });
}

/** What is open goes on with the votes that it has, or is left out. */
function requireGoingOn(said: NetworkExport, mapping: Mapping, { nowMs }: MappingRules): void {
  const open = openOf(said);
  const problems = [
    ...open.proposals.flatMap((proposal) => proposalProblem(proposal, said, mapping, nowMs)),
    ...open.invitations.flatMap(({ id, principal, expiresAt }) => [
      ...lateProblem(id, expiresAt, nowMs),
      ...(mapping.principals.has(id) ? [] : principalProblem(id, principal, mapping)),
    ]),
  ];
  if (problems.length === 0) return;
  throw new ParleyError('INPUT_INVALID', 'Something that is open cannot go on as it is', {
    got: problems.slice(0, 10).join('; '),
    expected: 'proposals and invitations that are over, or that the channel can go on with',
    fix: 'Decide it where it is and export again; give --principal <account or invitation>=<fingerprint or address> for who is invited; or move without what is open: --leave-out-open.',
  });
}

function proposalProblem(
  { id, actions, votes, counts, expiresAt, proposedBy }: ExportedProposal,
  { members }: NetworkExport,
  mapping: Mapping,
  nowMs: number,
): readonly string[] {
  const active = members.filter(({ standing }) => standing === 'ACTIVE').map((member) => member.id);
  const listed = counts.yes + counts.no === votes.length && counts.outstanding === active.length - votes.length;
  return [
    ...lateProblem(id, expiresAt, nowMs),
    ...(proposedBy === null ? [`who proposed ${id} is not told`] : []),
    ...(actions.length === 1 ? [] : [`${id} has ${actions.length} actions, and one is carried out at a time`]),
    ...(listed && votes.every(({ memberId }) => active.includes(memberId))
      ? []
      : [`${id} counts other votes than those of its members that are listed`]),
    ...actions.flatMap((action) =>
      action.kind === 'INVITE_MEMBER' ? principalProblem(id, action.principal, mapping) : [],
    ),
  ];
}

function lateProblem(id: string, expiresAt: string | null, nowMs: number): readonly string[] {
  if (expiresAt === null) return [`until when ${id} is open is not told`];
  return Date.parse(expiresAt) > nowMs ? [] : [`${id} was open when it was exported, until ${expiresAt}`];
}

const principalProblem = (id: string, principal: string | null, { principals }: Mapping): readonly string[] =>
  principal !== null && principals.has(principal)
    ? []
    : [`${id} invites ${principal ?? 'an account that is not told'}`];
