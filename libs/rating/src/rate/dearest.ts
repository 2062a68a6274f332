import type { Category, Instant, Lane, MessageKind } from '@parley/contracts';
import { micros, microsFromText, zeroMicros, type Micros } from '@parley/money';
import type { WindowPlace } from '../policy/document.js';
import { admitsLateReply, isInsideWindow, type Policy } from '../policy/policy.js';
import { rowFor, type Prices, type RateCard, type RateColumn } from '../rate-card.js';
import { columnOf, linesOf, type Line } from './lines.js';

/** A message before it is sent. Instants are epoch ms, UTC. */
export interface Planned {
  readonly lane: Lane;
  readonly kind: MessageKind;
  readonly category: Category;
  /** Null where the contact's market is not known yet: the dearest of the card then. */
  readonly market: string | null;
  readonly lastInboundAt: Instant | null;
  /** Latest instant at which it is still expected to be dispatched: what is inside the window until then is not taken as late. */
  readonly dispatchedBy: Instant;
}

/**
 * The most that the message can cost under this list and card, whatever the owner's counters and the conversation's sessions are by then: before
 * allowances, before sessions, in a tier of 100 %, from abroad where the list has such a price. Null where a price is needed that the card has not.
 */
export function dearest(planned: Planned, policy: Policy, card: RateCard | null): Micros | null {
  let most = zeroMicros;
  const { kind, lane, category } = planned;
  for (const window of placesOf(planned, policy)) {
    const price = dearestOf(linesOf(policy).lineFor({ kind, lane, category, window }), planned, card);
    if (price === null) return null;
    if (price > most) most = price;
  }
  return most;
}

/** Where it may stand when it is dispatched: the contact may write meanwhile, so inside is always possible. */
function placesOf({ kind, lane, lastInboundAt, dispatchedBy }: Planned, { document }: Policy): readonly WindowPlace[] {
  const places: WindowPlace[] = ['inside'];
  const isLateReply = kind === 'free_form' && !admitsLateReply(lane, document);
  if (!isLateReply && !isInsideWindow(dispatchedBy, lastInboundAt, document)) places.push('outside');
  if (document.entryPoint !== null) places.push('entry_point');
  return places;
}

function dearestOf(line: Line, { category, market }: Planned, card: RateCard | null): Micros | null {
  const { terms, abroad } = line;
  if (terms.price === 'free') return zeroMicros;
  if (card === null) return null;
  const own = highest(card, market, columnOf(line, category));
  // Whether the business is eligible for the price from abroad is known only at delivery; a card without one has no such contacts.
  const other = abroad === null ? null : highest(card, market, abroad.terms.price);
  if (own === null || other === null) return own;
  return own > other ? own : other;
}

function highest(card: RateCard, market: string | null, column: RateColumn): Micros | null {
  const rows: readonly (Prices | undefined)[] = market === null ? Object.values(card.prices) : [rowFor(card, market)?.prices];
  let most: bigint | null = null;
  for (const row of rows) {
    const text = row?.[column] ?? null;
    if (text === null) continue;
    const price = microsFromText(text);
    if (most === null || price > most) most = price;
  }
  return most === null ? null : micros(most);
}
