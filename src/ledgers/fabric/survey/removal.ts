import type { ParleyError } from '../../../errors/index.js';
import type { ChannelConfig } from '../../../model/fabric.js';
import type { EndpointReport } from '../../ledger.js';
import { removed } from '../live/idleProbe.js';

const ANY_READER = /^ANY Readers$/;

/**
 * Notices that the reading organisation was removed. Its own peer never receives the block that removes it, goes on answering at the
 * height before and says nothing; every node of the others refuses. Rule: of all nodes of others that answer at all, each refuses,
 * `probesToAgree` probes in a row, while the organisation's own peer answers at one height.
 * Orderers count where the channel lets every reader read from them, or where one did before: their policy may be stricter.
 */
export class RemovalWatch {
  removal: ParleyError | null = null;
  private inRow = 0;
  private ownHeight: number | null = null;
  private orderersServed = false;

  constructor(
    private readonly ledger: string,
    private readonly mspId: string,
    private readonly probesToAgree: number,
  ) {}

  /** Takes note of one round of probes. */
  note(reports: readonly EndpointReport[], config: ChannelConfig | null): void {
    const own = reports.filter(({ operator, height }) => operator === this.mspId && height !== null);
    const height = own.reduce<number | null>((best, report) => Math.max(best ?? -1, report.height ?? -1), null);
    this.orderersServed ||= reports.some((report) => report.role === 'ORDERER' && report.height !== null);
    const refusing = this.refusing(reports, config);
    const isStill = this.ownHeight === null || height === this.ownHeight;
    this.ownHeight = height;
    if (height === null || refusing.length === 0 || !isStill) this.forget(refusing.length > 0);
    else if (++this.inRow >= this.probesToAgree) this.removal = removed(this.ledger, this.mspId, height, refusing);
  }

  /** Endpoints that refuse, where all that answer do. */
  private refusing(reports: readonly EndpointReport[], config: ChannelConfig | null): readonly string[] {
    const others = reports.filter((report) => report.operator !== this.mspId && this.counts(report, config));
    const answering = others.filter(({ height, standing }) => height !== null || standing === 'REFUSES');
    if (answering.some(({ height }) => height !== null)) return [];
    return answering.map(({ endpoint }) => endpoint);
  }

  private counts({ role }: EndpointReport, config: ChannelConfig | null): boolean {
    if (role === 'PEER') return true;
    const readers = config?.policies.find(({ path }) => path === '/Channel/Readers')?.rule ?? '';
    return this.orderersServed || ANY_READER.test(readers);
  }

  private forget(isSuspected: boolean): void {
    this.inRow = isSuspected ? 1 : 0;
    if (!isSuspected) this.removal = null;
  }
}
