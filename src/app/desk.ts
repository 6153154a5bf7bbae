import type { Logger } from 'pino';
import type { LedgerConfig } from '../config/index.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';
import type { LedgerDeclaration } from '../store/store.js';
import { openLedger } from './ledgers.js';
import { pause } from '../lib/pause.js';

const RETRY_MS = 2_000;

/** The ledgers as this process asks them itself: evaluate, balances, heads. Each is opened in the background and again until it answers. */
export interface LedgerDesk {
  readonly ledgers: ReadonlyMap<LedgerId, AnyLedger>;
  /** Names of the ledgers that have not answered yet and were never indexed, with the reason. */
  readonly pending: ReadonlyMap<string, string>;
  /** The ids of every configured ledger that answered, or was indexed before, and of Amazon's networks. */
  known(): readonly LedgerId[];
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly configs: readonly LedgerConfig[];
  /** Ledgers indexed before: their ids are known while they are down. */
  readonly declared: readonly LedgerDeclaration[];
  /** Networks of Amazon's: nothing is asked of them here, and what the index has of them may be seen. */
  readonly amb?: readonly { readonly name: LedgerId }[];
  readonly logger: Logger;
  readonly onOpen: (ledger: AnyLedger, config: LedgerConfig) => void;
}

/** Opens every ledger; waits for none longer than its first attempt. */
export async function openDesk(options: DeskOptions): Promise<LedgerDesk> {
  const desk = new Desk(options);
  await desk.open();
  return desk;
}

class Desk implements LedgerDesk {
  readonly ledgers = new Map<LedgerId, AnyLedger>();
  readonly pending = new Map<string, string>();
  private readonly stop = new AbortController();
  private readonly retries: Promise<void>[] = [];

  constructor(private readonly options: DeskOptions) {}

  async open(): Promise<void> {
    await Promise.all(
      this.options.configs.map(async (config) => {
        if (!(await this.attempt(config))) this.retries.push(this.retry(config));
      }),
    );
  }

  known(): readonly LedgerId[] {
    const names = new Set(this.options.configs.map(({ name }) => name));
    const before = this.options.declared.filter(({ name }) => names.has(name)).map(({ id }) => id);
    const polled = (this.options.amb ?? []).map(({ name }) => name);
    return [...new Set([...this.ledgers.keys(), ...before, ...polled])];
  }

  async close(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.retries);
    await Promise.all([...this.ledgers.values()].map((ledger) => ledger.close()));
  }

  private async attempt(config: LedgerConfig): Promise<boolean> {
    try {
      const ledger = await openLedger(config, this.options.declared);
      if (this.stop.signal.aborted) return ledger.close().then(() => true);
      this.ledgers.set(ledger.id, ledger);
      this.pending.delete(config.name);
      this.options.onOpen(ledger, config);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.pending.get(config.name) !== reason) this.options.logger.warn({ ledger: config.name }, reason);
      this.pending.set(config.name, reason);
      return false;
    }
  }

  private async retry(config: LedgerConfig): Promise<void> {
    while (!this.stop.signal.aborted) {
      await pause(RETRY_MS, this.stop.signal);
      if (this.stop.signal.aborted || (await this.attempt(config))) return;
    }
  }
}
