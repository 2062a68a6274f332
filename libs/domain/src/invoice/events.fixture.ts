// Ledger events for the specs, as they stand on the log.
import type { AdjustmentId, AdjustmentPosted, ChargeId, ChargePosted, Instant, Payload, PolicyId, RateCardId } from '@parley/contracts';
import { aMessage, businessId, friday, logged, ownerId } from '../scenario/fixtures.js';

/** A charge of 0.0068 USD, late on the first Friday of August 2018. */
export function aCharge(change: Partial<Payload<ChargePosted>> & { readonly at?: Instant } = {}): ChargePosted {
  const { at = friday, ...rest } = change;
  const message = rest.message ?? aMessage();
  const event = logged(
    {
      type: 'ChargePosted',
      chargeId: `${message.conversationId}.${message.messageId}` as ChargeId,
      message,
      market: 'Brazil',
      sentAt: at - 1_000,
      deliveredAt: at,
      lastInboundAt: null,
      entryPointAt: null,
      currency: 'USD',
      amount: 6_800n,
      unitPrice: 6_800n,
      rule: 'S0/late-free-form',
      policyId: 'S0' as PolicyId,
      policyVersion: 1,
      rateCardId: 'usd-for-s0' as RateCardId,
      rateCardVersion: 1,
      illustrative: false,
      pricingCategory: 'service',
      pricingType: 'regular',
      tier: null,
      month: '2018-08',
      session: null,
      allowance: null,
      priceMarket: 'Brazil',
      reservation: null,
      waived: 0n,
      spent: null,
      ...rest,
    },
    at,
  );
  return { ...event, meta: { ...event.meta, cause: { topic: 'parley.usage.v1', partition: 1, offset: 41 } } };
}

/** 0.0008 USD more, for a charge of August 2018. */
export function anAdjustment(change: Partial<Payload<AdjustmentPosted>> & { readonly at?: Instant } = {}): AdjustmentPosted {
  const { at = friday, ...rest } = change;
  return logged(
    {
      type: 'AdjustmentPosted',
      adjustmentId: 'adjustment-1' as AdjustmentId,
      chargeId: 'acme.c1.m1' as ChargeId,
      ownerId,
      businessId,
      currency: 'USD',
      amount: 800n,
      reason: 'corrected card',
      causedBy: 'rate card usd-for-s0 version 2',
      month: '2018-08',
      market: 'Brazil',
      pricingCategory: 'service',
      tier: null,
      illustrative: false,
      correction: null,
      ...rest,
    },
    at,
  );
}
