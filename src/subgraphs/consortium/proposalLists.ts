import type { LedgerId } from '../../model/ids.js';
import { parseId } from '../../model/ids.js';
import type { PartyRef, ProposalCriteria, ProposalPage, ProposalPlace, ProposalRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { cursorPurpose, openCursor, pageBounds, type PageArguments, type PageOf } from '../page.js';
import { decidesOn } from '../networks.js';
import { partiesOf } from '../parties.js';
import { governanceOf, keyOf } from './governanceLoaders.js';
import type { ProposalFilter } from './proposalInputs.js';
import { proposalOf, type Proposal } from './proposalType.js';

type Order = ProposalPage['order'];
const NEWEST: Order = { field: 'CREATED', direction: 'DESC' };
/** What never closes stands after all that does. */
const NEVER_MS = 8.64e15;

interface ListOptions {
  readonly kind: string;
  readonly filter: ProposalFilter | null | undefined;
  readonly order?: Order | null | undefined;
  readonly args: PageArguments;
  /** The network whose list it is; absent: every network's. */
  readonly within?: string;
  /** What the parent restricts beside the filter. */
  readonly criteria?: Partial<ProposalCriteria>;
  readonly counted?: boolean;
}

/** A page of proposals. Its moment is the first page's, so that none slips out between two pages by the clock. */
export async function proposalPage(context: RequestContext, options: ListOptions): Promise<PageOf<Proposal>> {
  const order = options.order ?? NEWEST;
  const bounds = pageBounds(options.args, context.pageSize);
  const purpose = cursorPurpose(context, `list.${options.kind}`, [
    options.filter,
    order,
    options.criteria,
    options.within ?? null,
  ]);
  const cursor = bounds.cursor === null ? null : (openCursor(context, purpose, bounds.cursor) as Packed);
  const nowMs = cursor?.[0] ?? Date.now();
  const criteria = await listed(context, options, nowMs);
  const place = cursor === null ? null : unpack(cursor);
  const [forward, limit] = [bounds.towards === 'forward', bounds.limit];
  const request = {
    limit,
    towards: bounds.towards,
    order,
    ...(forward ? { after: place, before: null } : { after: null, before: place }),
  };
  const [{ rows, hasMore }, totalCount] = await Promise.all([
    context.store.proposals(context.scope, criteria, request),
    options.counted === true ? context.store.countProposals(context.scope, criteria) : null,
  ]);
  for (const row of rows) governanceOf(context).proposal.prime(keyOf(row), row);
  return {
    nodes: rows.map((row) => proposalOf(row, nowMs)),
    ...edges(forward, place !== null, hasMore),
    totalCount,
    cursorAt: (index) => context.cursors.seal(purpose, pack(nowMs, order, rows[index])),
    streamCursor: () => Promise.reject(new TypeError('A list that is no stream has no stream cursor')),
  };
}

async function listed(context: RequestContext, options: ListOptions, nowMs: number): Promise<ProposalCriteria> {
  const asked = await criteriaOf(context, options.filter, nowMs);
  const ledgers = (asked.ledgers ?? []).filter(decidesOn(context, options.within));
  return { ...asked, ledgers, ...options.criteria };
}

const edges = (forward: boolean, isLater: boolean, hasMore: boolean) => ({
  hasNextPage: forward ? hasMore : isLater,
  hasPreviousPage: forward ? isLater : hasMore,
});

type Packed = readonly [
  nowMs: number,
  atMs: number,
  ledger: LedgerId,
  mechanism: ProposalPlace['mechanism'],
  nativeId: string,
];

function pack(nowMs: number, { field }: Order, row: ProposalRow | undefined): Packed {
  if (row === undefined) throw new RangeError('no such row');
  const { createdMs, closesAtMs, mechanism, nativeId } = row.state;
  return [nowMs, field === 'CREATED' ? createdMs : (closesAtMs ?? NEVER_MS), row.ledger, mechanism, nativeId];
}

const unpack = ([, atMs, ledger, mechanism, nativeId]: Packed): ProposalPlace => ({
  atMs,
  ledger,
  mechanism,
  nativeId,
});

/** The store's criteria of a filter. */
export async function criteriaOf(
  context: RequestContext,
  filter: ProposalFilter | null | undefined,
  nowMs: number,
): Promise<ProposalCriteria> {
  const isWithin = decidesOn(context, filter?.network);
  const ledgers = context.scope.ledgers.filter(
    (id) => isWithin(id) && (filter?.ledger == null || id === filter.ledger),
  );
  return {
    ledgers,
    mechanisms: filter?.mechanism ?? null,
    statuses: filter?.status ?? null,
    proposers: await partiesNamed(context, filter?.proposer),
    awaiting: await partiesNamed(context, filter?.awaiting),
    nowMs,
  };
}

/** Under which native ids a member acts; null where none is asked for. */
async function partiesNamed(
  context: RequestContext,
  id: string | null | undefined,
): Promise<readonly PartyRef[] | null> {
  if (id == null) return null;
  const ref = parseId(id);
  const member = ref?.type === 'Member' ? await partiesOf(context).member(ref.key) : null;
  return member === null ? [] : partiesOf(context).refsOf(member);
}
