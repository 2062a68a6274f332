import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS, type Category, type Lane, type MessageKind } from '@parley/contracts';
import { rateColumns, type RateColumn } from '../rate-card.js';

/** What becomes of a free-form message after the free window: it is sent and priced by the charges, or refused before it is sent. */
export const lateReplies = ['charge', 'reject'] as const;
export type LateReply = (typeof lateReplies)[number];

/** Where a message stands when it is priced: in an open entry point, else inside or outside the window after the contact's last message. */
export const windowPlaces = ['inside', 'outside', 'entry_point'] as const;
export type WindowPlace = (typeof windowPlaces)[number];

/** A category as the operator's price lists and webhooks call it. */
export const pricingCategories = [
  ...CATEGORY_SYMBOLS,
  'authentication_international',
  'referral_conversion',
  'user_initiated',
  'business_initiated',
] as const;
export type PricingCategory = Category | 'authentication_international' | 'referral_conversion' | 'user_initiated' | 'business_initiated';

/** Nothing; the market's price in the column named as the message's own category; or its price in the column that is named. */
export type Pricing = 'free' | 'category' | RateColumn;
export const pricings: readonly Pricing[] = ['free', 'category', ...rateColumns];

/** Whose messages are counted together. */
export const counterScopes = ['owner', 'business', 'number'] as const;
export type CounterScope = (typeof counterScopes)[number];

/** So many are free in each month of the business's zone; what is left over is lost. Charges that name the same allowance share it. */
export interface Allowance {
  /** Identity of the count, in every policy that names it: it goes on when a policy replaces another within a month. */
  readonly name: string;
  readonly count: number;
  readonly per: 'month';
  readonly scope: CounterScope;
}

/** The session that a message opens at its delivery, when it does not join one. */
export interface SessionTerms {
  /** `own`: the category of the message. */
  readonly category: PricingCategory | 'own';
  /** Joins an open session of the same category only, or of whatever category. */
  readonly joins: 'same' | 'any';
}

/** What holds instead for an eligible business whose contact is in another market than its own, where the card has such a price. */
export interface AbroadTerms {
  readonly rule: string;
  readonly price: RateColumn;
  readonly category: PricingCategory;
}

/** One line of the price list. The first line whose conditions all hold sets the price; a null condition always holds. */
export interface ChargeTerms {
  /** Second half of the rule id, such as late-free-form. */
  readonly rule: string;
  readonly kind: MessageKind | null;
  readonly lane: Lane | null;
  readonly category: Category | null;
  readonly window: WindowPlace | null;
  readonly price: Pricing;
  /** Category that the bill shows; null: the message's own. */
  readonly as: PricingCategory | null;
  readonly session: SessionTerms | null;
  readonly allowance: Allowance | null;
  readonly abroad: AbroadTerms | null;
}

/** A contact who came through an advertisement: the first answer in time opens, at its delivery, a session that closes all others and lets none open. */
export interface EntryPointTerms {
  readonly answerWithinHours: number;
  readonly hours: number;
  readonly session: PricingCategory;
}

/** Prices by monthly volume per market and pricing category. */
export interface TierTable {
  readonly categories: readonly PricingCategory[];
  /** Null: every market that no earlier table names. */
  readonly markets: readonly string[] | null;
  /** Bounds "25000001:50000000", inclusive, from 1 to MAX without a gap → whole percent of the card's price. Null in a table of prices. */
  readonly bands: { readonly [bounds: string]: number } | null;
  /** In place of percentages the prices themselves, which hold for businesses of that currency; null in a table of percentages. */
  readonly prices: TierPrices | null;
}

/** Prices by volume as operators publish them: decimals as text, at most six of them. */
export interface TierPrices {
  /** ISO 4217. */
  readonly currency: string;
  readonly bands: { readonly [bounds: string]: string };
}

export interface Tiers {
  /** Where the bounds, percentages and prices are from. */
  readonly source: string;
  readonly illustrative: boolean;
  readonly scope: CounterScope;
  readonly tables: readonly TierTable[];
}

/**
 * A pricing policy as data. Adding a price list is writing such a document; a document that this code does not understand to the last field
 * is refused, never half applied. A field that is null may be left out.
 */
export interface PolicyDocument {
  readonly format: 'parley-policy-2';
  /** One line for people. */
  readonly title: string;
  /** Hours after the contact's last message during which it may be answered; whole, 1 to 168. */
  readonly freeWindowHours: number;
  readonly lateReply: { readonly [L in Lane]: LateReply };
  readonly entryPoint: EntryPointTerms | null;
  /** Length of a session; null: the policy has none but that of the entry point. */
  readonly sessions: { readonly hours: number } | null;
  readonly charges: readonly ChargeTerms[];
  readonly tiers: Tiers | null;
}

/** Everything that chooses a line of the price list. */
export interface Situation {
  readonly kind: MessageKind;
  readonly lane: Lane;
  readonly category: Category;
  readonly window: WindowPlace;
}

/** Every situation there is, made from the model's own lists. */
export const situations: readonly Situation[] = MESSAGE_KIND_SYMBOLS.flatMap((kind) =>
  LANE_SYMBOLS.flatMap((lane) => CATEGORY_SYMBOLS.flatMap((category) => windowPlaces.map((window) => ({ kind, lane, category, window })))),
);

/** Whether the line's conditions hold. */
export function applies(terms: ChargeTerms, { kind, lane, category, window }: Situation): boolean {
  return (
    (terms.kind === null || terms.kind === kind) &&
    (terms.lane === null || terms.lane === lane) &&
    (terms.category === null || terms.category === category) &&
    (terms.window === null || terms.window === window)
  );
}
