import { z } from 'zod';
import type { DecodedTransaction } from '../../model/block.js';

// The events of the consortium chaincode, as its own events.ts describes them. Who installs another chaincode by that name may say
// anything in its events: what is not of this form says nothing here.

const text = z.string();
const at = z.iso.datetime();
const policy = z.object({
  threshold: z.int().min(0).max(100),
  comparator: z.enum(['GREATER_THAN', 'GREATER_THAN_OR_EQUAL_TO']),
  durationHours: z.int().min(1).max(168),
});
const action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('INVITE_MEMBER'), name: text, principal: text }),
  z.object({ kind: z.literal('REMOVE_MEMBER'), mspId: text }),
  policy.extend({ kind: z.literal('CHANGE_VOTING_POLICY') }),
  z.object({ kind: z.literal('TEXT'), text }),
]);
const tally = z.object({
  ...{ eligible: z.int(), yes: z.int(), no: z.int(), abstain: z.int(), outstanding: z.int() },
  ...{ satisfied: z.boolean(), stillReachable: z.boolean() },
});
const proposal = z.object({
  // A native id stands in ids of the graph, whose parts a slash divides.
  ...{ proposalId: text.regex(/^[^/]{1,200}$/), title: text, body: text, actions: z.array(action).max(100) },
  ...{ proposer: text, openedAt: at, closesAt: at, policy, electorate: z.array(text).max(1_000), tally },
  status: z.enum(['OPEN', 'EXECUTED', 'EXECUTION_FAILED', 'REJECTED', 'EXPIRED', 'WITHDRAWN']),
  ...{ decidedAt: at.optional(), executedAt: at.optional(), imported: z.literal(true).optional() },
  failure: text.optional(),
  attempts: z.array(z.object({ at, by: text, failure: text.nullable() })).max(100),
});
const vote = z.object({
  ...{ proposalId: text, voter: text, choice: z.enum(['YES', 'NO', 'ABSTAIN']), reason: text, castAt: at.nullable() },
  ...{ voidedAt: at.optional(), imported: z.literal(true).optional() },
});
const invitation = z.object({
  ...{ invitationId: text.regex(/^[^/]{1,200}$/), name: text, principal: text, proposalId: text.optional() },
  status: z.enum(['PENDING', 'ACCEPTED', 'REJECTED', 'EXPIRED']),
  ...{ createdAt: at, expiresAt: at, member: text.optional() },
});
const member = z.object({
  ...{ mspId: text, name: text, status: z.enum(['JOINING', 'ACTIVE', 'REMOVED']), joinedAt: at },
  ...{ removedAt: at.optional(), accounts: z.array(z.object({ chain: text, address: text })).max(1_000) },
});
const event = z.object({
  ...{ version: z.literal(1), name: text, by: text, at },
  network: z.object({ networkId: text, name: text, description: text }).nullable(),
  votingPolicy: policy.nullable(),
  members: z.array(member).max(10_000),
  proposals: z.array(proposal).max(10_000),
  votes: z.array(vote).max(100_000),
  invitations: z.array(invitation).max(10_000),
});

export type ConsortiumEvent = z.infer<typeof event>;
export type EventProposal = z.infer<typeof proposal>;
export type EventVote = z.infer<typeof vote>;
export type EventInvitation = z.infer<typeof invitation>;

/** What a valid transaction of the chaincode says it changed; null for every other transaction. */
export function consortiumEvent(chaincode: string, { outcome, events }: DecodedTransaction): ConsortiumEvent | null {
  const [told] = events;
  if (outcome !== 'SUCCEEDED' || told?.detail.kind !== 'fabric' || told.chaincode !== chaincode) return null;
  try {
    const read = event.safeParse(JSON.parse(Buffer.from(told.detail.payload, 'base64').toString('utf8')));
    return read.success ? read.data : null;
  } catch {
    // Not JSON: an event of something else.
    return null;
  }
}
