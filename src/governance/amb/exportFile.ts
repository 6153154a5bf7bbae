import { z } from 'zod';
import { ParleyError } from '../../errors/index.js';
import { EXPORT_FORMAT, EXPORT_VERSION, type NetworkExport } from '../../model/networkExport.js';
import { canonicalText, sha256 } from './record.js';

// The file of an export: its form, its digest, and what must agree within it.

/** More than a network of Amazon's can fill: its members are few, and so are their proposals. */
export const MAX_EXPORT_BYTES = 32 * 1024 * 1024;
const MAX_PROPOSALS = 100_000;
const MAX_MEMBERS = 1_000;

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}-[A-Za-z0-9]{1,60}$`), `an id: ${prefix}-…`);
const moment = z.iso.datetime();
const text = (most: number) => z.string().max(most);
const word = text(200).nullable();
const count = z.int().min(0).max(MAX_MEMBERS);

const member = z.strictObject({
  ...{ id: id('m'), name: text(100).min(1).nullable(), description: text(1_000).nullable() },
  standing: z.enum(['ACTIVE', 'LEFT']).describe('LEFT: deleted, or named by a proposal or a vote and listed no more.'),
  ...{ nativeStatus: word, createdAt: moment.nullable() },
});
const node = z.strictObject({
  ...{ id: id('nd'), memberId: id('m'), nativeStatus: word, instanceType: word, availabilityZone: word },
});
const action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('INVITE_MEMBER'), principal: text(200).min(1) }),
  z.strictObject({ kind: z.literal('REMOVE_MEMBER'), memberId: id('m') }),
]);
const vote = z.strictObject({ memberId: id('m'), choice: z.enum(['YES', 'NO']) });
const proposal = z.strictObject({
  ...{ id: id('p'), title: text(200).min(1), description: text(10_000).nullable(), proposedBy: id('m').nullable() },
  status: z.enum(['OPEN', 'EXECUTED', 'EXECUTION_FAILED', 'REJECTED', 'EXPIRED']),
  ...{ nativeStatus: text(200), createdAt: moment.nullable(), expiresAt: moment.nullable() },
  actions: z.array(action).max(20),
  counts: z.strictObject({ yes: count, no: count, outstanding: count }).describe('As counted there.'),
  votes: z.array(vote).max(MAX_MEMBERS).describe('May be fewer than counted.'),
});
const invitation = z.strictObject({
  ...{ id: id('in'), status: z.enum(['PENDING', 'ACCEPTED', 'REJECTED', 'EXPIRED']), nativeStatus: text(200) },
  principal: text(200).min(1).nullable().describe('The account that was invited; null where it is not told.'),
  ...{ createdAt: moment.nullable(), expiresAt: moment.nullable() },
});

const file = z.strictObject({
  ...{ format: z.literal(EXPORT_FORMAT), version: z.literal(EXPORT_VERSION), exportedAt: moment },
  source: z.strictObject({ kind: z.literal('AMB'), region: text(64).min(1) }),
  network: z.strictObject({
    ...{ id: id('n'), name: text(100).min(1), description: text(1_000).nullable(), framework: word },
    ...{ frameworkVersion: word, nativeStatus: word, createdAt: moment.nullable() },
  }),
  votingPolicy: z.strictObject({
    threshold: z.int().min(0).max(100),
    comparator: z.enum(['GREATER_THAN', 'GREATER_THAN_OR_EQUAL_TO']),
    durationHours: z.int().min(1).max(168),
  }),
  members: z.array(member).max(MAX_MEMBERS),
  nodes: z.array(node).max(10_000).describe('Of members that the exporting account owns. Nodes do not move.'),
  proposals: z.array(proposal).max(MAX_PROPOSALS),
  invitations: z.array(invitation).max(MAX_PROPOSALS).describe('Those that the exporting account received.'),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .describe('Of all else but `exportedAt`, as JSON with sorted names and without white space.'),
});

/** The JSON Schema of the file. */
export const exportJsonSchema = (): unknown => z.toJSONSchema(file, { io: 'input', unrepresentable: 'any' });

/** The digest of what a file says. */
export const exportDigest = (said: Omit<NetworkExport, 'digest'>): string =>
  `sha256:${sha256(canonicalText({ ...said, exportedAt: undefined, digest: undefined }))}`;

/** The text of the file. */
export const exportText = (said: NetworkExport): string => `${JSON.stringify(said, null, 2)}\n`;

/** Reads a file. Errors: `INPUT_INVALID`, naming what is wrong, at most ten things. */
export function readExport(content: string): NetworkExport {
  if (Buffer.byteLength(content) > MAX_EXPORT_BYTES) throw tooLarge(Buffer.byteLength(content));
  const given = parsed(content);
  requireVersion(given);
  const read = file.safeParse(given);
  if (!read.success) throw notRead(read.error.issues.slice(0, 10).map(issueText).join('; '));
  const said: NetworkExport = read.data;
  const digest = exportDigest(said);
  if (digest !== said.digest)
    throw new ParleyError('INPUT_INVALID', 'The export was changed after it was written', {
      got: digest,
      expected: said.digest,
      fix: 'Export the network again, and leave the file as it is: what is not to move is chosen by options of `parley bootstrap`.',
    });
  requireAgreement(said);
  return said;
}

/** Where a file is larger than any export. */
export const tooLarge = (bytes: number): ParleyError =>
  new ParleyError('INPUT_INVALID', 'The file is larger than any export', {
    got: `${bytes} bytes`,
    expected: `at most ${MAX_EXPORT_BYTES} bytes`,
    fix: 'Name the file that `parley export amb` wrote.',
  });

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw notRead('text that is no JSON');
  }
}

function requireVersion(given: unknown): void {
  const { format, version } = (given ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  if (format !== EXPORT_FORMAT) throw notRead(`format ${JSON.stringify(format)?.slice(0, 60) ?? 'absent'}`);
  if (version === EXPORT_VERSION) return;
  throw new ParleyError('INPUT_INVALID', 'The export has a version that is not read', {
    got: JSON.stringify(version)?.slice(0, 60),
    expected: EXPORT_VERSION,
    fix: 'Export the network with this version of Parley, or read the file with the one that wrote it.',
  });
}

const issueText = ({ path, message }: z.core.$ZodIssue): string => `${path.join('.')}: ${message}`;

function requireAgreement({ members, proposals, invitations }: NetworkExport): void {
  requireOnce(
    'members',
    members.map(({ id: one }) => one),
  );
  requireOnce(
    'proposals',
    proposals.map(({ id: one }) => one),
  );
  requireOnce(
    'invitations',
    invitations.map(({ id: one }) => one),
  );
  const known = new Set(members.map(({ id: one }) => one));
  for (const one of proposals) {
    requireOnce(
      `votes on ${one.id}`,
      one.votes.map(({ memberId }) => memberId),
    );
    requireCounted(one);
    const removed = one.actions.flatMap((asked) => (asked.kind === 'REMOVE_MEMBER' ? [asked.memberId] : []));
    const proposer = one.proposedBy === null ? [] : [one.proposedBy];
    const named = [...proposer, ...one.votes.map(({ memberId }) => memberId), ...removed];
    const stranger = named.find((memberId) => !known.has(memberId));
    if (stranger !== undefined) throw notRead(`${one.id} names ${stranger}, which is not among the members`);
  }
}

function requireOnce(list: string, ids: readonly string[]): void {
  const named = new Set<string>();
  for (const one of ids) {
    if (named.has(one)) throw notRead(`${list} with ${one} twice`);
    named.add(one);
  }
}

function requireCounted({ id: proposalId, counts, votes }: NetworkExport['proposals'][number]): void {
  const of = (choice: 'YES' | 'NO'): number => votes.filter((cast) => cast.choice === choice).length;
  if (of('YES') <= counts.yes && of('NO') <= counts.no) return;
  throw notRead(
    `${proposalId} counts ${counts.yes} YES and ${counts.no} NO, but lists ${of('YES')} and ${of('NO')} votes`,
  );
}

const notRead = (got: string): ParleyError =>
  new ParleyError('INPUT_INVALID', 'The file is no export of a network that can be read', {
    got,
    expected: `what \`parley export amb\` writes: ${EXPORT_FORMAT}, version ${EXPORT_VERSION}`,
    fix: 'Export the network again.',
  });
