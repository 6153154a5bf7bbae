import { requireInteger, requireText } from '../common/checks.js';

export type InvoiceStatus = 'ISSUED' | 'APPROVED' | 'PAID' | 'CANCELLED';

/** What one organisation owes another. */
export interface Invoice {
  readonly invoiceId: string;
  /** MSP id of the organisation that is owed. */
  readonly issuer: string;
  /** MSP id of the organisation that owes. */
  readonly payer: string;
  readonly amountCents: number;
  /** ISO 4217 code, or a token's symbol. */
  readonly currency: string;
  /** What it is for. */
  readonly subject: string;
  /** Calendar day, `2026-01-31`. */
  readonly dueOn: string;
  readonly status: InvoiceStatus;
  /** How it was paid: a transfer's reference; absent until then. */
  readonly paymentReference?: string;
  /** Why it was cancelled. */
  readonly reason?: string;
  readonly issuedAt: string;
  readonly updatedAt: string;
}

export type NewInvoice = Pick<Invoice, 'invoiceId' | 'payer' | 'amountCents' | 'currency' | 'subject' | 'dueOn'>;

/** Who does something, and when, as the transaction says. */
export interface Act {
  readonly by: string;
  readonly at: string;
}

const MAX_AMOUNT_CENTS = 1_000_000_000_000;

/** What may follow each status: paid and cancelled are ends. */
const NEXT: Readonly<Record<InvoiceStatus, readonly InvoiceStatus[]>> = {
  ISSUED: ['APPROVED', 'CANCELLED'],
  APPROVED: ['PAID', 'CANCELLED'],
  PAID: [],
  CANCELLED: [],
};

export function issue(input: NewInvoice, { by, at }: Act): Invoice {
  requireInteger('amountCents', input.amountCents, 1, MAX_AMOUNT_CENTS);
  requireText('currency', input.currency, 1, 10);
  requireText('subject', input.subject, 1, 200);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(input.dueOn) || Number.isNaN(Date.parse(input.dueOn))) {
    throw new Error(`dueOn is not a day such as 2026-01-31`);
  }
  if (input.payer === by) throw new Error(`${by} cannot invoice itself`);
  return { ...input, issuer: by, status: 'ISSUED', issuedAt: at, updatedAt: at };
}

/** The payer says that it owes this. */
export function approve(invoice: Invoice, act: Act): Invoice {
  requireParty(invoice, 'payer', act.by);
  return advance(invoice, 'APPROVED', act);
}

/** The payer says how it paid. */
export function pay(invoice: Invoice, paymentReference: string, act: Act): Invoice {
  requireText('paymentReference', paymentReference, 1, 200);
  requireParty(invoice, 'payer', act.by);
  return { ...advance(invoice, 'PAID', act), paymentReference };
}

/** The issuer takes back what is not paid. */
export function cancel(invoice: Invoice, reason: string, act: Act): Invoice {
  requireText('reason', reason, 1, 500);
  requireParty(invoice, 'issuer', act.by);
  return { ...advance(invoice, 'CANCELLED', act), reason };
}

function requireParty(invoice: Invoice, party: 'issuer' | 'payer', mspId: string): void {
  if (invoice[party] !== mspId) {
    throw new Error(`The ${party} of invoice ${invoice.invoiceId} is ${invoice[party]}, not ${mspId}`);
  }
}

function advance(invoice: Invoice, status: InvoiceStatus, { at }: Act): Invoice {
  if (!NEXT[invoice.status].includes(status)) {
    throw new Error(`Invoice ${invoice.invoiceId} is ${invoice.status} and cannot become ${status}`);
  }
  return { ...invoice, status, updatedAt: at };
}
