import { isDeepStrictEqual } from 'node:util';
import { isLedgerId, type LedgerId } from '../../model/ids.js';
import type { DirectoryMember } from '../../model/directory.js';
import type { RequestContext } from '../context.js';
import { accountMembership, partiesOf, type MembershipFacts } from '../parties.js';

/** An address that configuration gives to a member: ledger, address, member's id. */
type Account = readonly [LedgerId, string, string];

/** The accounts of the configuration that a client was told of; null where there are more than a cursor can hold. */
export type ToldAccounts = readonly Account[] | null;

/** Beside the positions of many ledgers there is room for some kilobytes. */
const MAX_ACCOUNTS = 48;
const MAX_BYTES = 3072;

/** What configuration says now of the ledgers that the caller may see. */
export function accountsNow(context: RequestContext): ToldAccounts {
  const accounts = context.directory.configured.flatMap((member) =>
    partiesOf(context)
      .accountsOf(member)
      .map(({ ledger, address }): Account => [ledger, address, member.id]),
  );
  const sorted = accounts.sort((a, b) => (a.join() < b.join() ? -1 : 1));
  return fits(sorted) ? sorted : null;
}

const fits = (accounts: readonly Account[]): boolean =>
  accounts.length <= MAX_ACCOUNTS && packAccounts(accounts).length <= MAX_BYTES;

export const packAccounts = (accounts: ToldAccounts): Buffer => Buffer.from(JSON.stringify(accounts));

export function unpackAccounts(bytes: Buffer): ToldAccounts {
  const value: unknown = bytes.length === 0 ? null : JSON.parse(bytes.toString());
  return Array.isArray(value) ? value.filter(isAccount) : null;
}

const isAccount = (value: unknown): value is Account =>
  Array.isArray(value) && value.length === 3 && typeof value[0] === 'string' && isLedgerId(value[0]);

export interface AccountChange {
  readonly change: 'JOINED' | 'REMOVED';
  readonly membership: MembershipFacts;
  /** What the client was told once it has this. */
  readonly told: ToldAccounts;
}

/** What configuration says otherwise than it did when the client was told: first who left, then who came. */
export function accountChanges(context: RequestContext, before: ToldAccounts): readonly AccountChange[] {
  const now = accountsNow(context);
  if (before === null || now === null) return [];
  let told = before;
  const lacks = (list: readonly Account[], one: Account): boolean =>
    !list.some((other) => isDeepStrictEqual(other, one));
  // What the caller may no longer see says nothing.
  const gone = before.filter((one) => lacks(now, one) && context.scope.ledgers.includes(one[0]));
  const left = gone.map((one): AccountChange => {
    told = told.filter((other) => other !== one);
    return { change: 'REMOVED', membership: membershipOf(context, one, 'REMOVED'), told };
  });
  const came = now
    .filter((one) => lacks(before, one))
    .map((one): AccountChange => {
      told = [...told, one];
      return { change: 'JOINED', membership: membershipOf(context, one, 'ACTIVE'), told };
    });
  return [...left, ...came];
}

function membershipOf(
  context: RequestContext,
  [ledger, address, id]: Account,
  status: MembershipFacts['status'],
): MembershipFacts {
  return accountMembership(context.directory.member(id) ?? formerMember(id), ledger, address, status);
}

/** A member that configuration no longer names. */
const formerMember = (id: string): DirectoryMember => ({ id, name: id, configured: false, mspIds: [], accounts: [] });
