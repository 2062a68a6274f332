import { lateRule } from '@parley/domain';
import type { Period } from '@parley/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Charge } from './charge.js';

/** Which charges of a business are meant; null asks for any. */
export interface ChargeSelection {
  /** First of delivered or read, epoch ms; `to` not included. */
  readonly delivered: { readonly from: number | null; readonly to: number | null };
  readonly market: string | null;
  /** As the price list calls it. */
  readonly category: string | null;
  readonly rule: string | null;
  readonly lane: string | null;
  readonly number: string | null;
  /** The name of a template; empty for free text. */
  readonly template: string | null;
  readonly cost: 'free' | 'paid' | null;
  /** Replies that were late and cost something, sent within one of these periods. */
  readonly lateWithin: readonly Period[] | null;
}

/** A place in the list: the last charge that was given out. No two charges share one. */
export type ChargePlace = readonly [deliveredAt: number, usagePartition: number, usageOffset: number];

/** Charges of a selection, the latest delivery first, behind a place. By an index that is in this order, so a page costs what lies between its first charge and its last. */
export function selectedCharges(manager: EntityManager, businessId: string, selection: ChargeSelection, after: ChargePlace | null, limit: number): Promise<Charge[]> {
  const query = manager
    .createQueryBuilder(Charge, 'charge')
    .where('charge.business_id = :businessId', { businessId })
    .orderBy('charge.delivered_at', 'DESC')
    .addOrderBy('charge.usage_partition', 'DESC')
    .addOrderBy('charge.usage_offset', 'DESC')
    .limit(limit);
  narrow(query, selection);
  if (after !== null) query.andWhere('(charge.delivered_at, charge.usage_partition, charge.usage_offset) < (:at, :partition, :offset)', { at: after[0], partition: after[1], offset: after[2] });
  return query.getMany();
}

function narrow(query: SelectQueryBuilder<Charge>, { delivered: { from, to }, market, category, rule, lane, number, template, cost, lateWithin }: ChargeSelection): void {
  if (from !== null) query.andWhere('charge.delivered_at >= :from', { from });
  if (to !== null) query.andWhere('charge.delivered_at < :to', { to });
  if (market !== null) query.andWhere('charge.market = :market', { market });
  if (category !== null) query.andWhere('coalesce(charge.pricing_category, charge.category) = :category', { category });
  if (rule !== null) query.andWhere('charge.rule = :rule', { rule });
  if (lane !== null) query.andWhere('charge.lane = :lane', { lane });
  if (number !== null) query.andWhere('charge.number_id = :number', { number });
  if (template !== null) query.andWhere(template === '' ? 'charge.template_name IS NULL' : 'charge.template_name = :template', { template });
  if (cost !== null) query.andWhere(`charge.amount_micros ${cost === 'free' ? '=' : '<>'} 0`);
  if (lateWithin !== null) {
    const periods = lateWithin.map(({ from: first, to: behind }) => `charge.sent_at >= ${first} AND charge.sent_at < ${behind}`);
    // Spelt out, not parameters: there is an index over late replies alone.
    query.andWhere(`charge.rule LIKE '%/${lateRule}' AND charge.amount_micros <> 0 AND (${periods.join(' OR ') || 'false'})`);
  }
}
