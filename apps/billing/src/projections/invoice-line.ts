import { Column, Entity, PrimaryColumn } from 'typeorm';
import { micros, toNumber } from '@parley/service';

/** A line of an invoice: what it sums has business, kind, month, market, category and tier in common. Written by the lanes of `invoicing` alone. */
@Entity({ schema: 'billing', name: 'invoice_line' })
export class InvoiceLine {
  @PrimaryColumn({ type: 'text', name: 'invoice_id' })
  invoiceId!: string;

  @PrimaryColumn({ type: 'integer' })
  line!: number;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text', nullable: true })
  month!: string | null;

  @Column({ type: 'text', nullable: true })
  market!: string | null;

  @Column({ type: 'text', nullable: true })
  category!: string | null;

  @Column({ type: 'text', nullable: true })
  tier!: string | null;

  @Column({ type: 'text' })
  cause!: string;

  @Column({ type: 'bigint', transformer: toNumber })
  charges!: number;

  @Column({ type: 'bigint', name: 'amount_micros', transformer: micros })
  amountMicros!: bigint;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'boolean' })
  illustrative!: boolean;
}
