import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { everyBusiness, micros, toNumber } from '@parley/service';
import type { Vector } from '@parley/service';
import { InvoiceLine } from './invoice-line.js';
import { behind } from './ledger-place.js';

/** An invoice as one of its businesses may see it, or whole (`*`). Written by the lanes of `invoicing` alone, once. */
@Entity({ schema: 'billing', name: 'invoice' })
export class Invoice {
  @PrimaryColumn({ type: 'text', name: 'invoice_id' })
  invoiceId!: string;

  @PrimaryColumn({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'owner_id' })
  ownerId!: string;

  @Column({ type: 'bigint', transformer: toNumber })
  number!: number;

  @Column({ type: 'text' })
  month!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint', name: 'issued_at', transformer: toNumber })
  issuedAt!: number;

  @Column({ type: 'boolean' })
  illustrative!: boolean;

  @Column({ type: 'bigint', transformer: toNumber })
  lines!: number;

  @Column({ type: 'bigint', transformer: toNumber })
  charges!: number;

  @Column({ type: 'bigint', name: 'exact_micros', transformer: micros })
  exactMicros!: bigint;

  @Column({ type: 'bigint', name: 'rounding_micros', transformer: micros })
  roundingMicros!: bigint;

  @Column({ type: 'bigint', name: 'total_micros', transformer: micros })
  totalMicros!: bigint;

  @Column({ type: 'text', name: 'lines_checksum' })
  linesChecksum!: string;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'integer', name: 'ledger_partition' })
  ledgerPartition!: number;

  @Column({ type: 'bigint', name: 'ledger_offset', transformer: toNumber })
  ledgerOffset!: number;

  @Column({ type: 'bigint', name: 'catalog_offset', transformer: toNumber })
  catalogOffset!: number;
}

export interface InvoiceWithLines {
  readonly invoice: Invoice;
  readonly lines: readonly InvoiceLine[];
}

/**
 * Invoices as a business (or `*`) sees them behind a vector of ledger offsets, in the order they were issued per partition: a page never changes.
 *
 * @param ownerId of one owner only.
 */
export function invoicesAfter(manager: EntityManager, businessId: string, ownerId: string | null, vector: Vector, limit: number): Promise<Invoice[]> {
  const { condition, parameters } = behind('invoice', vector);
  const query = manager
    .createQueryBuilder(Invoice, 'invoice')
    .where('invoice.business_id = :businessId', { businessId })
    .andWhere(`(${condition})`, parameters)
    .orderBy('invoice.ledgerPartition')
    .addOrderBy('invoice.ledgerOffset')
    .limit(limit);
  if (ownerId !== null) query.andWhere('invoice.owner_id = :ownerId', { ownerId });
  return query.getMany();
}

/** An invoice with the lines that a business (or `*`) may see; null where there is none of it. */
export async function invoiceOf(manager: EntityManager, businessId: string, invoiceId: string): Promise<InvoiceWithLines | null> {
  const invoice = await manager.createQueryBuilder(Invoice, 'invoice').where('invoice.invoice_id = :invoiceId AND invoice.business_id = :businessId', { invoiceId, businessId }).getOne();
  if (invoice === null) return null;
  const lines = manager.createQueryBuilder(InvoiceLine, 'line').where('line.invoice_id = :invoiceId', { invoiceId }).orderBy('line.line');
  if (businessId !== everyBusiness) lines.andWhere('line.business_id = :businessId', { businessId });
  return { invoice, lines: await lines.getMany() };
}
