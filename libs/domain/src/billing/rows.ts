import { micros, microsToText } from '@parley/money';
import type { ChargePosted, Position, RowChange, Table } from '@parley/contracts';
import { column, nullable, put } from '../row.js';
import type { BillingEvent } from './events.js';
import type { BillingState } from './evolve.js';

/**
 * One row per charge, with the evidence to check it by hand: the usage record it prices (`usage_*`), the receipt that usage follows from
 * (`receipt_*`, on the conversation's log), the catalog it was priced by (`catalog_offset`: that many of its records), policy, card, rule, and
 * every fact the rule read; session, tier and allowance where the price list has them; what was set aside of a budget, and waived beyond it. Amounts are micros of `currency`, instants epoch ms.
 */
export const chargeTable = {
  name: 'charge',
  key: ['charge_id'],
  columns: {
    charge_id: column('text'),
    business_id: column('text'),
    owner_id: column('text'),
    conversation_id: column('text'),
    contact_id: column('text'),
    number_id: column('text'),
    message_id: column('text'),
    lane: column('text'),
    kind: column('text'),
    category: column('text'),
    template_name: nullable('text'),
    template_language: nullable('text'),
    template_version: nullable('integer'),
    market: column('text'),
    requested_at: column('bigint'),
    sent_at: column('bigint'),
    delivered_at: column('bigint'),
    last_inbound_at: nullable('bigint'),
    entry_point_at: nullable('bigint'),
    currency: column('text'),
    amount_micros: column('bigint'),
    unit_price_micros: column('bigint'),
    rule: column('text'),
    policy_id: column('text'),
    policy_version: column('integer'),
    rate_card_id: nullable('text'),
    rate_card_version: nullable('integer'),
    illustrative: column('boolean'),
    pricing_category: nullable('text'),
    pricing_type: nullable('text'),
    month: nullable('text'),
    price_market: nullable('text'),
    tier: nullable('text'),
    allowance: nullable('text'),
    session_category: nullable('text'),
    session_opened_at: nullable('bigint'),
    session_opened: nullable('boolean'),
    budget_month: nullable('text'),
    reserved_micros: nullable('bigint'),
    waived_micros: nullable('bigint'),
    usage_topic: column('text'),
    usage_partition: column('integer'),
    usage_offset: column('bigint'),
    receipt_topic: nullable('text'),
    receipt_partition: nullable('integer'),
    receipt_offset: nullable('bigint'),
    catalog_offset: column('bigint'),
    event_id: column('text'),
    posted_at: column('bigint'),
  },
} as const satisfies Table;

/** The row of a charge. */
export function project(event: BillingEvent, state: BillingState, position: Position): readonly RowChange[] {
  switch (event.type) {
    case 'ChargePosted':
      return [rowOf(event, state, position)];
    case 'UsageRecorded':
    case 'DecisionSkipped':
      return [];
    default:
      return event satisfies never;
  }
}

function rowOf({ message, meta, ...charge }: ChargePosted, { own: { receipt } }: BillingState, usage: Position): RowChange {
  return put(chargeTable, {
    charge_id: charge.chargeId,
    business_id: message.businessId,
    owner_id: message.ownerId,
    conversation_id: message.conversationId,
    contact_id: message.contactId,
    number_id: message.numberId,
    message_id: message.messageId,
    lane: message.lane,
    kind: message.kind,
    category: message.category,
    template_name: message.template?.name ?? null,
    template_language: message.template?.language ?? null,
    template_version: message.template?.version ?? null,
    market: charge.market,
    requested_at: message.requestedAt,
    sent_at: charge.sentAt,
    delivered_at: charge.deliveredAt,
    last_inbound_at: charge.lastInboundAt,
    entry_point_at: charge.entryPointAt,
    currency: charge.currency,
    amount_micros: microsToText(micros(charge.amount)),
    unit_price_micros: microsToText(micros(charge.unitPrice)),
    rule: charge.rule,
    policy_id: charge.policyId,
    policy_version: charge.policyVersion,
    rate_card_id: charge.rateCardId,
    rate_card_version: charge.rateCardVersion,
    illustrative: charge.illustrative,
    pricing_category: charge.pricingCategory,
    pricing_type: charge.pricingType,
    month: charge.month,
    price_market: charge.priceMarket,
    tier: charge.tier?.bounds ?? null,
    allowance: charge.allowance?.name ?? null,
    session_category: charge.session?.category ?? null,
    session_opened_at: charge.session?.openedAt ?? null,
    session_opened: charge.session?.opened ?? null,
    budget_month: charge.reservation?.month ?? null,
    reserved_micros: charge.reservation && microsToText(micros(charge.reservation.amount)),
    waived_micros: charge.reservation && microsToText(micros(charge.waived)),
    usage_topic: usage.topic,
    usage_partition: usage.partition,
    usage_offset: usage.offset,
    receipt_topic: receipt?.topic ?? null,
    receipt_partition: receipt?.partition ?? null,
    receipt_offset: receipt?.offset ?? null,
    catalog_offset: meta.catalogOffset,
    event_id: meta.eventId,
    posted_at: meta.at,
  });
}
