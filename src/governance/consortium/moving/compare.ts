import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { MovingNetwork } from './records.js';

// What the chaincode holds beside what was to be brought in.

const text = z.string();
const policy = z.object({ threshold: z.int(), comparator: text, durationHours: z.int() });

export const keptNetwork = z.object({
  ...{ networkId: text, name: text, description: text, createdBy: text, createdAt: text },
  ...{ source: text.optional(), importing: text.optional() },
});
const keptMember = z.object({
  ...{ mspId: text, name: text, status: text, joinedAt: text, nativeId: text.optional() },
});
const keptProposal = z.object({
  ...{ proposalId: text, title: text, body: text, actions: z.array(z.record(text, z.unknown())), proposer: text },
  ...{ status: text, openedAt: text, closesAt: text, failure: text.optional() },
  tally: z.object({ yes: z.int(), no: z.int(), outstanding: z.int() }),
});
const keptVote = z.object({ proposalId: text, voter: text, choice: text });
const keptInvitation = z.object({
  ...{ invitationId: text, principal: text, status: text, createdAt: text, expiresAt: text },
});

/** What its functions answer, as far as it is compared. */
export const keptState = z.object({
  network: keptNetwork,
  votingPolicy: policy,
  members: z.array(keptMember),
  proposals: z.array(keptProposal),
  votes: z.array(keptVote),
  invitations: z.array(keptInvitation),
});
export type KeptNetwork = z.infer<typeof keptNetwork>;
export type KeptState = z.infer<typeof keptState>;

export interface Comparison {
  /** What was compared, in words. */
  readonly compared: string;
  /** A line for each thing that is otherwise. */
  readonly differences: readonly string[];
  /** What its members may have changed since. */
  readonly since: readonly string[];
}

/**
 * Compares all that was to be brought in. `lived`: the network decides already, so that what was open, its rule and its members may be
 * otherwise since.
 */
export function compareNetwork(moving: MovingNetwork, kept: KeptState, lived: boolean): Comparison {
  const open = new Set([
    ...moving.proposals.filter(({ status }) => status === 'OPEN').map(({ proposalId }) => proposalId),
    ...moving.invitations.filter(({ status }) => status === 'PENDING').map(({ invitationId }) => invitationId),
  ]);
  const found = { fixed: [] as string[], mayChange: [] as string[] };
  for (const { what, got, expected, changes } of pairsOf(moving, kept)) {
    const line = difference(what, got, expected);
    if (line !== null) (changes || open.has(what) ? found.mayChange : found.fixed).push(line);
  }
  return {
    compared: `${moving.members.length} members, ${moving.proposals.length} proposals, ${moving.votes.length} votes, ${moving.invitations.length} invitations`,
    differences: lived ? found.fixed : [...found.fixed, ...found.mayChange],
    since: lived ? found.mayChange : [],
  };
}

interface Pair {
  readonly what: string;
  readonly got: unknown;
  readonly expected: unknown;
  readonly changes?: true;
}

function* pairsOf(moving: MovingNetwork, kept: KeptState): Generator<Pair> {
  const { networkId, name, description } = kept.network;
  yield { what: 'network', got: { networkId, name, description }, expected: moving.network };
  yield { what: 'voting policy', got: kept.votingPolicy, expected: moving.votingPolicy, changes: true };
  yield* membersOf(moving, kept);
  const proposals = new Map(kept.proposals.map((one) => [one.proposalId, one]));
  for (const one of moving.proposals) {
    const found = proposals.get(one.proposalId);
    const { tally, ...rest } = found ?? { tally: null };
    yield { what: one.proposalId, got: found === undefined ? null : { ...rest, ...tally }, expected: one };
  }
  const votes = new Map(kept.votes.map((one) => [`${one.proposalId} ${one.voter}`, one]));
  for (const one of moving.votes) {
    const key = `${one.proposalId} ${one.voter}`;
    yield { what: `vote ${key}`, got: votes.get(key) ?? null, expected: one };
  }
  const invitations = new Map(kept.invitations.map((one) => [one.invitationId, one]));
  for (const one of moving.invitations)
    yield { what: one.invitationId, got: invitations.get(one.invitationId) ?? null, expected: one };
}

function* membersOf(moving: MovingNetwork, kept: KeptState): Generator<Pair> {
  const members = new Map(kept.members.map((one) => [one.mspId, one]));
  for (const one of moving.members)
    yield { what: `member ${one.nativeId}`, got: members.get(one.mspId) ?? null, expected: one, changes: true };
  const expected = new Set(moving.members.map(({ mspId }) => mspId));
  for (const one of kept.members)
    if (!expected.has(one.mspId)) yield { what: `member ${one.mspId}`, got: one, expected: null, changes: true };
}

/** Names in one order, nothing that is absent, moments as moments. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value ?? null, (name, held: unknown) => {
      if (isRecord(held)) return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)));
      return typeof held === 'string' && MOMENTS.has(name) ? Date.parse(held) : held;
    }),
  );
const MOMENTS = new Set(['joinedAt', 'openedAt', 'closesAt', 'createdAt', 'expiresAt']);

/** What was not told is as the chaincode made it. */
const alike = (got: unknown, expected: unknown): unknown =>
  isRecord(got) && isRecord(expected)
    ? Object.fromEntries(Object.entries(got).filter(([name]) => name in expected))
    : got;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function difference(what: string, got: unknown, expected: unknown): string | null {
  if (isDeepStrictEqual(plain(alike(got, expected)), plain(expected))) return null;
  const show = (value: unknown): string => {
    const shown = JSON.stringify(value ?? null);
    return shown.length > 300 ? `${shown.slice(0, 300)}…` : shown;
  };
  return `${what}: got ${show(got)}, expected ${show(expected)}`;
}
