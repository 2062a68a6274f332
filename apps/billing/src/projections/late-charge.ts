import type { EntityManager } from 'typeorm';
import { lateRule } from '@parley/domain';
import type { CostedBy, LateCharge, Period } from '@parley/domain';
import { micros } from '@parley/money';
import { Charge } from './charge.js';

/** No policy's free window is longer. */
const longestWindowMs = 7 * 86_400_000;

/** The late replies of a business that may belong to a period; at most `limit`, in no order. Which do, `lateCost` says. */
export async function lateChargesOf(manager: EntityManager, businessId: string, by: CostedBy, { from, to }: Period, limit: number): Promise<LateCharge[]> {
  const query = manager
    .createQueryBuilder(Charge, 'charge')
    .select(['charge.chargeId', 'charge.sentAt', 'charge.lastInboundAt', 'charge.policyId', 'charge.policyVersion', 'charge.currency', 'charge.amountMicros', 'charge.illustrative'])
    // Spelt out, not a parameter: there is an index over these alone.
    .where(`charge.business_id = :businessId AND charge.rule LIKE '%/${lateRule}'`, { businessId })
    .limit(limit);
  if (by === 'sent') query.andWhere('charge.sent_at >= :from AND charge.sent_at < :to', { from, to });
  else {
    // A reply comes after what it answers: the first condition is for the index.
    query.andWhere('charge.sent_at >= :from', { from });
    query.andWhere('charge.last_inbound_at >= :first AND charge.last_inbound_at < :to', { first: by === 'closed' ? from - longestWindowMs : from, to });
  }
  const charges = await query.getMany();
  return charges.map(({ sentAt, lastInboundAt, policyId, policyVersion, currency, amountMicros, illustrative }) => ({ sentAt, lastInboundAt, policyId, policyVersion, currency, illustrative, amountMicros: micros(amountMicros) }));
}
