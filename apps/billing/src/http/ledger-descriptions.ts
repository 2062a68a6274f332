// What the routes over the ledger and its invoices are for.
import { lineKinds } from '@parley/domain';
import { answered, decimal, flag, id, instant, integer, list, nullable, object, oneOf, text, wholeMicros } from '@parley/service';
import type { RouteDescription } from '@parley/service';
import { count, month, pricingTerm } from './descriptions.js';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const currency = text({ max: 3, pattern: /^[A-Z]{3}$/, hint: 'ISO 4217' });
const tenant = text({ max: 64, hint: 'a business; * for all of the owner’s' });

const head = {
  invoiceId: id('Invoice'),
  number: integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  ownerId: id('Owner'),
  businessId: tenant,
  month,
  currency,
  issuedAt: instant(),
  illustrative: flag(),
  lineCount: count,
  charges: count,
  exact: decimal,
  exactMicros: wholeMicros,
  rounding: decimal,
  roundingMicros: wholeMicros,
  total: decimal,
  totalMicros: wholeMicros,
  evidence: object({ ledger: object({ topic: text({ max: 100 }), partition: count, offset: count }), catalogOffset: count, eventId: text({ max: 36 }), linesChecksum: text({ max: 16 }) }),
} as const;

const line = object({
  line: integer({ min: 1, max: 2_147_483_647 }),
  businessId: tenant,
  kind: oneOf(lineKinds),
  month: nullable(month),
  market: nullable(text({ max: 64 })),
  category: nullable(pricingTerm),
  tier: nullable(text({ max: 32 })),
  cause: text({ min: 0, max: 1_024 }),
  charges: count,
  amount: decimal,
  amountMicros: wholeMicros,
  illustrative: flag(),
});

const whose = 'A business sees of an invoice what is its own, with the sum of that; the operator sees it whole. An invoice that is `illustrative` is made of example prices and is not to be paid.';
const invoicePath = { invoiceId: id('Invoice') } as const;

export const listInvoices: Description = {
  summary: 'Invoices, in the order they were issued.',
  detail: whose,
  problems: ['invalid-cursor'],
  answer: answered('A page. `next` goes into `after`; it is given even at the end, to go on from there later.', object({ data: list(object(head), { min: 0, max: 1_000 }), next: text({ max: 2_000 }), more: flag() })),
};

export const showInvoice: Description = {
  summary: 'One invoice with its lines.',
  detail: `${whose} With \`Accept: text/csv\` or \`Accept: application/pdf\` it comes in that form, as it does with the suffix.`,
  path: invoicePath,
  problems: ['not-found'],
  answer: answered('The invoice.', object({ ...head, lines: list(line, { min: 1, max: 1_000_000 }) })),
};

export const invoiceAsCsv: Description = {
  summary: 'One invoice’s lines as CSV.',
  detail: whose,
  path: invoicePath,
  problems: ['not-found'],
  answer: answered('A line each; amounts exact, as decimals and as micros.', { schema: { type: 'string' } }, 'text/csv'),
};

export const invoiceAsPdf: Description = {
  summary: 'One invoice as PDF, to be printed.',
  detail: whose,
  path: invoicePath,
  problems: ['not-found'],
  answer: answered('A4 pages.', { schema: { type: 'string', contentMediaType: 'application/pdf' } }, 'application/pdf'),
};

const accountBalance = object({ account: text({ max: 32 }), currency, debits: decimal, debitsMicros: wholeMicros, credits: decimal, creditsMicros: wholeMicros, balance: decimal, balanceMicros: wholeMicros, entries: count });

export const showBalance: Description = {
  summary: 'The trial balance: what each account was moved by, per currency.',
  detail: 'Of the business’s own entries; of all for the operator. A debit is positive. `balanced` says that debits and credits are equal in every currency.',
  answer: answered('Accounts by currency and name.', object({ balanced: flag(), data: list(accountBalance, { min: 0, max: 1_000 }) })),
};

export const postAdjustment: Description = {
  summary: 'Correct what a charge costs: a signed amount, with what caused it.',
  detail: 'The charge itself never changes. The correction is a line of its month’s bill, or of the next one where that was made already.',
  writes: true,
  problems: ['not-found'],
  answer: answered('Posted.', object({ adjustmentId: id('Adjustment'), chargeId: id('Charge'), currency, amount: decimal, amountMicros: wholeMicros })),
};
