import type { Instant, Message } from '@parley/contracts';
import type { Charge, Policy } from '@parley/rating';
import type { OperatorPricing, PricingModel } from './facts.js';

/** Why the operator's word and ours part, as far as an archive can tell. */
export const differenceCauses = [
  'price_list_day',
  'number',
  'entry_point',
  'window',
  'inbound_missing',
  'session',
  'allowance',
  'category',
  'international',
  'billed_twice',
  'not_delivered',
  'contradiction',
  'unexplained',
] as const;
export type DifferenceCause = (typeof differenceCauses)[number];

/** Each cause in words. */
export const causeTitles: { readonly [Cause in DifferenceCause]: string } = {
  price_list_day: 'another price list: the day begins at midnight of the account',
  number: 'the contact had written to another number',
  entry_point: 'entry point: came through an advertisement, or did not',
  window: 'inside or outside the window',
  inbound_missing: 'the archive lacks the message that opened the window',
  session: 'a session joined or opened',
  allowance: 'the month’s free allowance',
  category: 'another category than it was sent as',
  international: 'international authentication: the archive does not tell who is eligible',
  billed_twice: 'billed on delivered and on read',
  not_delivered: 'billed, and it reached nobody',
  contradiction: 'sent says another price than the receipt',
  unexplained: 'unexplained',
};

/** Which words differ. */
export type DifferingField = 'billable' | 'type' | 'category' | 'model' | 'session' | 'times';

/** What we say of a message, in the operator's words. */
export interface OurWord {
  readonly billable: boolean;
  readonly type: string;
  readonly category: string;
  readonly model: PricingModel;
  readonly rule: string;
  readonly policy: string;
}

/** A message of which the operator said something else than we do. */
export interface Difference {
  readonly message: Message;
  readonly market: string;
  readonly sentAt: Instant;
  /** Null where it reached nobody. */
  readonly deliveredAt: Instant | null;
  /** Null where we charge nothing because it reached nobody. */
  readonly ours: OurWord | null;
  readonly theirs: OperatorPricing;
  readonly fields: readonly DifferingField[];
  readonly cause: DifferenceCause;
  /** One sentence for a person. */
  readonly detail: string;
  readonly currency: string;
  /** Micros of the currency. */
  readonly ourAmount: bigint;
  /** By our own cards, what the operator's word would cost; null where that cannot be told. */
  readonly theirAmount: bigint | null;
  readonly source: string;
}

/** Whether sessions are what is priced. */
export function modelOf({ document }: Policy): PricingModel {
  return document.sessions === null ? 'PMP' : 'CBP';
}

export function ourWord(charge: Charge, policy: Policy): OurWord {
  return { billable: charge.type === 'regular', type: charge.type, category: charge.category, model: modelOf(policy), rule: charge.rule, policy: policy.policyId };
}
