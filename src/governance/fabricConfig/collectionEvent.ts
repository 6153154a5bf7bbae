import { z } from 'zod';
import type { DecodedTransaction } from '../../model/block.js';

// What the consortium chaincode tells of signatures that it collects, as its own events.ts describes it. What is not of this form says nothing.

const text = z.string();
const at = z.iso.datetime();
const configUpdate = z.object({
  // A native id stands in ids of the graph, whose parts a slash divides.
  ...{ configUpdateId: text.regex(/^[^/]{1,200}$/), title: text, body: text, proposer: text, configUpdate: z.base64() },
  ...{ status: z.enum(['OPEN', 'WITHDRAWN']), openedAt: at, closesAt: at.nullable(), withdrawnAt: at.optional() },
  decision: z.object({ network: text, proposalId: text.regex(/^[^/]{1,200}$/) }).nullable(),
  replaces: text.optional(),
});
const configSignature = z.object({
  ...{ configUpdateId: text, mspId: text, identity: text, subject: text, bytes: z.base64(), signedAt: at },
  supersededBy: text.optional(),
  carriedBy: text.optional(),
});
const configAttempt = z.object({
  ...{ configUpdateId: text, number: z.int(), by: text, at, outcome: z.enum(['ACCEPTED', 'REFUSED', 'UNKNOWN']) },
  ...{ code: text.nullable(), message: text.nullable() },
});
const event = z.object({
  ...{ version: z.literal(1), name: text, by: text, at },
  configUpdates: z.array(configUpdate).max(1_000),
  configSignatures: z.array(configSignature).max(1_000),
  configAttempts: z.array(configAttempt).max(1_000),
});

export type CollectionEvent = z.infer<typeof event>;
export type CollectedUpdate = z.infer<typeof configUpdate>;
export type CollectedSignature = z.infer<typeof configSignature>;
export type CollectedAttempt = z.infer<typeof configAttempt>;

/** What a valid transaction of the chaincode says of collections; null where it says nothing of them. */
export function collectionEvent(chaincode: string, { outcome, events }: DecodedTransaction): CollectionEvent | null {
  const [told] = events;
  if (outcome !== 'SUCCEEDED' || told?.detail.kind !== 'fabric' || told.chaincode !== chaincode) return null;
  const said = read(told.detail.payload);
  if (said === null || said.configUpdates.length + said.configSignatures.length + said.configAttempts.length === 0)
    return null;
  return said;
}

function read(payload: string): CollectionEvent | null {
  try {
    return event.safeParse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).data ?? null;
  } catch {
    // Not JSON: an event of something else.
    return null;
  }
}
