import type { FeedStream, StreamPosition } from '../../feed/feed.js';
import type { MembershipChangeRow } from '../../store/store.js';
import type { RequestContext } from '../context.js';
import type { LedgerId } from '../../model/ids.js';
import { FeedReading, openFeed } from '../feedSource.js';
import { networkId } from '../ledgerFacts.js';
import { decidesOn } from '../networks.js';
import type { OpenStream, StreamBatch, StreamItem } from '../stream.js';
import { streamPurpose, type StreamBinding } from '../streamBinding.js';
import { openStreamCursor, requireFewLedgers, streamSeal, type StreamSeal } from '../streamCursor.js';
import { IterableSource } from '../streamSource.js';
import { ChannelMembershipChange, MembershipChange } from './membershipChange.js';
import { accountChanges, accountsNow, packAccounts, unpackAccounts, type ToldAccounts } from './toldAccounts.js';

/** A network of Amazon's is a filter; the configured one is what there is without. */
const bindingOf = (network: string | null, isOwn: boolean): StreamBinding => ({
  field: 'membershipChanged',
  filter: isOwn || network === null ? {} : { names: [network] },
});
const OPTIONS = { minConfirmation: 'CONFIRMED', kinds: ['APPENDED', 'RETRACTED'] } as const;

interface Told {
  readonly position: StreamPosition;
  readonly accounts: ToldAccounts;
}

/**
 * Changes of membership: those of channels from the feed, and on resuming, those of the configuration since the client was told.
 * Errors: `CURSOR_INVALID`, `LIMIT_EXCEEDED`.
 */
export class MembershipSource extends IterableSource {
  readonly key: string;
  private readonly after: Told | null;
  private readonly seal: StreamSeal;
  /** Asks for the configured network, among others or alone. */
  private readonly isOwn: boolean;

  constructor(
    private readonly context: RequestContext,
    /** The network that is asked for, by its id; null: all. */
    private readonly network: string | null,
    after: string | null,
  ) {
    super(context.signal);
    requireFewLedgers(context, null);
    this.isOwn = network === null || network === networkId(context);
    const binding = bindingOf(network, this.isOwn);
    this.seal = streamSeal(context, binding);
    this.key = JSON.stringify([streamPurpose(binding), network, context.rights]);
    if (after === null) this.after = null;
    else {
      const { position, rest } = openStreamCursor(context, binding, after);
      this.after = { position, accounts: unpackAccounts(rest) };
    }
  }

  live(): Promise<OpenStream> {
    return this.open(null);
  }

  resume(): Promise<OpenStream> {
    return this.open(this.after);
  }

  private async open(after: Told | null): Promise<OpenStream> {
    const packed = packAccounts(accountsNow(this.context));
    const seal = (position: StreamPosition): string => this.seal(position, packed);
    const request = {
      wanted: { items: 'memberships', criteria: { ledgers: this.ledgers() } },
      after: after?.position ?? null,
      ...OPTIONS,
    } as const;
    const stream = await openFeed(this.context, request, seal);
    const channels = new FeedReading<MembershipChangeRow>(stream, ChannelMembershipChange, seal);
    const first = after === null || !this.isOwn ? [] : this.ofConfiguration(after.accounts, stream);
    return first.length === 0 ? channels : new Preceded(first, channels);
  }

  /** Without a network named, ledgers that come into sight later are told of too. */
  private ledgers(): readonly LedgerId[] | null {
    const { context, network } = this;
    return network === null ? null : context.scope.ledgers.filter(decidesOn(context, network));
  }

  /** What configuration says otherwise now, as if told before anything else. */
  private ofConfiguration(told: ToldAccounts, { position }: FeedStream<MembershipChangeRow>): readonly StreamItem[] {
    const atMs = Date.now();
    return accountChanges(this.context, told).map(({ change, membership, told: accounts }) => {
      const cursor = (): string => this.seal(position, packAccounts(accounts));
      const facts = { kind: 'APPENDED', change, standing: { account: membership }, cause: null, atMs } as const;
      return { value: new MembershipChange(facts, cursor), cursor, sequence: null };
    });
  }
}

/** A stream that begins with what is known already. */
class Preceded implements OpenStream {
  constructor(
    private first: readonly StreamItem[],
    private readonly then: OpenStream,
  ) {}

  cursor(): string {
    return this.then.cursor();
  }

  async next(signal: AbortSignal): Promise<StreamBatch> {
    const { first } = this;
    if (first.length === 0) return this.then.next(signal);
    this.first = [];
    return { items: first, through: null };
  }

  close(): void {
    this.then.close();
  }
}
