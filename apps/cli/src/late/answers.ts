// What the platform's insight routes answer, as far as the report reads it. The whole of it stands in apps/windows/openapi.json and apps/billing/openapi.json.

/** Micros as text: amounts are added as integers. */
export interface Cost {
  readonly currency: string;
  readonly count: number;
  readonly amount: string;
  readonly amountMicros: string;
}

export interface Responses {
  readonly count: number;
  readonly answered: number;
  readonly unanswered: number;
  readonly late: number;
  readonly lateRate: number | null;
  readonly byTemplate: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

/** `GET /windows/v1/insight/replies`. */
export interface Replies {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  readonly calendar: { readonly country: string | null; readonly region: string | null };
  readonly total: Responses;
  readonly hours: readonly ({ readonly weekday: number; readonly hour: number } & Responses)[];
  readonly days: { readonly workday: Responses; readonly weekend: Responses; readonly closed: Responses };
  readonly closedDays: readonly ({ readonly day: string; readonly name: string } & Responses)[];
}

/** `GET /billing/v1/late-replies`. */
export interface LateCost {
  readonly from: string;
  readonly to: string;
  readonly total: readonly Cost[];
  readonly hours: readonly { readonly weekday: number; readonly hour: number; readonly cost: readonly Cost[] }[];
  readonly days: readonly { readonly day: string; readonly cost: readonly Cost[] }[];
  readonly illustrative: boolean;
}

/** `GET /windows/v1/insight/waiting`. */
export interface Waiting {
  readonly now: string;
  readonly until: string;
  readonly zone: string;
  readonly open: number;
  readonly closing: number;
  readonly refused: number;
  readonly unpriced: number;
  readonly firstClosesAt: string | null;
  readonly total: readonly Cost[];
  readonly markets: readonly { readonly market: string; readonly rule: string; readonly unitPrice: string; readonly illustrative: boolean; readonly assumes: readonly string[]; readonly cost: Cost }[];
}

export interface LateAnswers {
  readonly replies: Replies;
  /** Of the same period, put down to when contacts wrote. */
  readonly cost: LateCost;
  /** Of the last weekend that is over, put down to when windows closed. */
  readonly lastWeekend: LateCost;
  readonly waiting: Waiting;
}
