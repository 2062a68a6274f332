import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { everyBusiness, micros, toNumber } from '@parley/service';

/** One side of a transaction of the ledger; a debit is positive. Written by the lanes of `invoicing` alone. */
@Entity({ schema: 'billing', name: 'ledger_entry' })
export class LedgerEntry {
  @PrimaryColumn({ type: 'integer', name: 'ledger_partition' })
  ledgerPartition!: number;

  @PrimaryColumn({ type: 'bigint', name: 'ledger_offset', transformer: toNumber })
  ledgerOffset!: number;

  @PrimaryColumn({ type: 'integer' })
  entry!: number;

  @Column({ type: 'text', name: 'ledger_topic' })
  ledgerTopic!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'owner_id' })
  ownerId!: string;

  @Column({ type: 'text' })
  account!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint', name: 'amount_micros', transformer: micros })
  amountMicros!: bigint;

  @Column({ type: 'text', nullable: true })
  market!: string | null;

  @Column({ type: 'text', nullable: true })
  category!: string | null;

  @Column({ type: 'text', nullable: true })
  tier!: string | null;

  @Column({ type: 'text', name: 'event_type' })
  eventType!: string;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'text' })
  reference!: string;

  @Column({ type: 'text', name: 'bill_month' })
  billMonth!: string;

  @Column({ type: 'boolean' })
  illustrative!: boolean;

  @Column({ type: 'text', name: 'usage_topic', nullable: true })
  usageTopic!: string | null;

  @Column({ type: 'integer', name: 'usage_partition', nullable: true })
  usagePartition!: number | null;

  @Column({ type: 'bigint', name: 'usage_offset', nullable: true, transformer: toNumber })
  usageOffset!: number | null;

  @Column({ type: 'bigint', name: 'catalog_offset', nullable: true, transformer: toNumber })
  catalogOffset!: number | null;

  @Column({ type: 'bigint', name: 'posted_at', transformer: toNumber })
  postedAt!: number;
}

/** What one account has in one currency. Debits and credits are both told positive. */
export interface AccountBalance {
  readonly account: string;
  readonly currency: string;
  readonly debits: bigint;
  readonly credits: bigint;
  readonly entries: number;
}

/** The trial balance of a business, or of all (`*`): every account that was moved, by currency. Debits and credits of a currency are equal. */
export async function trialBalance(manager: EntityManager, businessId: string): Promise<readonly AccountBalance[]> {
  const query = manager
    .createQueryBuilder(LedgerEntry, 'entry')
    .select(['entry.account AS account', 'entry.currency AS currency'])
    .addSelect('sum(greatest(entry.amount_micros, 0))::text', 'debits')
    .addSelect('sum(greatest(-entry.amount_micros, 0))::text', 'credits')
    .addSelect('count(*)::text', 'entries')
    .groupBy('entry.currency')
    .addGroupBy('entry.account')
    .orderBy('entry.currency')
    .addOrderBy('entry.account');
  if (businessId !== everyBusiness) query.where('entry.business_id = :businessId', { businessId });
  const rows = await query.getRawMany<{ account: string; currency: string; debits: string; credits: string; entries: string }>();
  return rows.map(({ debits, credits, entries, ...of }) => ({ ...of, debits: BigInt(debits), credits: BigInt(credits), entries: Number(entries) }));
}
