import type { Instant } from '@parley/contracts';
import { zeroMicros } from '@parley/money';
import type { PricingCategory, WindowPlace } from '../policy/document.js';
import { hourMs, isInsideWindow } from '../policy/policy.js';
import { rowFor } from '../rate-card.js';
import { entryPointOf } from '../sessions/entry-point.js';
import { joinable, type PricingType, type Session } from '../sessions/sessions.js';
import { linesOf, type Line } from './lines.js';
import type { Charge, Unpriced } from './outcome.js';
import { priceOf, type Priced } from './price.js';
import { countedBy, trackedBy } from './tally.js';
import { decidingInstants, type Tally, type TallyRead, type Terms, type Usage } from './usage.js';

/** What a message costs, and what was counted once that is known: the very same counters and sessions where nothing changed. */
export interface Rating extends Tally {
  readonly outcome: Charge | Unpriced;
}

/**
 * Prices one used message: a pure function of what is given, defined for every input. It assumes that each message comes once, in the order of
 * the usage log; who calls it drops repeats. What cannot be priced changes no count.
 */
export function rate(usage: Usage, terms: Terms, tally: Tally): Rating {
  const outcome = chargeFor(usage, terms, tally);
  if (outcome.kind === 'unpriced') return { outcome, counters: tally.counters, sessions: tally.sessions };
  return { outcome, counters: countedBy(tally.counters, outcome), sessions: trackedBy(tally.sessions, outcome) };
}

/** What the message costs; the half of `rate` that decides. */
export function chargeFor(usage: Usage, terms: Terms, tally: TallyRead): Charge | Unpriced {
  const { policy, business } = terms;
  const instants = decidingInstants(usage, business.zone);
  const { document } = policy;
  const entered = document.entryPoint && entryPointOf(tally.sessions, usage, document.entryPoint);
  const window = entered ? 'entry_point' : isInsideWindow(instants.window, usage.lastInboundAt, document) ? 'inside' : 'outside';
  const { kind, lane, category } = usage.message;
  const { lineFor, bandsOf } = linesOf(policy);
  const line = domesticOrAbroad(lineFor({ kind, lane, category, window }), usage, terms);

  const sessionTerms = entered ? null : line.terms.session;
  const opening = sessionTerms?.category === 'own' ? category : sessionTerms?.category;
  const lengthMs = (document.sessions?.hours ?? 0) * hourMs;
  const joined = sessionTerms && joinable(tally.sessions, instants.priced, sessionTerms.joins === 'any' ? null : (opening ?? null), lengthMs);
  if (joined) return joinedCharge(line.rule, joined, instants.month, policy.illustrative);

  const shown = line.terms.as ?? category;
  const priced = priceOf({ usage, terms, line, category: shown, bands: bandsOf(shown, usage.market, business.currency), month: instants.month, counters: tally.counters });
  if (priced.kind === 'unpriced') return priced;
  const type = typeOf(priced, window);
  const session = entered
    ? { session: entered.session, opened: entered.opens }
    : opening === undefined
      ? null
      : { session: openedAt(instants.priced, opening, type, lengthMs), opened: true };
  const { amount, unitPrice, price, tier, allowance } = priced;
  const illustrative = policy.illustrative || priced.illustrative;
  return { kind: 'charge', rule: line.rule, type, category: shown, amount, unitPrice, price, tier, allowance, session, month: instants.month, illustrative };
}

/** The line as it is, or what it says of contacts abroad where all holds that such a price needs: eligible for the market, which is not its own, and on the card. */
function domesticOrAbroad(line: Line, { market }: Usage, { card, business: { international } }: Terms): Line {
  if (line.abroad === null || international === null || card === null) return line;
  if (market === international.homeMarket || !international.markets.includes(market)) return line;
  const { price, category } = line.abroad.terms;
  if ((rowFor(card, market)?.prices[price] ?? null) === null) return line;
  return { terms: { ...line.terms, price, as: category }, rule: line.abroad.rule, abroad: null };
}

function joinedCharge(rule: string, session: Session, month: string, illustrative: boolean): Charge {
  const { type, category } = session;
  const nothing = { amount: zeroMicros, unitPrice: zeroMicros, price: null, tier: null, allowance: null };
  return { kind: 'charge', rule, type, category, ...nothing, session: { session, opened: false }, month, illustrative };
}

function typeOf({ isFree }: Priced, window: WindowPlace): PricingType {
  if (!isFree) return 'regular';
  return window === 'entry_point' ? 'free_entry_point' : 'free_customer_service';
}

function openedAt(openedAt: Instant, category: PricingCategory, type: PricingType, lengthMs: number): Session {
  return { category, type, openedAt, closesAt: openedAt + lengthMs, entryPointAt: null };
}
