import type { Invitation, Member, Node, Proposal, VoteSummary } from '@aws-sdk/client-managedblockchain';
import { AmbLedger, AmbObserver, KnownNetwork, packRecord, type AmbSnapshot } from '../../src/governance/amb/index.js';
import { Governing } from '../../src/ingest/governing.js';
import type { RawBlock } from '../../src/model/block.js';
import type { Store } from '../../src/store/store.js';

// Answers of Amazon Managed Blockchain as its API reference documents them, with the fields that moto lacks.

export const NETWORK = 'n-MWY63ZJZU5HGNCMBQER7IN6OIU';
export const LEDGER = `amb:${NETWORK}` as const;
export const HOUR_MS = 3_600_000;
/** When the network was made. */
export const T0 = Date.parse('2026-10-01T08:00:00Z');
const at = (hours: number): Date => new Date(T0 + hours * HOUR_MS);
const arn = (what: string): string => `arn:aws:managedblockchain:us-east-1:111122223333:${what}`;

export const member = (name: string, more: Partial<Member> & { readonly IsOwned?: boolean } = {}): Member => ({
  ...{ NetworkId: NETWORK, Id: `m-${name.toUpperCase()}`, Name: name, Description: `${name} of the harbour` },
  ...{ Status: 'AVAILABLE', CreationDate: at(1), Arn: arn(`members/m-${name.toUpperCase()}`), ...more },
});
export const node = (name: string, of: string, more: Partial<Node> = {}): Node => ({
  ...{ NetworkId: NETWORK, MemberId: `m-${of.toUpperCase()}`, Id: `nd-${name.toUpperCase()}`, Status: 'AVAILABLE' },
  FrameworkAttributes: { Fabric: { PeerEndpoint: `nd-${name}.managedblockchain.us-east-1.amazonaws.com:30003` } },
  ...{ InstanceType: 'bc.t3.small', AvailabilityZone: 'us-east-1a', CreationDate: at(2), ...more },
});
export const proposal = (name: string, more: Partial<Proposal> = {}): Proposal => ({
  ...{ ProposalId: `p-${name.toUpperCase()}`, NetworkId: NETWORK, Description: name, Status: 'IN_PROGRESS' },
  Actions: { Invitations: [{ Principal: '444455556666' }] },
  ...{ ProposedByMemberId: 'm-HARVEST', ProposedByMemberName: 'harvest', CreationDate: at(10), ExpirationDate: at(34) },
  ...{
    YesVoteCount: 0,
    NoVoteCount: 0,
    OutstandingVoteCount: 3,
    Arn: arn(`proposals/p-${name.toUpperCase()}`),
    ...more,
  },
});
export const vote = (name: string, Vote: 'YES' | 'NO'): VoteSummary => ({
  ...{ MemberId: `m-${name.toUpperCase()}`, MemberName: name, Vote },
});
export const invitation = (name: string, more: Partial<Invitation> = {}): Invitation => ({
  ...{ InvitationId: `in-${name.toUpperCase()}`, Status: 'PENDING', CreationDate: at(20), ExpirationDate: at(44) },
  ...{ NetworkSummary: { Id: NETWORK, Name: 'trade' }, Arn: arn(`invitations/in-${name.toUpperCase()}`), ...more },
});

/** Three members, and whatever else is given. */
export function snapshot(more: Partial<AmbSnapshot> = {}): AmbSnapshot {
  const policy = { ThresholdPercentage: 50, ProposalDurationInHours: 24, ThresholdComparator: 'GREATER_THAN' } as const;
  const proposals = more.proposals ?? [];
  return {
    network: {
      ...{ Id: NETWORK, Name: 'trade', Description: 'Coffee from farm to roaster', Framework: 'HYPERLEDGER_FABRIC' },
      ...{ FrameworkVersion: '2.2', Status: 'AVAILABLE', CreationDate: at(0), Arn: arn(`networks/${NETWORK}`) },
      VotingPolicy: { ApprovalThresholdPolicy: policy },
    },
    members: ['harvest', 'meridian', 'northwind'].map((name) => member(name)),
    ...{ nodes: [], invitations: [], listed: proposals.map(({ proposal: { ProposalId } }) => ProposalId ?? '') },
    ...more,
    proposals,
  };
}

/** The records that snapshots make, an hour apart: what finds nothing new makes none. */
export function recordsOf(snapshots: readonly AmbSnapshot[], from = T0 + 100 * HOUR_MS): readonly RawBlock[] {
  const known = new KnownNetwork();
  const records: RawBlock[] = [];
  for (const [hour, one] of snapshots.entries()) {
    const record = known.difference(one, from + hour * HOUR_MS);
    if (record === null) continue;
    known.take(record);
    records.push(packRecord(record, records.length, records.at(-1)?.hash ?? null));
  }
  return records;
}

/** Its decoder alone: nothing is asked of Amazon. */
export const ambLedger = (network = NETWORK): AmbLedger =>
  new AmbLedger({
    ...{ region: 'us-east-1', endpoint: 'http://127.0.0.1:9', network, pollSeconds: 30 },
    // eslint-disable-next-line require-yield -- nothing is stored before
    history: async function* () {
      await Promise.resolve();
    },
  });

/** Stores records as the reader of the network does. */
export async function stored(store: Store, records: readonly RawBlock[], network = NETWORK): Promise<void> {
  const ledger = ambLedger(network);
  await store.declare({ id: ledger.id, kind: 'amb', name: ledger.name, startBlock: 0 });
  const governing = new Governing(ledger.id, [new AmbObserver(network)], store);
  const decoder = ledger.decoder();
  for (const raw of records) await governing.whole([decoder.decode(raw)], (derived) => store.append(derived, null));
}
