// The answers that the page reads, version 1. Amounts come as whole micros in text beside their decimal; instants are ISO 8601 in UTC, days are of the business's zone.
import type { Day } from '../calendar/day.js';

export interface Amounts {
  readonly amount: string;
  readonly micros: string;
}

export interface Counts extends Amounts {
  readonly messages: number;
  readonly free: number;
  readonly paid: number;
}

export type Dimension = 'day' | 'market' | 'category' | 'number' | 'template' | 'lane' | 'rule';

export interface SpendRow extends Counts {
  readonly day?: Day;
  readonly market?: string;
  readonly category?: string;
}

/** `GET /billing/v1/spend` */
export interface Spend {
  readonly from: Day;
  readonly to: Day;
  readonly zone: string;
  readonly currency: string;
  readonly by: readonly Dimension[];
  readonly rows: readonly SpendRow[];
  readonly total: Counts;
  readonly illustrative: boolean;
  readonly next: string | null;
}

export interface LateCell extends Amounts {
  /** 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly late: number;
}

/** `GET /billing/v1/late-cost`: 168 cells. */
export interface LateCost {
  readonly from: Day;
  readonly to: Day;
  readonly zone: string;
  readonly currency: string;
  readonly cells: readonly LateCell[];
  readonly total: Amounts & { readonly late: number };
}

export interface OpenWindow {
  readonly conversationId: string;
  readonly contactId: string;
  readonly lastInboundAt: string;
  readonly closesAt: string;
  readonly market: string | null;
}

/** `GET /windows/v1/open` */
export interface OpenWindows {
  readonly now: string;
  readonly zone: string;
  readonly open: readonly OpenWindow[];
  readonly counts: { readonly total: number; readonly closingWithin: readonly { readonly hours: number; readonly count: number }[] };
  readonly next: string | null;
}

export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** One charge, as `GET /billing/v1/charges` lists it and `GET /billing/v1/charges/{chargeId}` gives it. */
export interface Charge {
  readonly chargeId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly contactId: string;
  readonly numberId: string;
  readonly lane: string;
  readonly kind: string;
  readonly category: string;
  readonly template: { readonly name: string; readonly language: string; readonly version: number } | null;
  readonly market: string;
  readonly currency: string;
  readonly amountMicros: string;
  readonly unitPriceMicros: string;
  readonly rule: string;
  readonly policy: { readonly policyId: string; readonly version: number };
  readonly rateCard: { readonly rateCardId: string; readonly version: number } | null;
  readonly illustrative: boolean;
  readonly requestedAt: string;
  readonly sentAt: string;
  readonly deliveredAt: string;
  readonly lastInboundAt: string | null;
  readonly entryPointAt: string | null;
  readonly postedAt: string;
  readonly evidence: { readonly usage: Place; readonly receipt: Place | null; readonly catalogOffset: number; readonly eventId: string };
}

/** `GET /billing/v1/charges`, the latest delivery first. */
export interface ChargePage {
  readonly data: readonly Charge[];
  readonly next: string | null;
  readonly more: boolean;
}
