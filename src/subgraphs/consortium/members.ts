import type { DirectoryMember } from '../../model/directory.js';
import { formatId, parseId, type LedgerId } from '../../model/ids.js';
import type { RequestContext } from '../context.js';
import type { Keyed } from '../listPage.js';
import type { NetworkNodeFacts } from '../networkNodes.js';
import { decidesOn } from '../networks.js';
import { partiesOf, type MembershipFacts } from '../parties.js';
import type { MemberBy, MemberFilter } from './inputs.js';
import { Member } from './member.js';

/** A party as the graph shows it: INVITED before it is on any ledger, or about to join, REMOVED once it left every one that it was on. */
export async function memberOf(context: RequestContext, facts: DirectoryMember): Promise<Member> {
  const own = (await partiesOf(context).memberships()).filter(({ member }) => member.id === facts.id);
  return new Member(facts, facts.amb === undefined ? standingOf(facts, own) : STANDING_AT_AMAZON[facts.amb.status]);
}

const STANDING_AT_AMAZON = { JOINING: 'INVITED', ACTIVE: 'ACTIVE', REMOVED: 'REMOVED' } as const;

function standingOf(
  { configured, mspIds, accounts }: DirectoryMember,
  memberships: readonly MembershipFacts[],
): 'INVITED' | 'ACTIVE' | 'REMOVED' {
  // What a configured member stands on may only not be in sight.
  const standsNowhere = !configured || (mspIds.length === 0 && accounts.length === 0);
  if (memberships.length === 0) return standsNowhere ? 'INVITED' : 'ACTIVE';
  const standings = memberships.map(({ status }) => status);
  return standings.includes('ACTIVE') ? 'ACTIVE' : standings.includes('JOINING') ? 'INVITED' : 'REMOVED';
}

/** The keys of the members that the caller acts for. */
export const actingFor = ({ member, writes, actingByApi }: RequestContext): readonly string[] =>
  member === null ? [...new Set([...writes.signers().map((signer) => signer.member), ...actingByApi])] : [member];

/** By the key of its id; null where the caller may know of none. */
export async function memberByKey(context: RequestContext, key: string): Promise<Member | null> {
  const facts = await partiesOf(context).member(key);
  return facts === null ? null : memberOf(context, facts);
}

/** The member behind a native id of a ledger; null where nobody is known to be. */
export async function memberBehind(
  context: RequestContext,
  ledger: LedgerId,
  nativeId: string,
): Promise<Member | null> {
  const facts = await partiesOf(context).behind(ledger, nativeId);
  return facts === null ? null : memberOf(context, facts);
}

/** The members behind several, each once; who is nobody's member is left out. */
export async function membersBehindAll(
  context: RequestContext,
  ledger: LedgerId,
  nativeIds: readonly string[],
): Promise<readonly Member[]> {
  const members = await Promise.all(nativeIds.map((nativeId) => memberBehind(context, ledger, nativeId)));
  const known = members.filter((member) => member !== null);
  return known.filter(({ id }, at) => known.findIndex((other) => other.id === id) === at);
}

export async function operatorOf(
  context: RequestContext,
  { operator, positions, amb }: NetworkNodeFacts,
): Promise<Member | null> {
  const ledger = amb?.ledger ?? positions[0]?.ledger;
  if (operator === null || ledger === undefined) return null;
  const facts = await partiesOf(context).behind(ledger, operator);
  return facts === null ? null : memberOf(context, facts);
}

export async function findMember(context: RequestContext, by: MemberBy): Promise<Member | null> {
  const ref = parseId(by.id ?? '');
  if (by.id != null) return ref?.type === 'Member' ? memberByKey(context, ref.key) : null;
  const facts = by.name != null ? await byName(context, by.name) : await byNativeId(context, by);
  return facts === null ? null : memberOf(context, facts);
}

async function byName(context: RequestContext, name: string): Promise<DirectoryMember | null> {
  return (await partiesOf(context).members()).find((member) => member.name === name) ?? null;
}

async function byNativeId(context: RequestContext, { mspId, address }: MemberBy): Promise<DirectoryMember | null> {
  if (address != null) {
    const visible = context.scope.ledgers.find((ledger) => ledger === address.chain);
    return visible === undefined ? null : partiesOf(context).behind(visible, address.address);
  }
  if (mspId?.channel == null) {
    return (await partiesOf(context).members()).find(({ mspIds }) => mspIds.includes(mspId?.mspId ?? '')) ?? null;
  }
  const memberships = await partiesOf(context).memberships();
  const found = memberships.find(({ ledger, nativeId }) => ledger === mspId.channel && nativeId === mspId.mspId);
  return found?.member ?? null;
}

/** The members of a network, or of all, that a filter lets through: configured ones in their order, then the others by their keys. */
export async function membersOf(
  context: RequestContext,
  filter: MemberFilter | null | undefined,
  network: string | null = null,
): Promise<Keyed<Member>[]> {
  const within = [network, filter?.network].map((id) => membersIn(context, id));
  const facts = (await partiesOf(context).members()).filter((member) => within.every((isIn) => isIn(member)));
  const members = await Promise.all(facts.map((member) => memberOf(context, member)));
  const text = filter?.nameContains?.toLowerCase();
  return members
    .map((value, index) => ({ key: keyOf(value, index), value }))
    .filter(({ value }) => filter?.status?.includes(value.status) ?? true)
    .filter(({ value }) => text === undefined || value.name.toLowerCase().includes(text));
}

/** Configured members keep their order; the configuration is the same for every page. */
const keyOf = ({ facts }: Member, index: number): string =>
  facts.configured ? `0 ${String(index).padStart(6, '0')}` : `1 ${facts.id}`;

/** True of the members of a network; of all where none is named. Members of the configured one need be on no ledger yet. */
function membersIn(context: RequestContext, id: string | null | undefined): (member: DirectoryMember) => boolean {
  const decides = decidesOn(context, id);
  const isOwn = id === formatId({ type: 'Network', key: context.directory.network.id });
  return ({ amb }) => id == null || (amb === undefined ? isOwn : decides(amb.ledger));
}
