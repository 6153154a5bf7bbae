import { Contract, type Context } from 'fabric-contract-api';
import { requireFound, requireId } from '../common/checks.js';
import { emit, readPage, readState, transactionTime, writeState, type Page } from '../common/state.js';
import { evaluates, submits } from '../common/transaction.js';
import { approve, cancel, issue, pay, type Act, type Invoice } from './invoice.js';

/** Invoices between organisations: issued, approved by the payer, paid or cancelled. */
export class InvoicesContract extends Contract {
  constructor() {
    super('invoices');
  }

  /** Issues an invoice by the caller's organisation. Refused where it exists. Event: InvoiceIssued. */
  @submits(
    ['invoiceId', 'string'],
    ['payer', 'string'],
    ['amountCents', 'number'],
    ['currency', 'string'],
    ['subject', 'string'],
    ['dueOn', 'string'],
  )
  async IssueInvoice(
    ctx: Context,
    invoiceId: string,
    payer: string,
    amountCents: number,
    currency: string,
    subject: string,
    dueOn: string,
  ): Promise<Invoice> {
    requireId('invoiceId', invoiceId);
    requireId('payer', payer);
    if ((await readState<Invoice>(ctx, invoiceKey(invoiceId))) !== null) {
      throw new Error(`Invoice ${invoiceId} exists already`);
    }
    const invoice = issue({ invoiceId, payer, amountCents, currency, subject, dueOn }, actOf(ctx));
    return save(ctx, 'InvoiceIssued', invoice);
  }

  /** The payer approves. Event: InvoiceApproved. */
  @submits(['invoiceId', 'string'])
  async ApproveInvoice(ctx: Context, invoiceId: string): Promise<Invoice> {
    return save(ctx, 'InvoiceApproved', approve(await readInvoice(ctx, invoiceId), actOf(ctx)));
  }

  /** The payer pays. Event: InvoicePaid. */
  @submits(['invoiceId', 'string'], ['paymentReference', 'string'])
  async PayInvoice(ctx: Context, invoiceId: string, paymentReference: string): Promise<Invoice> {
    return save(ctx, 'InvoicePaid', pay(await readInvoice(ctx, invoiceId), paymentReference, actOf(ctx)));
  }

  /** The issuer cancels what is not paid. Event: InvoiceCancelled. */
  @submits(['invoiceId', 'string'], ['reason', 'string'])
  async CancelInvoice(ctx: Context, invoiceId: string, reason: string): Promise<Invoice> {
    return save(ctx, 'InvoiceCancelled', cancel(await readInvoice(ctx, invoiceId), reason, actOf(ctx)));
  }

  @evaluates(['invoiceId', 'string'])
  GetInvoice(ctx: Context, invoiceId: string): Promise<Invoice> {
    return readInvoice(ctx, invoiceId);
  }

  /** Invoices in the order of their ids, a page at a time. */
  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  ListInvoices(ctx: Context, pageSize: number, bookmark: string): Promise<Page<Invoice>> {
    return readPage<Invoice>(ctx, 'invoice/', pageSize, bookmark);
  }
}

function invoiceKey(invoiceId: string): string {
  return `invoice/${invoiceId}`;
}

async function readInvoice(ctx: Context, invoiceId: string): Promise<Invoice> {
  requireId('invoiceId', invoiceId);
  return requireFound(`Invoice ${invoiceId}`, await readState<Invoice>(ctx, invoiceKey(invoiceId)));
}

function actOf(ctx: Context): Act {
  return { by: ctx.clientIdentity.getMSPID(), at: transactionTime(ctx) };
}

async function save(ctx: Context, event: string, invoice: Invoice): Promise<Invoice> {
  await writeState(ctx, invoiceKey(invoice.invoiceId), invoice);
  emit(ctx, event, invoice);
  return invoice;
}
