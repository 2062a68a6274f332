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
  /** What was set aside of the owner's budget, and what of the price was waived beyond it; null where the owner had none. */
  readonly budget: { readonly month: string; readonly reservedMicros: string; readonly waivedMicros: string } | null;
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

/** `GET /billing/v1/what-if`: rules that a question may name. */
export interface WhatIfRules {
  readonly data: readonly { readonly name: string; readonly title: string; readonly illustrative: boolean }[];
}

/** `GET /billing/v1/policies` */
export interface PublishedPolicies {
  readonly data: readonly { readonly policyId: string; readonly version: number; readonly illustrative: boolean; readonly document: { readonly title: string } }[];
}

/** `POST /billing/v1/what-if` takes it; days are of UTC, both included. */
export interface WhatIfQuestion {
  readonly policy?: string;
  readonly document?: object;
  readonly sheet?: { readonly text: string };
  readonly from?: Day;
  readonly to?: Day;
}

export interface Repriced {
  readonly wasMicros: string;
  readonly wouldBeMicros: string;
  readonly changeMicros: string;
  /** In per cent, as text; null where nothing was paid. */
  readonly share: string | null;
}

export interface RepricedBusiness extends Repriced {
  readonly businessId: string;
}

export interface RepricedCurrency extends Repriced {
  readonly currency: string;
  readonly messages: number;
  /** Messages whose price under these rules is an example. */
  readonly illustrative: number;
  readonly winners: number;
  readonly losers: number;
  readonly unchanged: number;
  readonly p50: string | null;
  readonly p95: string | null;
  readonly businesses: readonly RepricedBusiness[];
}

/** `GET /billing/v1/what-if/{id}` */
export interface WhatIfJob {
  readonly id: string;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly done: number; readonly total: number; readonly perSecond: number | null } | null;
  readonly detail: string | null;
  readonly result: { readonly messages: number; readonly unpriced: readonly { readonly reason: string; readonly messages: number }[]; readonly currencies: readonly RepricedCurrency[] } | null;
}
