import type { BlockRef, DecodedBlock, RawBlock } from '../model/block.js';
import type { BlockDecoder, Ledger } from '../ledgers/ledger.js';
import type { StoreUpkeep, StoreWrites } from '../store/store.js';
import { decoderSeed } from './seed.js';

type DecoderSource = Pick<Ledger, 'id' | 'kind' | 'startBlock' | 'decoder' | 'seed'>;
type KeptStore = Pick<StoreUpkeep, 'keptBlock'> & Pick<StoreWrites, 'seed'>;

/** Decodes kept blocks branch by branch: after a turn to another branch it goes on with the configuration in force there. */
export class BranchDecoder {
  private constructor(
    private readonly ledger: DecoderSource,
    private readonly store: KeptStore,
    private readonly signal: AbortSignal,
    private decoder: BlockDecoder,
  ) {}

  /** Goes on after `tip`, which is the store's own tip. */
  static async open(
    ledger: DecoderSource,
    store: KeptStore,
    tip: BlockRef | null,
    signal: AbortSignal,
  ): Promise<BranchDecoder> {
    const { config } = await store.seed(ledger.id);
    return new BranchDecoder(ledger, store, signal, ledger.decoder(await decoderSeed(ledger, tip, config, signal)));
  }

  /** See `BlockDecoder`: what is prepared stays so when the decoder turns to another branch. */
  async prepare(raw: RawBlock): Promise<void> {
    await this.decoder.prepare?.(raw);
  }

  decode(raw: RawBlock): DecodedBlock {
    return this.decoder.decode(raw);
  }

  /** Turns to the branch that `previous` ends, which is the store's own tip now. */
  async goTo(previous: BlockRef | null): Promise<void> {
    const { config } = await this.store.seed(this.ledger.id);
    this.decoder = this.ledger.decoder(await decoderSeed(this.ledger, previous, config, this.signal));
  }
}
