import type { Instant, Message, Reservation } from '@parley/contracts';
import { microsFromText, type Micros } from '@parley/money';
import { dearest, localDate, localMonth, reignsFor, type Effective, type LocalDate, type Scoped } from '@parley/rating';
import type { Business, Catalog } from '../catalog/catalog.js';
import { rateCardsOf } from '../catalog/lookups.js';
import { MissingFromCatalog } from '../decision.js';
import { envelopeRetentionMs } from '../delivery/envelope-retention.js';
import type { Window } from '../window/window.js';
import { findBudget } from './budget.js';

/** A message is dispatched within seconds of its admission. Where that takes longer and its window closes meanwhile, what it costs more is waived. */
const dispatchMs = 5 * 60_000;

export interface Reserving {
  readonly message: Message;
  readonly business: Business;
  readonly window: Window;
  /** The contact's market by the verified directory; null where it is not known. */
  readonly market: string | null;
}

/**
 * What to set aside for a message that is admitted now: the dearest outcome that is published, over every list and card that can be in force
 * before its content is gone. Null where the owner has no budget. Throws MissingFromCatalog where no price is published at all.
 */
export function reservationFor({ message, business, window, market }: Reserving, catalog: Catalog, now: Instant): Reservation | null {
  const budget = findBudget(catalog, message.ownerId, business.currency);
  if (budget === null) return null;
  const { lane, kind, category } = message;
  const planned = { lane, kind, category, market, lastInboundAt: window.lastInboundAt, dispatchedBy: now + dispatchMs };
  const days = { from: localDate(now, business.zone), to: localDate(now + envelopeRetentionMs, business.zone) };
  const cards = inForceWithin(rateCardsOf(catalog, business), business, days);
  let most: Micros | null = null;
  for (const policy of inForceWithin(catalog.policies, business, days)) {
    for (const card of cards.length > 0 ? cards : [null]) {
      const price = dearest(planned, policy, card);
      if (price !== null && (most === null || price > most)) most = price;
    }
  }
  if (most === null) throw new MissingFromCatalog(`nothing says what a ${category} message costs in ${business.currency}, so nothing can be set aside of the owner's budget; publish a rate card that is effective by now`);
  const { currency, cap, hard, zone } = budget;
  return { month: localMonth(now, zone), currency, amount: most, cap: microsFromText(cap), hard };
}

/** All versions that are in force for the business on some day of the two or between them. */
function inForceWithin<Version extends Effective & Scoped>(published: readonly Version[], business: Business, { from, to }: { readonly from: LocalDate; readonly to: LocalDate }): readonly Version[] {
  return reignsFor(published, business).flatMap(({ version, reign }) => (reign !== null && reign.from <= to && (reign.until === null || reign.until > from) ? [version] : []));
}
