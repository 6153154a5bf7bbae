import type { BlockRef } from '../model/block.js';
import { hasBlocks, ledgerKind, type LedgerId } from '../model/ids.js';
import type {
  ApprovalRow,
  BlockKey,
  BlockRow,
  ChaincodeRow,
  ConfigRow,
  ConsortiumRow,
  EachRequest,
  EventEmitterRef,
  EventRow,
  LedgerRow,
  NumberKey,
  Page,
  PageRequest,
  PartyRef,
  TokenHeldRow,
  TokenTransferRow,
  TransactionCriteria,
  TransactionKey,
  TransactionRow,
} from '../store/store.js';
import type { RequestContext, SourceReport } from './context.js';
import { eachLoader, keyedLoader, once } from './keyedLoader.js';

const LOADERS = Symbol('loaders');

/** The request's loaders: every read by key of the store, batched and kept for the request. */
export const loadersOf = (context: RequestContext): Loaders => context.once(LOADERS, () => new Loaders(context));

type PlaceKey = NumberKey & { readonly index: number };
type EventKey = BlockKey & { readonly transactionIndex?: number; readonly index: number };
interface ChainRange {
  readonly ledger: LedgerId;
  readonly from: number;
  readonly to: number;
}
export interface PartyListRequest {
  readonly page: PageRequest;
  readonly criteria: TransactionCriteria;
}

const itself = (text: string): string => text;
const hashText = ({ ledger, hash }: BlockKey): string => `${ledger} ${hash}`;
const numberText = ({ ledger, number }: NumberKey): string => `${ledger} ${number}`;
const placeText = (key: PlaceKey): string => `${numberText(key)} ${key.index}`;
const transactionText = (key: TransactionKey): string => `${hashText(key)} ${key.index}`;
const eventText = (key: EventKey): string => `${hashText(key)} ${key.transactionIndex ?? ''} ${key.index}`;
const partyText = ({ ledger, nativeId }: PartyRef): string => `${ledger} ${nativeId}`;

/** A record of Amazon's network takes a block's place in the store, and is none in the graph. */
const shownBlock = (row: BlockRow | null): BlockRow | null => (row !== null && hasBlocks(row.ledger) ? row : null);

export class Loaders {
  constructor(private readonly context: RequestContext) {}

  private get store() {
    return this.context.store;
  }
  private get scope() {
    return this.context.scope;
  }

  /** Channels and chains: records of Amazon's networks are no blocks to be shown. */
  readonly ledgers = once(async (): Promise<readonly LedgerRow[]> => {
    const rows = await this.store.ledgers(this.scope);
    this.ledgersNow = rows.filter(({ kind }) => kind !== 'amb');
    return this.ledgersNow;
  });
  /** The same, once they were read. */
  ledgersNow: readonly LedgerRow[] | undefined;
  readonly reports = once((): Promise<readonly SourceReport[]> => this.context.sources.reports(this.scope));
  readonly memberships = once(() => this.store.memberships(this.scope));
  /** What the ledgers in sight keep of consortia. */
  readonly consortia = once(async (): Promise<readonly ConsortiumRow[]> => {
    const rows = await this.store.consortia(this.scope, this.scope.ledgers);
    return rows.filter((row) => row !== null);
  });

