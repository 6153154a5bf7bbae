import { ParleyError } from '../../errors/index.js';
import { isLedgerId, parseId, type LedgerId } from '../../model/ids.js';
import type { BlockCriteria, EventCriteria, NumberRange, PartyRef, TransactionCriteria } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import { partiesOf } from '../parties.js';
import type {
  BlockFilter,
  BlockRange,
  LedgerEventFilter,
  TimeRange,
  TopicFilter,
  TransactionFilter,
} from './filters.js';

/** A filter's list beyond this is a mistake or an attack. */
const MAX_LIST = 100;
const MAX_NAME_CHARACTERS = 256;
/** A log has at most four topics. */
const MAX_TOPICS = 4;

type Optional<T> = T | null | undefined;

export function blockCriteria(filter: Optional<BlockFilter>): BlockCriteria {
  return { ...placeCriteria(filter), confirmation: filter?.confirmation ?? null };
}

/** Members become their native ids on the ledgers that the caller may see. */
export async function transactionCriteria(
  context: RequestContext,
  filter: Optional<TransactionFilter>,
): Promise<TransactionCriteria> {
  return {
    ...placeCriteria(filter),
    confirmation: filter?.confirmation ?? null,
    parties: await partyCriteria(context, filter?.members),
    addresses: bounded('addresses', filter?.addresses),
    chaincodes: names('chaincodes', filter?.chaincodes),
    functions: names('functions', filter?.functions),
    outcome: filter?.outcome ?? null,
  };
}

export function eventCriteria(filter: Optional<LedgerEventFilter>): EventCriteria {
  return {
    ...placeCriteria(filter),
    names: names('names', filter?.names),
    chaincodes: names('chaincodes', filter?.chaincodes),
    addresses: bounded('addresses', filter?.addresses),
    topics: topicCriteria(filter?.topics),
  };
}

function placeCriteria(
  filter: Optional<{ ledgers?: string[] | null; range?: BlockRange | null; time?: TimeRange | null }>,
): BlockCriteria {
  return {
    ledgers: ledgerIds(filter?.ledgers),
    range: filter?.range == null ? null : rangeOf(filter.range),
    time: filter?.time == null ? null : { fromMs: filter.time.from ?? null, toMs: filter.time.to ?? null },
  };
}

/** Errors: `ID_INVALID` for what is no ledger's id. A ledger that the caller may not see is as one that does not exist. */
export function ledgerIds(ids: Optional<readonly string[]>): LedgerId[] | null {
  const given = bounded('ledgers', ids);
  if (given === null) return null;
  return given.map((id) => {
    if (isLedgerId(id)) return id;
    throw new ParleyError('ID_INVALID', "That is not a ledger's id", { got: id });
  });
}

function rangeOf({ from, to }: BlockRange): NumberRange {
  return { from: numberOf(from), to: numberOf(to) };
}

function numberOf(value: Optional<string>): number | null {
  if (value == null) return null;
  const number = BigInt(value);
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(number > limit ? limit : number < -1n ? -1n : number);
}

async function partyCriteria(context: RequestContext, members: Optional<string[]>): Promise<PartyRef[] | null> {
  const ids = bounded('members', members);
  if (ids === null) return null;
  const parties = partiesOf(context);
  const found = await Promise.all(ids.map((id) => parties.member(memberKey(id))));
  return found.flatMap((member) => (member === null ? [] : parties.refsOf(member)));
}

/** Errors: `ID_INVALID`. */
export function memberKey(id: string): string {
  const ref = parseId(id);
  if (ref?.type === 'Member') return ref.key;
  throw new ParleyError('ID_INVALID', "That is not a member's id", { got: id });
}

function topicCriteria(topics: Optional<TopicFilter[]>): (string[] | null)[] | null {
  if (topics == null) return null;
  if (topics.length > MAX_TOPICS) throw tooMany('topics', topics.length, MAX_TOPICS);
  return topics.map(({ anyOf }) => bounded('topics', anyOf)).map((values) => (values?.length === 0 ? null : values));
}

function names(name: string, list: Optional<string[]>): string[] | null {
  const given = bounded(name, list);
  const long = given?.find((text) => text.length > MAX_NAME_CHARACTERS);
  if (long === undefined) return given;
  const expected = `at most ${MAX_NAME_CHARACTERS} characters`;
  throw new ParleyError('INPUT_INVALID', `A name in \`${name}\` is too long`, {
    got: `${long.length} characters`,
    expected,
  });
}

function bounded<T>(name: string, list: Optional<readonly T[]>): T[] | null {
  if (list == null) return null;
  if (list.length > MAX_LIST) throw tooMany(name, list.length, MAX_LIST);
  return [...list];
}

const tooMany = (name: string, got: number, most: number): ParleyError =>
  new ParleyError('LIMIT_EXCEEDED', `\`${name}\` has too many entries`, { got, expected: `at most ${most}` });
