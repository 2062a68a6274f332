import { Controller, Get, Inject, Param, Req, Res, StreamableFile, UseGuards } from '@nestjs/common';
import { advance, amountsOf, ApiKeyGuard, CallerOf, decodeCursor, Describe, encodeCursor, id, object, optional, Problem, queryOf, read, Rows, Runtime, Scopes, text } from '@parley/service';
import type { Caller, Vector } from '@parley/service';
import type { Request, Response } from 'express';
import { invoiceCsv } from '../invoice/csv.js';
import { invoicePdf } from '../invoice/pdf.js';
import { invoiceOf, invoicesAfter } from '../projections/invoice.js';
import type { Invoice, InvoiceWithLines } from '../projections/invoice.js';
import type { InvoiceLine } from '../projections/invoice-line.js';
import { invoiceAsCsv, invoiceAsPdf, listInvoices, showInvoice } from './ledger-descriptions.js';

const pageShape = object({
  after: optional(text({ min: 0, max: 2_000 })),
  limit: optional(text({ max: 4, pattern: /^([1-9]\d{0,2}|1000)$/, hint: 'must be a whole number from 1 to 1000' })),
  ownerId: optional(id('Owner')),
});
const idShape = id('Invoice');

/** What was billed: an owner's invoices, of which each business sees its own part. */
@Controller('billing/v1/invoices')
@UseGuards(ApiKeyGuard)
@Scopes('charges:read', 'operator')
export class InvoicesController {
  constructor(
    @Inject(Runtime) private readonly runtime: Runtime,
    @Inject(Rows) private readonly rows: Rows,
  ) {}

  /** A page of invoices, oldest first. `next` goes into `after`; it is given even at the end, to go on from there later. */
  @Get()
  @Describe({ ...listInvoices, query: pageShape })
  async list(@CallerOf() caller: Caller, @Req() request: Request): Promise<unknown> {
    const { after, limit, ownerId } = queryOf(request, pageShape);
    const from = decodeCursor(after, this.runtime.log.partitions('parley.ledger.v1'));
    const most = Number(limit ?? 100);
    const invoices = await this.rows.for(caller, (manager) => invoicesAfter(manager, caller.businessId, ownerId, from, most));
    const to = invoices.reduce<Vector>((vector, { ledgerPartition, ledgerOffset }) => advance(vector, ledgerPartition, ledgerOffset), from);
    return { data: invoices.map(shown), next: encodeCursor(to), more: invoices.length === most };
  }

  @Get(':invoiceId.csv')
  @Describe(invoiceAsCsv)
  async csv(@CallerOf() caller: Caller, @Param('invoiceId') invoiceId: string, @Res({ passthrough: true }) response: Response): Promise<string> {
    return asCsv(await this.find(caller, invoiceId), response);
  }

  @Get(':invoiceId.pdf')
  @Describe(invoiceAsPdf)
  async pdf(@CallerOf() caller: Caller, @Param('invoiceId') invoiceId: string): Promise<StreamableFile> {
    return asPdf(await this.find(caller, invoiceId));
  }

  /** As JSON, or in the form that the caller accepts. */
  @Get(':invoiceId')
  @Describe(showInvoice)
  async show(@CallerOf() caller: Caller, @Param('invoiceId') invoiceId: string, @Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<unknown> {
    const found = await this.find(caller, invoiceId);
    response.vary('Accept');
    switch (request.accepts(['application/json', 'text/csv', 'application/pdf'])) {
      case 'text/csv':
        return asCsv(found, response);
      case 'application/pdf':
        return asPdf(found);
      default:
        return { ...shown(found.invoice), lines: found.lines.map(shownLine) };
    }
  }

  private async find(caller: Caller, invoiceId: string): Promise<InvoiceWithLines> {
    const wanted = read(idShape, invoiceId);
    const found = await this.rows.for(caller, (manager) => invoiceOf(manager, caller.businessId, wanted));
    if (found === null) throw new Problem('not-found', 'There is no invoice of this number, or nothing in it is yours. GET /billing/v1/invoices lists them.');
    return found;
  }
}

function asCsv(found: InvoiceWithLines, response: Response): string {
  response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
  response.setHeader('Content-Disposition', `attachment; filename="${found.invoice.invoiceId}.csv"`);
  return invoiceCsv(found);
}

async function asPdf(found: InvoiceWithLines): Promise<StreamableFile> {
  return new StreamableFile(await invoicePdf(found), { type: 'application/pdf', disposition: `inline; filename="${found.invoice.invoiceId}.pdf"` });
}

function shown(invoice: Invoice): object {
  return {
    invoiceId: invoice.invoiceId,
    number: invoice.number,
    ownerId: invoice.ownerId,
    businessId: invoice.businessId,
    month: invoice.month,
    currency: invoice.currency,
    issuedAt: new Date(invoice.issuedAt).toISOString(),
    illustrative: invoice.illustrative,
    lineCount: invoice.lines,
    charges: invoice.charges,
    ...amountsOf({ exact: invoice.exactMicros, rounding: invoice.roundingMicros, total: invoice.totalMicros }),
    evidence: {
      ledger: { topic: 'parley.ledger.v1', partition: invoice.ledgerPartition, offset: invoice.ledgerOffset },
      catalogOffset: invoice.catalogOffset,
      eventId: invoice.eventId,
      linesChecksum: invoice.linesChecksum,
    },
  };
}

function shownLine(line: InvoiceLine): object {
  const { line: number, businessId, kind, month, market, category, tier, cause, charges, illustrative } = line;
  return { line: number, businessId, kind, month, market, category, tier, cause, charges, ...amountsOf({ amount: line.amountMicros }), illustrative };
}
