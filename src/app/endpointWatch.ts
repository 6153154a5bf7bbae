import { ParleyError } from '../errors/index.js';
import type { AnyLedger, EndpointReport } from '../ledgers/ledger.js';
import type { LedgerId } from '../model/ids.js';

/** Many requests ask at once: nodes are asked once in this time. */
const FRESH_MS = 2_000;
/** An older answer stands in for nodes that are slow to answer anew. */
const KEPT_MS = 60_000;
/** How long a request waits for nodes. */
const WAIT_MS = 1_500;
/** How long a node may take. */
const ANSWER_WITHIN_MS = 5_000;

interface Heard {
  readonly reports: readonly EndpointReport[];
  readonly at: number;
}

/** What the nodes of ledgers say of themselves, asked no more often than is useful. */
export class EndpointWatch {
  private readonly ledgers = new Map<LedgerId, AnyLedger>();
  private readonly heard = new Map<LedgerId, Heard>();
  private readonly asking = new Map<LedgerId, Promise<Heard>>();

  constructor(private readonly stop: AbortSignal) {}

  watch(ledger: AnyLedger): void {
    this.ledgers.set(ledger.id, ledger);
  }

  /** Empty for a ledger that is not connected. Errors: `LEDGER_UNAVAILABLE` where its nodes were not heard in time. */
  async reports(id: LedgerId): Promise<readonly EndpointReport[]> {
    const ledger = this.ledgers.get(id);
    if (ledger === undefined) return [];
    const last = this.heard.get(id);
    const age = last === undefined ? Infinity : Date.now() - last.at;
    if (last !== undefined && age < FRESH_MS) return last.reports;
    const fallback = last !== undefined && age < KEPT_MS ? last : undefined;
    return (await this.within(ledger, this.ask(ledger), fallback)).reports;
  }

  private ask(ledger: AnyLedger): Promise<Heard> {
    const under = this.asking.get(ledger.id);
    if (under !== undefined) return under;
    const asked = ledger
      .endpoints(AbortSignal.any([this.stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]))
      .then((reports) => {
        const heard = { reports, at: Date.now() };
        this.heard.set(ledger.id, heard);
        return heard;
      })
      .finally(() => this.asking.delete(ledger.id));
    this.asking.set(ledger.id, asked);
    return asked;
  }

  private async within(ledger: AnyLedger, asked: Promise<Heard>, fallback: Heard | undefined): Promise<Heard> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${WAIT_MS} ms`)), WAIT_MS);
    });
    try {
      return await Promise.race([asked, patience]);
    } catch (cause) {
      if (fallback !== undefined) return fallback;
      const what = `The nodes of ${ledger.name} were not heard in time`;
      throw new ParleyError('LEDGER_UNAVAILABLE', what, { source: ledger.name, cause });
    } finally {
      clearTimeout(timer);
    }
  }
}
