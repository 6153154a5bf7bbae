import { peer } from '@hyperledger/fabric-protos';
import type { Invocation } from '../invocation.js';
import type { Simulator } from '../simulate/simulator.js';

/** How many results one message to a chaincode holds. */
const BATCH_SIZE = 100;
/** Fabric's `ledger.state.totalQueryLimit`. */
export const TOTAL_QUERY_LIMIT = 100_000;

/** What a chaincode's iterator draws from: serialised results until null. */
export interface ResultSource {
  next(): Uint8Array | null;
  /** The key that the next page starts with. */
  bookmark(): string;
}

interface OpenQuery {
  readonly source: ResultSource;
  /** One result that was read to know whether there is more. */
  pending: Uint8Array | null;
  given: number;
}

/** What a peer keeps of a chaincode's transaction while it runs. */
export class TransactionContext {
  readonly #queries = new Map<string, OpenQuery>();
  #lastQuery = 0;

  constructor(
    readonly invocation: Invocation,
    /** Name of the chaincode that runs. */
    readonly namespace: string,
    readonly isInit: boolean,
  ) {}

  /** Throws where the call has no ledger to work on. */
  get simulator(): Simulator {
    const { simulator } = this.invocation;
    if (simulator === null) throw new Error('no ledger context');
    return simulator;
  }

  /** Opens a query and gives its first batch. `pageSize` 0: no pages. */
  openQuery(source: ResultSource, pageSize = 0): peer.QueryResponse {
    this.#lastQuery++;
    const id = String(this.#lastQuery);
    this.#queries.set(id, { source, pending: null, given: 0 });
    return pageSize > 0 ? this.#page(id, source, pageSize) : this.nextBatch(id);
  }

  nextBatch(id: string): peer.QueryResponse {
    const query = this.#queries.get(id);
    if (query === undefined) throw new Error('query iterator not found');
    const results = query.pending === null ? [] : [query.pending];
    query.pending = null;
    while (query.given < TOTAL_QUERY_LIMIT) {
      const result = query.source.next();
      if (result === null) break;
      query.given++;
      if (results.length === BATCH_SIZE) {
        query.pending = result;
        return queryResponse(id, results, true);
      }
      results.push(result);
    }
    this.closeQuery(id);
    return queryResponse(id, results, false);
  }

  closeQuery(id: string): void {
    this.#queries.delete(id);
  }

  #page(id: string, source: ResultSource, pageSize: number): peer.QueryResponse {
    const results: Uint8Array[] = [];
    while (results.length < Math.min(pageSize, TOTAL_QUERY_LIMIT)) {
      const result = source.next();
      if (result === null) break;
      results.push(result);
    }
    this.closeQuery(id);
    const metadata = new peer.QueryResponseMetadata();
    metadata.setFetchedRecordsCount(results.length);
    metadata.setBookmark(source.bookmark());
    const response = queryResponse(id, results, false);
    response.setMetadata(metadata.serializeBinary());
    return response;
  }
}

export function queryResponse(id: string, results: readonly Uint8Array[], hasMore: boolean): peer.QueryResponse {
  const response = new peer.QueryResponse();
  response.setId(id);
  response.setHasMore(hasMore);
  response.setResultsList(
    results.map((result) => {
      const bytes = new peer.QueryResultBytes();
      bytes.setResultbytes(result);
      return bytes;
    }),
  );
  return response;
}
