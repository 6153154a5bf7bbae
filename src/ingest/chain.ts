import { ParleyError } from '../errors/index.js';
import type { BlockRef, DecodedBlock, RawBlock } from '../model/block.js';
import { grantScope } from '../model/scope.js';
import type { BlockDecoder, Ledger, LedgerHead } from '../ledgers/ledger.js';
import type { HeadNotice, StoreReads, StoreWrites } from '../store/store.js';
import { Governing, type ObserversOf } from './governing.js';
import { reconcile, type Reconciliation } from './reconcile.js';
import { decoderSeed } from './seed.js';

export type IngestStore = Pick<StoreReads, 'ledgers' | 'configs'> & StoreWrites;

/** The indexed chain of one ledger with the decoder that goes on from its tip: what the loop reads and moves. */
export class IndexedChain {
  private noted: HeadNotice | null = null;

  private constructor(
    private readonly ledger: Ledger,
    private readonly store: IngestStore,
    private readonly keepRetracted: number,
    private decoder: BlockDecoder,
    private last: BlockRef | null,
    /** What of the indexed chain is final, and safe. */
    private final: { readonly finalized: number; readonly safe: number },
    private heard: LedgerHead,
    private readonly governing: Governing,
  ) {}

  static async open(
    ledger: Ledger,
    store: IngestStore,
    keepRetracted: number,
    signal: AbortSignal,
    observers: ObserversOf = () => [],
  ): Promise<IndexedChain> {
    const { id, kind, name, startBlock } = ledger;
    await store.declare({ id, kind, name, startBlock });
    const [row] = await store.ledgers(grantScope([id]));
    const head = await ledger.head(signal);
    const { tip, config } = await store.seed(id);
    const final = { finalized: row?.finalized ?? -1, safe: row?.safe ?? -1 };
    const decoder = ledger.decoder(await decoderSeed(ledger, tip, config, signal));
    const governing = new Governing(id, observers(id), store);
    const chain = new IndexedChain(ledger, store, keepRetracted, decoder, tip, final, head, governing);
    await chain.hear(head);
    return chain;
  }

  get tip(): BlockRef | null {
    return this.last;
  }
  get head(): LedgerHead {
    return this.heard;
  }
  /** The number that comes next. */
  get next(): number {
    return this.last === null ? this.ledger.startBlock : this.last.number + 1;
  }

  decode(raw: RawBlock): DecodedBlock {
    return this.decoder.decode(raw);
  }

  /** Takes note of the ledger's head; finality moves only forward. */
  async hear(head: LedgerHead): Promise<void> {
    this.heard = head;
    const onOurs = this.last !== null && (await this.holds(head));
    await this.note(onOurs ? head : this.withoutFinality(head));
  }

  /** Writes blocks that follow the tip, decoded in order by `decode`. */
  async append(blocks: readonly DecodedBlock[]): Promise<void> {
    const [first] = blocks;
    const last = blocks.at(-1);
    if (first === undefined || last === undefined) return;
    this.heard = this.headWith(last);
    const head = this.finalityWith(first, last);
    await this.governing.whole(blocks, (derived) => this.store.append(derived, noticeOf(head)));
    this.final = { finalized: head.finalized, safe: head.safe };
    this.last = { number: last.number, hash: last.hash };
  }

  private async note(head: LedgerHead): Promise<void> {
    const finalized = Math.max(this.final.finalized, head.finalized);
    this.final = { finalized, safe: Math.max(this.final.safe, head.safe, finalized) };
    const notice = noticeOf({ ...head, ...this.final });
    if (saysNothingNew(this.noted, notice)) return;
    await this.store.notice(this.ledger.id, notice, this.keepRetracted);
    this.noted = notice;
  }

  /** True where the head is another block than the one indexed under its number. */
  async leftBy(head: BlockRef): Promise<boolean> {
    if (this.last === null || head.number > this.last.number || head.number < this.ledger.startBlock) return false;
    return !(await this.holds(head));
  }

  private async holds(head: BlockRef): Promise<boolean> {
    if (this.last === null || head.number > this.last.number) return false;
    const [ref] = await this.store.refs(this.ledger.id, head.number, head.number);
    return ref?.hash === head.hash;
  }

  /** A block that was delivered is itself news of the head; on a ledger that never takes back it is final. */
  private headWith(block: DecodedBlock): LedgerHead {
    if (block.number <= this.heard.number) return this.heard;
    const { number, hash, timestampMs } = block;
    const final = this.ledger.reorgBound === 0;
    return { ...this.heard, number, hash, timestampMs, ...(final ? { finalized: number, safe: number } : {}) };
  }

  /**
   * The head heard of, with as much finality as is known to be ours. A ledger's finality speaks of its own chain, and the index
   * may still stand on a branch that it left. Ours is final
   * 1. as the head says, where the last of the blocks is that head;
   * 2. to the last block, or to the number said, where they reach it from below: what the ledger shows there is final, and links to ours;
   * 3. else as far as it was.
   */
  private finalityWith(first: BlockRef, last: BlockRef): LedgerHead {
    const { heard } = this;
    if (last.hash === heard.hash) return this.forward(heard.finalized, heard.safe);
    const reached = (number: number): number => (first.number <= number ? Math.min(number, last.number) : -1);
    return this.forward(reached(heard.finalized), reached(heard.safe));
  }

  private withoutFinality(head: LedgerHead): LedgerHead {
    return { ...head, ...this.final };
  }

  private forward(finalized: number, safe: number): LedgerHead {
    const moved = Math.max(this.final.finalized, finalized);
    return { ...this.heard, finalized: moved, safe: Math.max(this.final.safe, safe, moved) };
  }

  /** What is to be done about a block, by the refs that the store has. */
  async reconcile(raw: RawBlock): Promise<Reconciliation> {
    const refs = await this.store.refs(this.ledger.id, raw.number - 1, raw.number);
    return reconcile({
      tip: this.last,
      incoming: raw,
      known: new Map(refs.map(({ number, hash }) => [number, hash])),
      startBlock: this.ledger.startBlock,
      finalized: this.final.finalized,
      reorgBound: this.ledger.reorgBound,
    });
  }

  /** Takes back everything above `to`; the decoder goes on from there. */
  async revert(to: BlockRef | null, signal: AbortSignal): Promise<void> {
    await this.store.rewind(this.ledger.id, to);
    this.governing.forget();
    const { tip, config } = await this.store.seed(this.ledger.id);
    if (tip?.hash !== to?.hash)
      throw new ParleyError('STORE_CORRUPT', 'The store did not go back to the block asked for');
    this.last = tip;
    this.decoder = this.ledger.decoder(await decoderSeed(this.ledger, tip, config, signal));
  }
}

const noticeOf = ({ number, hash, finalized, safe }: LedgerHead): HeadNotice => ({
  ...{ number, hash, finalized, safe, seenAtMs: Date.now() },
});

/** The same head heard of again within a second is not worth a write. */
const saysNothingNew = (before: HeadNotice | null, now: HeadNotice): boolean =>
  before !== null &&
  before.hash === now.hash &&
  before.finalized === now.finalized &&
  before.safe === now.safe &&
  now.seenAtMs - before.seenAtMs < 1000;
