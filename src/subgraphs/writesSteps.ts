import { ParleyError } from '../errors/index.js';
import type { AnyLedger, EthereumLedger, FabricLedger } from '../ledgers/ledger.js';
import type { StoreJournal, WriteRecord } from '../store/store.js';
import type { LedgerSender, Outgoing, SentWrite, Standing, WriteSteps } from './writes.js';
import { keptValue } from './writesAnswer.js';
import { givenUp, isSurelyNotSent } from './writesErrors.js';

/** What each kind of ledger does with journaled bytes. */
export interface Senders {
  readonly fabric: LedgerSender<FabricLedger>;
  readonly ethereum: LedgerSender<EthereumLedger>;
}

export const sendBy = (senders: Senders, ledger: AnyLedger, outgoing: Outgoing, signal: AbortSignal): Promise<void> =>
  ledger.kind === 'fabric'
    ? senders.fabric.send(ledger, outgoing, signal)
    : senders.ethereum.send(ledger, outgoing, signal);

export const tendBy = (
  senders: Senders,
  ledger: AnyLedger,
  write: SentWrite,
  signal: AbortSignal,
): Promise<Standing> =>
  ledger.kind === 'fabric' ? senders.fabric.tend(ledger, write, signal) : senders.ethereum.tend(ledger, write, signal);

export interface StepsParts {
  readonly journal: StoreJournal;
  readonly record: WriteRecord;
  readonly signal: AbortSignal;
  send(outgoing: Outgoing): Promise<void>;
  onProblem(error: unknown): void;
}

/** What one write has done so far. The journal says each step before it is taken. */
export class Steps implements WriteSteps {
  /** Set once its bytes are out, or may be. */
  sent: Outgoing | null = null;
  /** The ledger may not have taken them. */
  uncertain = false;
  private readonly taken: { readonly address: string; readonly nonce: number }[] = [];

  constructor(private readonly parts: StepsParts) {}

  get signal(): AbortSignal {
    return this.parts.signal;
  }

  async send(outgoing: Outgoing): Promise<void> {
    const { journal, record, onProblem } = this.parts;
    if (this.sent !== null) throw new ParleyError('INTERNAL', 'A write sends once');
    const { transaction, bytes, from = null, nonce = null, answer } = outgoing;
    const change = { transaction, bytes, from, nonce, answer: keptValue(answer), state: 'SENT' } as const;
    if (!(await journal.update(record.id, ['PREPARED'], change))) throw givenUp(record.ledger);
    this.sent = outgoing;
    try {
      await this.parts.send(outgoing);
    } catch (error) {
      if (isSurelyNotSent(error) && (await this.takeBack())) throw error;
      this.uncertain = true;
      if (!(error instanceof ParleyError) || error.code === 'INTERNAL') onProblem(error);
    }
  }

  async takeNonce(address: string, atLeast: number): Promise<number> {
    const { journal, record } = this.parts;
    const nonce = await journal.takeNonce(record.ledger, address, atLeast, record.id);
    this.taken.push({ address, nonce });
    return nonce;
  }

  async returnNonce(address: string, nonce: number): Promise<void> {
    const { journal, record } = this.parts;
    await journal.returnNonce(record.ledger, address, nonce, record.id);
    const at = this.taken.findIndex((one) => one.address === address && one.nonce === nonce);
    if (at >= 0) this.taken.splice(at, 1);
  }

  /** Gives back every nonce that did not go out. */
  async returnRest(): Promise<void> {
    for (const { address, nonce } of [...this.taken])
      if (nonce !== this.sent?.nonce || address !== this.sent.from) await this.returnNonce(address, nonce);
  }

  /**
   * The ledger surely did not take it: nothing is looked for, and other bytes may be sent. False where another process took the write over
   * meanwhile: it may have sent them again.
   */
  private async takeBack(): Promise<boolean> {
    const { journal, record } = this.parts;
    const nothing = { transaction: null, bytes: null, from: null, nonce: null, answer: null } as const;
    if (!(await journal.update(record.id, ['SENT'], { ...nothing, state: 'PREPARED' }))) return false;
    this.sent = null;
    return true;
  }
}
