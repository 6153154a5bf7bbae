import type { LedgerHead } from '../../ledger.js';
import { pause } from '../jsonRpc/backoff.js';
import type { Endpoint } from '../jsonRpc/endpoint.js';
import { EndpointFault } from '../jsonRpc/endpointFault.js';
import { chainIdCall, fieldQuantity, type Endpoints } from '../jsonRpc/endpoints.js';
import { isRecord, type RpcCall, type RpcReply } from '../jsonRpc/wire.js';
import type { Finality } from '../options.js';

const headerCall = (tag: string): RpcCall => ({ method: 'eth_getBlockByNumber', params: [tag, false] });

/** How long an endpoint may lack a head that was announced before it counts as behind. */
const ANNOUNCED_PATIENCE_MS = 3_000;
const ANNOUNCED_PAUSE_MS = 50;

/** Reads the head of the chain with what is safe and final, all from one answer of one node. */
export class HeadReader {
  constructor(
    private readonly endpoints: Endpoints,
    private readonly finality: Finality,
  ) {}

  async read(signal?: AbortSignal): Promise<LedgerHead> {
    const head = await this.endpoints.run((endpoint, stop) => this.ask(endpoint, stop), signal);
    this.endpoints.probeLag();
    return head;
  }

  /** As `read`, giving an endpoint a moment to know a head that was announced elsewhere, and leaving it where it does not. */
  async readAnnounced(number: number, signal?: AbortSignal): Promise<LedgerHead> {
    const deadlineMs = Date.now() + ANNOUNCED_PATIENCE_MS;
    for (;;) {
      const head = await this.read(signal);
      if (head.number >= number) return head;
      const { used } = this.endpoints;
      if (Date.now() > deadlineMs) {
        this.endpoints.leave(used, new EndpointFault('behind', `its head is ${head.number}, ${number} was announced`));
        return head;
      }
      await pause(ANNOUNCED_PAUSE_MS, signal);
    }
  }

  private async ask(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<LedgerHead> {
    const tags = 'tag' in this.finality ? ['latest', 'safe', 'finalized'] : ['latest'];
    const [chain, latest, safe, finalized] = await endpoint.ask([chainIdCall, ...tags.map(headerCall)], signal);
    this.endpoints.requireChain(chain);
    const head = headOf(latest);
    endpoint.head = head.number;
    if ('depth' in this.finality) {
      const final = Math.max(-1, head.number - this.finality.depth);
      return { ...head, safe: final, finalized: final };
    }
    // Asked at once, but not answered at once: a tag may already stand above the head that was told before it.
    const safeNumber = Math.min(head.number, fieldQuantity(safe, 'number') ?? -1);
    const told = this.finality.tag === 'safe' ? safeNumber : (fieldQuantity(finalized, 'number') ?? -1);
    const final = Math.min(head.number, told);
    return { ...head, safe: Math.max(safeNumber, final), finalized: final };
  }
}

function headOf(reply: RpcReply | undefined): Pick<LedgerHead, 'number' | 'hash' | 'timestampMs'> {
  const number = fieldQuantity(reply, 'number');
  const timestamp = fieldQuantity(reply, 'timestamp');
  const hash = reply?.ok === true && isRecord(reply.result) ? reply.result['hash'] : null;
  if (number === null || typeof hash !== 'string' || !/^0x[0-9a-f]{64}$/i.test(hash)) {
    const said = reply?.ok === false ? reply.error.message : 'no number or no hash';
    throw new EndpointFault('unreachable', `it does not tell its head: ${said}`);
  }
  return { number, hash: hash.toLowerCase(), timestampMs: timestamp === null ? null : timestamp * 1_000 };
}
