import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS } from '@parley/contracts';
import { situations, windowPlaces, type Situation } from '../policy/document.js';
import type { Policy } from '../policy/policy.js';
import type { RateCard } from '../rate-card.js';
import { bandsIn } from '../tiers/tiers.js';
import { linesOf } from '../rate/lines.js';
import type { Played } from './play.fixture.js';

export const tierKinds = ['tier', 'none'] as const;
export const marketKinds = ['listed', 'other'] as const;

/** One combination of all that a price may depend on, under one policy. */
export interface Cell extends Situation {
  readonly tier: (typeof tierKinds)[number];
  readonly market: (typeof marketKinds)[number];
}

/** Every cell there is, made from the model's own lists: a new value of any of them is a new, uncovered cell. */
export const cells: readonly Cell[] = situations.flatMap((situation) => tierKinds.flatMap((tier) => marketKinds.map((market) => ({ ...situation, tier, market }))));

export const cellCount = MESSAGE_KIND_SYMBOLS.length * LANE_SYMBOLS.length * CATEGORY_SYMBOLS.length * windowPlaces.length * tierKinds.length * marketKinds.length;

export function cellKey({ kind, lane, category, window, tier, market }: Cell): string {
  return [kind, category, window, lane, tier, market].join(' ');
}

/** The cell that a message of a golden ledger stands in: what it was, and what rating made of it. */
export function cellOf({ usage, charge }: Played, policy: Policy, card: RateCard): Cell {
  const { kind, lane, category } = usage.message;
  const situation = situations.find(
    (one) => one.kind === kind && one.lane === lane && one.category === category && one.window === placeOf(usage, charge, policy),
  );
  if (!situation) throw new RangeError(`no situation for ${JSON.stringify(usage)}`);
  return { ...situation, tier: charge.tier === null ? 'none' : 'tier', market: usage.market in card.prices ? 'listed' : 'other' };
}

function placeOf({ sentAt, lastInboundAt }: Played['usage'], { type, session }: Played['charge'], { document }: Policy): Situation['window'] {
  if (type === 'free_entry_point' || (session && session.session.entryPointAt !== null)) return 'entry_point';
  return lastInboundAt !== null && sentAt - lastInboundAt < document.freeWindowHours * 3_600_000 ? 'inside' : 'outside';
}

/** Why no message can stand in the cell under the policy, read from the policy and the card; null when one can. */
export function whyNot(cell: Cell, policy: Policy, card: RateCard): string | null {
  const { document } = policy;
  const { kind, lane, category, window, tier, market } = cell;
  if ((kind === 'free_form') !== (category === 'service')) return 'free text is of category service, a template never is';
  if (window === 'entry_point' && document.entryPoint === null) return 'the policy knows no entry point';
  if (window === 'outside' && kind === 'free_form' && document.lateReply[lane] === 'reject') return 'a late reply is refused before it is sent';
  const { terms } = linesOf(policy).lineFor(cell);
  const bands = bandsIn(document);
  const markets = market === 'other' ? [unlisted] : Object.keys(card.prices);
  const tiered = terms.price !== 'free' && markets.some((name) => bands(terms.as ?? category, name, card.currency) !== null);
  if (tier === 'tier') return tiered ? null : terms.price === 'free' ? 'its line is free, so it has no tier' : 'no tier table names it';
  if (!tiered || terms.session !== null || terms.allowance !== null) return null;
  const abroad = terms.abroad && markets.some((name) => name in card.prices && card.prices[name]?.[terms.abroad?.price ?? 'service'] !== null);
  return abroad ? null : 'every message that it charges is in a tier';
}

/** A market that no card lists. */
const unlisted = 'Atlantis';
