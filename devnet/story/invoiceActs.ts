import type { Act, Stage } from './act.js';
import { invoices } from './calls.js';
import { messageOf } from './goodsActs.js';
import { PARTIES } from './storyWorld.js';
import type { TradePlan } from './tradePlan.js';

type Status = 'ISSUED' | 'APPROVED' | 'PAID' | 'CANCELLED';

/** The carrier's invoice to the buyer on the channel `payments`, by act. */
export interface InvoiceActs {
  readonly issue: Act;
  /** Approved, or cancelled where the plan says so. */
  readonly settle: Act;
  readonly pay: Act;
}

export function invoiceActs({ fabric, chain }: Stage, plan: TradePlan): InvoiceActs {
  const { invoiceId, lotId, freightCents } = plan;
  const status = (): Promise<Status | null> =>
    fabric.evaluate<{ status: Status }>('meridian', invoices('GetInvoice', invoiceId)).then(
      (invoice) => invoice.status,
      (error: unknown) => {
        if (messageOf(error).includes('does not exist')) return null;
        throw error;
      },
    );
  const over = async (): Promise<boolean> => ['PAID', 'CANCELLED'].includes((await status()) ?? '');
  return {
    issue: {
      name: `Meridian invoices the freight of ${lotId}`,
      done: async () => (await status()) !== null,
      run: () => {
        const subject = `Freight of ${lotId}, ${plan.departure} to ${plan.destination}`;
        const args = [invoiceId, PARTIES.northwind, freightCents, 'HUSD', subject, plan.dueOn] as const;
        return fabric.submit('meridian', invoices('IssueInvoice', ...args));
      },
    },
    settle: {
      name: plan.invoiceCancelled ? `Meridian cancels ${invoiceId}` : `Northwind approves ${invoiceId}`,
      done: async () => (await status()) !== 'ISSUED',
      run: () =>
        plan.invoiceCancelled
          ? fabric.submit('meridian', invoices('CancelInvoice', invoiceId, 'Freight was prepaid'))
          : fabric.submit('northwind', invoices('ApproveInvoice', invoiceId)),
    },
    pay: {
      name: `Northwind pays ${invoiceId}`,
      done: over,
      run: async () => {
        const args = [chain.address('meridian'), freightCents];
        const payment = await chain.call('northwind', { contract: 'SettlementToken', name: 'transfer', args });
        return fabric.submit('northwind', invoices('PayInvoice', invoiceId, payment.transactionHash));
      },
    },
  };
}
