import { requireInteger, requireText } from '../common/checks.js';

/** What seller and buyer agreed for a lot; only they keep it, the channel has its hash. */
export interface Price {
  readonly lotId: string;
  readonly amountCents: number;
  /** ISO 4217 code, or a token's symbol. */
  readonly currency: string;
  /** Keeps two equal prices from having equal hashes. */
  readonly salt: string;
}

const MAX_AMOUNT_CENTS = 1_000_000_000_000;

/** Reads a price from the transaction's transient data. */
export function parsePrice(lotId: string, bytes: Uint8Array | undefined): Price {
  if (bytes === undefined) {
    throw new Error('The transient data lacks "price", expected JSON with amountCents, currency and salt');
  }
  const { amountCents, currency, salt } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Price>;
  if (typeof amountCents !== 'number' || typeof currency !== 'string' || typeof salt !== 'string') {
    throw new Error('"price" in the transient data is not JSON with amountCents, currency and salt');
  }
  requireInteger('amountCents', amountCents, 1, MAX_AMOUNT_CENTS);
  requireText('currency', currency, 1, 10);
  requireText('salt', salt, 16, 100);
  return { lotId, amountCents, currency, salt };
}
