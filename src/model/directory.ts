import { eip55 } from './address.js';
import type { LedgerId } from './ids.js';

/** A party as configuration or a channel's config names it. `id` is the key without `member/`. */
export interface DirectoryMember {
  readonly id: string;
  readonly name: string;
  /** False where no configured member claims the MSP id and the channel's config alone names it. */
  readonly configured: boolean;
  readonly mspIds: readonly string[];
  /** EIP-55. */
  readonly accounts: readonly { readonly ledger: LedgerId; readonly address: string }[];
  /** Of a member of a network at Amazon Managed Blockchain, under whose id it acts there; absent elsewhere. */
  readonly amb?: {
    readonly ledger: LedgerId;
    readonly description: string | null;
    readonly status: 'JOINING' | 'ACTIVE' | 'REMOVED';
    /** Amazon's own word; null once it says nothing of it any more. */
    readonly nativeStatus: string | null;
    /** When Amazon last said something else of the network than before. */
    readonly observedAtMs: number;
  };
}

export interface DirectoryNetwork {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

/** Who is who. Pure: made from configuration; MSP ids that no member claims stand for themselves. */
export interface Directory {
  readonly network: DirectoryNetwork;
  readonly configured: readonly DirectoryMember[];
  /** The member behind a native id: an MSP id gives a member always, an address only where one is configured for that chain. */
  memberOf(ledger: LedgerId, nativeId: string): DirectoryMember | null;
  /** By id; an unclaimed MSP id is a member by that id, so this cannot say whether a channel really knows it. */
  member(id: string): DirectoryMember | null;
}

export interface DirectorySource {
  readonly network: DirectoryNetwork;
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly mspIds: readonly string[];
    readonly accounts: readonly { readonly ledger: LedgerId; readonly address: string }[];
  }[];
}

export function createDirectory(source: DirectorySource): Directory {
  const configured = source.members.map((member) => ({
    ...member,
    accounts: member.accounts.map(({ ledger, address }) => ({ ledger, address: eip55(address) })),
    configured: true,
  }));
  const byId = new Map(configured.map((member) => [member.id, member]));
  const byMsp = new Map(configured.flatMap((member) => member.mspIds.map((mspId) => [mspId, member] as const)));
  const byAccount = new Map(
    configured.flatMap((member) =>
      member.accounts.map((a) => [`${a.ledger}/${a.address.toLowerCase()}`, member] as const),
    ),
  );
  return {
    network: source.network,
    configured,
    memberOf: (ledger, nativeId) =>
      ledger.startsWith('fabric:')
        ? (byMsp.get(nativeId) ?? unclaimed(nativeId))
        : (byAccount.get(`${ledger}/${nativeId.toLowerCase()}`) ?? null),
    member: (id) => byId.get(id) ?? (byMsp.has(id) ? null : unclaimed(id)),
  };
}

function unclaimed(mspId: string): DirectoryMember {
  return { id: mspId, name: mspId, configured: false, mspIds: [mspId], accounts: [] };
}