  readonly blockByHash = keyedLoader<BlockKey, BlockRow | null>(
    async (keys) => this.#known((await this.store.blocksByHash(this.scope, keys)).map(shownBlock)),
    hashText,
  );
  readonly blockByNumber = keyedLoader<NumberKey, BlockRow | null>(
    async (keys) => this.#known((await this.store.blocksByNumber(this.scope, keys)).map(shownBlock)),
    numberText,
  );
  readonly #transactionByKey = keyedLoader<TransactionKey, TransactionRow | null>(
    (keys) => this.store.transactionsByKey(this.scope, keys),
    transactionText,
  );
  readonly #transactionByPlace = keyedLoader<PlaceKey, TransactionRow | null>(
    (keys) => this.store.transactionsByPlace(this.scope, keys),
    placeText,
  );
  readonly #transactionByHash = keyedLoader<BlockKey, TransactionRow | null>(
    (keys) => this.store.transactionsByHash(this.scope, keys),
    hashText,
  );
  readonly #blocksNow = new Map<string, BlockRow>();
  /** Rows that lists have read and that no loader was told of yet: most requests never ask for them again. */
  readonly #untold: TransactionRow[] = [];

  get transactionByKey() {
    return this.#told().#transactionByKey;
  }
  get transactionByPlace() {
    return this.#told().#transactionByPlace;
  }
  get transactionByHash() {
    return this.#told().#transactionByHash;
  }
  readonly eventByKey = keyedLoader<EventKey, EventRow | null>(
    (keys) => this.store.eventsByKey(this.scope, keys),
    eventText,
  );
  readonly tokenTransfersOf = keyedLoader<TransactionKey, readonly TokenTransferRow[]>(
    (keys) => this.store.tokenTransfersOfTransactions(this.scope, keys),
    transactionText,
  );
  readonly tokensHeld = keyedLoader<PartyRef, readonly TokenHeldRow[]>(
    (accounts) => this.store.tokensHeld(this.scope, accounts),
    partyText,
  );
  readonly addressKnown = keyedLoader<PartyRef, boolean>(
    (accounts) => this.store.addressesKnown(this.scope, accounts),
    partyText,
  );
  readonly config = keyedLoader<LedgerId, ConfigRow | null>(
    (ledgers) => this.store.configs(this.scope, ledgers),
    itself,
  );
  readonly chaincodes = keyedLoader<LedgerId, readonly ChaincodeRow[]>(
    (ledgers) => this.store.chaincodes(this.scope, ledgers),
    itself,
  );
  readonly approvals = keyedLoader<LedgerId, readonly ApprovalRow[]>(
    (ledgers) => this.store.approvals(this.scope, ledgers),
    itself,
  );

  /** Canonical blocks of a range of at most 1,000, in order. */
  readonly chain = keyedLoader<ChainRange, readonly BlockRef[]>(
    (ranges) => this.store.chainOf(this.scope, ranges),
    ({ ledger, from, to }) => `${ledger} ${from} ${to}`,
  );

  readonly transactionsOfBlock = eachLoader<BlockKey, EachRequest, Page<TransactionRow>>(
    async (blocks, each) => this.keep(await this.store.transactionsOfBlocks(this.scope, blocks, each)),
    hashText,
  );
  readonly eventsOfTransaction = eachLoader<TransactionKey, EachRequest, Page<EventRow>>(
    async (keys, each) => this.keepEvents(await this.store.eventsOfTransactions(this.scope, keys, each)),
    transactionText,
  );
  readonly transactionsOfParty = eachLoader<PartyRef, PartyListRequest, Page<TransactionRow>>(
    async (parties, { page, criteria }) =>
      this.keep(await this.store.transactionsOfAddresses(this.scope, parties, page, criteria)),
    partyText,
  );
  readonly eventsOfEmitter = eachLoader<EventEmitterRef, PageRequest, Page<EventRow>>(
    async (emitters, page) => this.keepEvents(await this.store.eventsOfEmitters(this.scope, emitters, page)),
    ({ ledger, emitter }) => `${ledger} ${JSON.stringify(emitter)}`,
  );

  async ledger(id: LedgerId): Promise<LedgerRow | null> {
    return (await this.ledgers()).find((row) => row.id === id) ?? null;
  }

  /** Canonical rows that a page read already answer later questions for them by id. */
  keepTransactions(rows: readonly TransactionRow[]): void {
    this.#untold.push(...rows);
  }

  #told(): this {
    for (const row of this.#untold.splice(0)) {
      if (row.confirmation === 'RETRACTED') continue;
      const { ledger, block, index } = row;
      this.#transactionByKey.prime({ ledger, hash: block.hash, index }, row);
      if (ledgerKind(ledger) === 'fabric') this.#transactionByPlace.prime({ ledger, number: block.number, index }, row);
      else this.#transactionByHash.prime({ ledger, hash: row.hash }, row);
    }
    return this;
  }

  keepBlocks(rows: readonly BlockRow[]): void {
    this.#known(rows);
  }

  /** Blocks that were found in one way are found in the other, too. */
  #known<Row extends BlockRow | null>(rows: readonly Row[]): readonly Row[] {
    for (const row of rows) {
      if (row === null || row.confirmation === 'RETRACTED') continue;
      this.#blocksNow.set(hashText(row), row);
      this.blockByHash.prime({ ledger: row.ledger, hash: row.hash }, row);
      this.blockByNumber.prime({ ledger: row.ledger, number: row.number }, row);
    }
    return rows;
  }

  /** A canonical block that was read already. */
  blockNow(key: BlockKey): BlockRow | undefined {
    return this.#blocksNow.get(hashText(key));
  }

  async readBlocks(keys: readonly BlockKey[]): Promise<void> {
    const wanted = new Map(keys.map((key) => [hashText(key), key]));
    await this.blockByHash.loadMany([...wanted.values()]);
  }

  private keep(pages: readonly Page<TransactionRow>[]): readonly Page<TransactionRow>[] {
    pages.forEach(({ rows }) => this.keepTransactions(rows));
    return pages;
  }

  private keepEvents(pages: readonly Page<EventRow>[]): readonly Page<EventRow>[] {
    pages.forEach(({ rows }) => this.keepEventRows(rows));
    return pages;
  }

  keepEventRows(rows: readonly EventRow[]): void {
    for (const row of rows) this.eventByKey.prime(eventKeyOf(row), row);
  }
}

/** The key under which an event is looked up by its id. */
export const eventKeyOf = ({ ledger, block, transactionIndex, index }: EventRow): EventKey =>
  ledgerKind(ledger) === 'fabric'
    ? { ledger, hash: block.hash, transactionIndex, index }
    : { ledger, hash: block.hash, index };
