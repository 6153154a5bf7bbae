import type { DirectoryMember } from '../model/directory.js';
import type { ConsortiumState } from '../model/governance.js';
import { formatId, hasBlocks, ledgerKind, type LedgerId } from '../model/ids.js';
import type { ConsortiumRow, MembershipRow, PartyRef } from '../store/store.js';
import type { RequestContext } from './context.js';
import { once } from './keyedLoader.js';
import { loadersOf } from './loaders.js';

/** A member's standing on one ledger: an MSP in a channel's config, a configured address on a chain, a member of a network at Amazon. */
export interface MembershipFacts {
  readonly id: string;
  readonly ledger: LedgerId;
  readonly nativeId: string;
  readonly member: DirectoryMember;
  readonly role: 'MEMBER' | 'ORDERER';
  readonly status: 'JOINING' | 'ACTIVE' | 'REMOVED';
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** The channel's config says so; null where configuration does. */
  readonly row: MembershipRow | null;
}

/** The known member behind a native id of a ledger; null where there is none. */
export type FindMember = (ledger: LedgerId, nativeId: string) => DirectoryMember | null;

const PARTIES = Symbol('parties');

/** Who is who for this request: configured members and those that visible channels name. */
export const partiesOf = (context: RequestContext): Parties => context.once(PARTIES, () => new Parties(context));

export class Parties {
  constructor(private readonly context: RequestContext) {}

  /** Every membership that the caller may see, channels first. */
  readonly memberships = once(async (): Promise<readonly MembershipFacts[]> => {
    const rows = await loadersOf(this.context).memberships();
    const both = new Set(rows.filter(({ role }) => role === 'MEMBER').map(nativeKey));
    const [named, gone] = await Promise.all([this.named(), this.gone()]);
    const onChannels = rows
      .flatMap((row) => this.ofRow(row, both, named))
      .map((facts) =>
        facts.status === 'ACTIVE' && facts.role === 'MEMBER' ? { ...facts, ...gone.get(nativeKey(facts)) } : facts,
      );
    const onChains = this.context.directory.configured.flatMap((member) => this.ofAccounts(member));
    return [...onChannels, ...onChains];
  });

  /** Configured members, then MSP ids of visible channels that none of them claims, and members of Amazon's networks. */
  readonly members = once(async (): Promise<readonly DirectoryMember[]> => {
    const told = [...(await this.memberships()).map(({ member }) => member), ...(await this.atAmazon()).values()];
    const found = told.filter(({ configured }) => !configured);
    const unclaimed = new Map(found.map((member) => [member.id, member]));
    return [...this.context.directory.configured, ...[...unclaimed.values()].sort((a, b) => (a.id < b.id ? -1 : 1))];
  });

  /** The membership that a row tells of, which may be of an earlier moment. */
  async membershipOf(row: MembershipRow): Promise<MembershipFacts | null> {
    const rows = await loadersOf(this.context).memberships();
    const both = new Set([...rows, row].filter(({ role }) => role === 'MEMBER').map(nativeKey));
    return this.ofRow(row, both, await this.named())[0] ?? null;
  }

  private readonly byId = once(async () => new Map((await this.members()).map((member) => [member.id, member])));

  /** By id without `member/`; null where nobody is known by it to the caller. */
  async member(id: string): Promise<DirectoryMember | null> {
    return (await this.byId()).get(id) ?? (await this.joining()).find((member) => member.id === id) ?? null;
  }

  /** The known member behind a native id of a ledger, one that is about to join among them; null where there is none. */
  async behind(ledger: LedgerId, nativeId: string): Promise<DirectoryMember | null> {
    if (!hasBlocks(ledger)) return (await this.atAmazon()).get(nativeKey({ ledger, nativeId })) ?? null;
    const found = (await this.finder())(ledger, nativeId);
    if (found !== null || ledgerKind(ledger) !== 'fabric') return found;
    return (await this.joining()).find(({ mspIds }) => mspIds.includes(nativeId)) ?? null;
  }

  /** The members of Amazon's networks, by network and id: a party of its own in each, for nothing says who is behind it elsewhere. */
  private readonly atAmazon = once(async (): Promise<ReadonlyMap<string, DirectoryMember>> => {
    const rows = (await loadersOf(this.context).consortia()).filter(({ ledger }) => !hasBlocks(ledger));
    const members = rows.flatMap((row) => row.state.members.map((member) => memberAtAmazon(row, member)));
    return new Map(members.map((member) => [nativeKey({ ledger: member.amb.ledger, nativeId: member.id }), member]));
  });

  /** Whom a consortium calls by a name that nothing configures: members of Amazon's networks, and who accepted to join a channel's. */
  private readonly named = once(async (): Promise<ReadonlyMap<string, DirectoryMember>> => {
    const [rows, atAmazon] = await Promise.all([loadersOf(this.context).consortia(), this.atAmazon()]);
    const onChannels = rows.filter(({ ledger }) => hasBlocks(ledger));
    const members = onChannels.flatMap(({ ledger, state }) =>
      state.members
        .filter(({ nativeId }) => this.context.directory.memberOf(ledger, nativeId)?.configured === false)
        .map((member) => [nativeKey({ ledger, ...member }), memberByItself(member)] as const),
    );
    return new Map([...members, ...atAmazon]);
  });

