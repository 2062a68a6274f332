import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { micros, toNumber } from '@parley/service';
import type { Vector } from '@parley/service';

/** A charge with everything needed to check it by hand. Amounts are micros of `currency`. Written by the lanes of `billing` alone. */
@Entity({ schema: 'billing', name: 'charge' })
export class Charge {
  @PrimaryColumn({ type: 'text', name: 'charge_id' })
  chargeId!: string;

  @Column({ type: 'text', name: 'business_id' })
  businessId!: string;

  @Column({ type: 'text', name: 'owner_id' })
  ownerId!: string;

  @Column({ type: 'text', name: 'conversation_id' })
  conversationId!: string;

  @Column({ type: 'text', name: 'contact_id' })
  contactId!: string;

  @Column({ type: 'text', name: 'number_id' })
  numberId!: string;

  @Column({ type: 'text', name: 'message_id' })
  messageId!: string;

  @Column({ type: 'text' })
  lane!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  category!: string;

  @Column({ type: 'text', name: 'template_name', nullable: true })
  templateName!: string | null;

  @Column({ type: 'text', name: 'template_language', nullable: true })
  templateLanguage!: string | null;

  @Column({ type: 'integer', name: 'template_version', nullable: true })
  templateVersion!: number | null;

  @Column({ type: 'text' })
  market!: string;

  @Column({ type: 'bigint', name: 'requested_at', transformer: toNumber })
  requestedAt!: number;

  @Column({ type: 'bigint', name: 'sent_at', transformer: toNumber })
  sentAt!: number;

  @Column({ type: 'bigint', name: 'delivered_at', transformer: toNumber })
  deliveredAt!: number;

  @Column({ type: 'bigint', name: 'last_inbound_at', nullable: true, transformer: toNumber })
  lastInboundAt!: number | null;

  @Column({ type: 'bigint', name: 'entry_point_at', nullable: true, transformer: toNumber })
  entryPointAt!: number | null;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ type: 'bigint', name: 'amount_micros', transformer: micros })
  amountMicros!: bigint;

  @Column({ type: 'bigint', name: 'unit_price_micros', transformer: micros })
  unitPriceMicros!: bigint;

  @Column({ type: 'text' })
  rule!: string;

  @Column({ type: 'text', name: 'policy_id' })
  policyId!: string;

  @Column({ type: 'integer', name: 'policy_version' })
  policyVersion!: number;

  @Column({ type: 'text', name: 'rate_card_id', nullable: true })
  rateCardId!: string | null;

  @Column({ type: 'integer', name: 'rate_card_version', nullable: true })
  rateCardVersion!: number | null;

  @Column({ type: 'boolean' })
  illustrative!: boolean;

  @Column({ type: 'text', name: 'pricing_category', nullable: true })
  pricingCategory!: string | null;

  @Column({ type: 'text', name: 'pricing_type', nullable: true })
  pricingType!: string | null;

  @Column({ type: 'text', nullable: true })
  month!: string | null;

  @Column({ type: 'text', name: 'price_market', nullable: true })
  priceMarket!: string | null;

  @Column({ type: 'text', nullable: true })
  tier!: string | null;

  @Column({ type: 'text', nullable: true })
  allowance!: string | null;

  @Column({ type: 'text', name: 'session_category', nullable: true })
  sessionCategory!: string | null;

  @Column({ type: 'bigint', name: 'session_opened_at', nullable: true, transformer: toNumber })
  sessionOpenedAt!: number | null;

  @Column({ type: 'boolean', name: 'session_opened', nullable: true })
  sessionOpened!: boolean | null;

  /** Of the owner's budget that it drew on, YYYY-MM; null where the owner had none. */
  @Column({ type: 'text', name: 'budget_month', nullable: true })
  budgetMonth!: string | null;

  /** Set aside for its message; null where the owner had no budget. */
  @Column({ type: 'bigint', name: 'reserved_micros', nullable: true, transformer: micros })
  reservedMicros!: bigint | null;

  /** What its price was above that under a hard cap; null where the owner had no budget. */
  @Column({ type: 'bigint', name: 'waived_micros', nullable: true, transformer: micros })
  waivedMicros!: bigint | null;

  @Column({ type: 'text', name: 'usage_topic' })
  usageTopic!: string;

  @Column({ type: 'integer', name: 'usage_partition' })
  usagePartition!: number;

  @Column({ type: 'bigint', name: 'usage_offset', transformer: toNumber })
  usageOffset!: number;

  @Column({ type: 'text', name: 'receipt_topic', nullable: true })
  receiptTopic!: string | null;

  @Column({ type: 'integer', name: 'receipt_partition', nullable: true })
  receiptPartition!: number | null;

  @Column({ type: 'bigint', name: 'receipt_offset', nullable: true, transformer: toNumber })
  receiptOffset!: number | null;

  @Column({ type: 'bigint', name: 'catalog_offset', transformer: toNumber })
  catalogOffset!: number;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'bigint', name: 'posted_at', transformer: toNumber })
  postedAt!: number;
}

/**
 * Charges of a business behind a vector of usage offsets, in the order they were posted per partition: a page never changes, and no charge
 * posted later comes before one that was given out.
 */
export function chargesAfter(manager: EntityManager, businessId: string, vector: Vector, limit: number): Promise<Charge[]> {
  const behind = vector.map((_, partition) => `(charge.usage_partition = :p${partition} AND charge.usage_offset >= :o${partition})`).join(' OR ');
  const parameters = Object.fromEntries(vector.flatMap((offset, partition) => [[`p${partition}`, partition], [`o${partition}`, offset]]));
  return manager
    .createQueryBuilder(Charge, 'charge')
    .where('charge.business_id = :businessId', { businessId })
    .andWhere(`(${behind})`, parameters)
    .orderBy('charge.usagePartition')
    .addOrderBy('charge.usageOffset')
    .limit(limit)
    .getMany();
}

/** The business's charge of that id; null where there is none. */
export function findCharge(manager: EntityManager, businessId: string, chargeId: string): Promise<Charge | null> {
  return manager.findOneBy(Charge, { chargeId, businessId });
}

/** One charge, whoever's it is, as far as the viewer may see it; null where there is none. */
export function chargeOf(manager: EntityManager, chargeId: string): Promise<Charge | null> {
  return manager.findOneBy(Charge, { chargeId });
}
