import { expect, test } from '@jest/globals';
import { approve, cancel, issue, pay } from '../../../chaincode/invoices/invoice.js';

const meridian = { by: 'MeridianMSP', at: '2026-03-01T10:00:00.000Z' };
const northwind = { by: 'NorthwindMSP', at: '2026-03-02T10:00:00.000Z' };
const input = {
  invoiceId: 'INV-1',
  payer: 'NorthwindMSP',
  amountCents: 125_000,
  currency: 'EUR',
  subject: 'Freight of LOT-1',
  dueOn: '2026-03-31',
};

test('an invoice is issued, approved and paid by the right parties, in this order', () => {
  const issued = issue(input, meridian);
  expect(issued).toMatchObject({ issuer: 'MeridianMSP', status: 'ISSUED' });
  expect(() => approve(issued, meridian)).toThrow('The payer of invoice INV-1 is NorthwindMSP, not MeridianMSP');
  expect(() => pay(issued, 'ref', northwind)).toThrow('Invoice INV-1 is ISSUED and cannot become PAID');
  const paid = pay(approve(issued, northwind), 'SEPA 1', northwind);
  expect(paid).toMatchObject({ status: 'PAID', paymentReference: 'SEPA 1', updatedAt: northwind.at });
  expect(() => cancel(paid, 'too late', meridian)).toThrow('is PAID and cannot become CANCELLED');
});

test('its issuer cancels it while it is not paid', () => {
  expect(cancel(issue(input, meridian), 'wrong amount', meridian)).toMatchObject({
    status: 'CANCELLED',
    reason: 'wrong amount',
  });
  expect(() => cancel(issue(input, meridian), 'no', northwind)).toThrow('The issuer of invoice INV-1 is MeridianMSP');
});

test.each([
  [{ dueOn: 'soon' }, 'dueOn is not a day'],
  [{ dueOn: '2026-13-41' }, 'dueOn is not a day'],
  [{ amountCents: 0.5 }, 'amountCents is 0.5, expected a whole number'],
  [{ payer: 'MeridianMSP' }, 'MeridianMSP cannot invoice itself'],
])('%o is refused', (change, message) => {
  expect(() => issue({ ...input, ...change }, meridian)).toThrow(message);
});
