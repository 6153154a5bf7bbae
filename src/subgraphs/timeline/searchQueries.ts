import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import type { RequestContext } from '../context.js';
import { enumType } from '../enums.js';
import { pageBounds, type PageOf } from '../page.js';
import type { Hit, SearchType } from './hits.js';
import { search } from './search.js';
import { SearchConnection } from './types.js';

const SearchTypeEnum = enumType('SearchType', [
  'NETWORK',
  'MEMBER',
  'LEDGER',
  'BLOCK',
  'TRANSACTION',
  'ACCOUNT',
  'CHAINCODE',
  'PROPOSAL',
]);

/** Longer than any id, hash or name of the graph. */
const MAX_TEXT_CHARACTERS = 512;

@Resolver()
export class SearchQueries {
  @Query(() => SearchConnection, {
    description: 'Ids, hashes, numbers, addresses and names; of proposals the newest 200 by their titles.',
  })
  async search(
    @Arg('text', () => String) text: string,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10 }) first: number | null,
    @Arg('types', () => [SearchTypeEnum], { nullable: true }) types: SearchType[] | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<object> {
    const { limit } = pageBounds({ first: first ?? 10 }, context.pageSize);
    requireShort(text);
    return new SearchConnection(pageOf(await search(context, text, types ?? null), limit));
  }
}

function requireShort(text: string): void {
  if (text.length <= MAX_TEXT_CHARACTERS) return;
  const expected = `at most ${MAX_TEXT_CHARACTERS} characters`;
  throw new ParleyError('INPUT_INVALID', 'The text to search for is too long', { got: text.length, expected });
}

/** The best of the hits. A search has one page: its cursors only name the places on it. */
function pageOf(hits: readonly Hit[], limit: number): PageOf<object> {
  return {
    nodes: hits.slice(0, limit).map(({ make }) => make()),
    hasNextPage: hits.length > limit,
    hasPreviousPage: false,
    totalCount: null,
    cursorAt: (index) => String(index),
    streamCursor: () => Promise.reject(new TypeError('A search is no stream')),
  };
}