  /** Who left a consortium, or was voted out: no member any more, though the channel that keeps it has its organisation still. */
  private readonly gone = once(async () => {
    const rows = (await loadersOf(this.context).consortia()).filter(({ ledger }) => hasBlocks(ledger));
    const members = rows.flatMap(({ ledger, state }) => state.members.map((member) => ({ ledger, ...member })));
    return new Map(
      members
        .filter(({ status }) => status === 'REMOVED')
        .map((member) => [nativeKey(member), { status: 'REMOVED', untilMs: member.untilMs } as const]),
    );
  });

  /** Who is a member of a consortium, and of no channel yet. */
  private readonly joining = once(async (): Promise<readonly DirectoryMember[]> => {
    const [known, rows] = await Promise.all([this.byId(), loadersOf(this.context).consortia()]);
    const members = rows.flatMap(({ ledger, state }) => (hasBlocks(ledger) ? state.members : []));
    return members
      .filter(({ nativeId }) => ![...known.values()].some(({ mspIds }) => mspIds.includes(nativeId)))
      .map(memberByItself);
  });

  /** As `behind`, for many at once: each native id is looked up once. */
  readonly finder = once(async (): Promise<FindMember> => {
    const members = await this.byId();
    const { directory } = this.context;
    const found = new Map<LedgerId, Map<string, DirectoryMember | null>>();
    const find = (ledger: LedgerId, nativeId: string): DirectoryMember | null => {
      const member = directory.memberOf(ledger, nativeId);
      return member === null || member.configured ? member : (members.get(member.id) ?? null);
    };
    this.findNow = (ledger, nativeId) => {
      let ofLedger = found.get(ledger);
      if (ofLedger === undefined) found.set(ledger, (ofLedger = new Map()));
      let member = ofLedger.get(nativeId);
      if (member === undefined) ofLedger.set(nativeId, (member = find(ledger, nativeId)));
      return member;
    };
    return this.findNow;
  });
  /** The finder, once it was asked for. */
  findNow: FindMember | undefined;

  /** Under which native ids a member acts on the ledgers that the caller may see. */
  refsOf(member: DirectoryMember): readonly PartyRef[] {
    if (member.amb !== undefined) return [{ ledger: member.amb.ledger, nativeId: member.id }];
    const channels = this.context.scope.ledgers.filter((ledger) => ledgerKind(ledger) === 'fabric');
    const organizations = channels.flatMap((ledger) => member.mspIds.map((nativeId) => ({ ledger, nativeId })));
    const accounts = this.accountsOf(member).map(({ ledger, address }) => ({ ledger, nativeId: address }));
    return [...organizations, ...accounts];
  }

  accountsOf(member: DirectoryMember): DirectoryMember['accounts'] {
    return member.accounts.filter(({ ledger }) => this.context.scope.ledgers.includes(ledger));
  }

  private ofRow(
    row: MembershipRow,
    both: ReadonlySet<string>,
    named: ReadonlyMap<string, DirectoryMember>,
  ): MembershipFacts[] {
    const member = named.get(nativeKey(row)) ?? this.context.directory.memberOf(row.ledger, row.nativeId);
    if (member === null) return [];
    const second = row.role === 'ORDERER' && both.has(nativeKey(row));
    const key = second ? `${row.nativeId}.orderer` : row.nativeId;
    const { ledger, nativeId, role, status, sinceMs, untilMs } = row;
    const id = formatId({ type: 'Membership', recordedOn: ledger, key });
    return [{ id, ledger, nativeId, member, role, status, sinceMs, untilMs, row }];
  }

  private ofAccounts(member: DirectoryMember): MembershipFacts[] {
    return this.accountsOf(member).map(({ ledger, address }) => accountMembership(member, ledger, address, 'ACTIVE'));
  }
}

/** The membership of an address that configuration names, or named. */
export const accountMembership = (
  member: DirectoryMember,
  ledger: LedgerId,
  address: string,
  status: MembershipFacts['status'],
): MembershipFacts => ({
  id: formatId({ type: 'Membership', recordedOn: ledger, key: address }),
  ledger,
  nativeId: address,
  member,
  role: 'MEMBER',
  status,
  sinceMs: null,
  untilMs: null,
  row: null,
});

const memberAtAmazon = (
  { ledger, state: { amb } }: ConsortiumRow,
  { nativeId, name, status, description = null, nativeStatus = null }: ConsortiumState['members'][number],
): DirectoryMember & Required<Pick<DirectoryMember, 'amb'>> => ({
  ...{ id: nativeId, name, configured: false, mspIds: [], accounts: [] },
  amb: { ledger, description, status, nativeStatus, observedAtMs: amb?.observedAtMs ?? 0 },
});

/** As it told of itself when it accepted. */
const memberByItself = ({ nativeId, name, accounts }: ConsortiumState['members'][number]): DirectoryMember => ({
  ...{ id: nativeId, name, configured: false, mspIds: [nativeId] },
  accounts: accounts.map(({ ledger, address }) => ({ ledger, address })),
});

const nativeKey = ({ ledger, nativeId }: Pick<MembershipRow, 'ledger' | 'nativeId'>): string => `${ledger}/${nativeId}`;
