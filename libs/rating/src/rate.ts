import type { Instant, Message, RateCardId } from '@parley/contracts';
import { microsFromText, zeroMicros, type Micros } from '@parley/money';
import { isInsideWindow, type Policy } from './policy.js';
import type { PolicyDocument, Pricing } from './policy-document.js';
import { rowFor, type RateCard } from './rate-card.js';
import { localMonth, type LocalMonth } from './zone.js';

/** What rating reads of a used message; a UsageRecorded is one. Instants are epoch ms, UTC. */
export interface Usage {
  readonly message: Pick<Message, 'lane' | 'kind' | 'category'>;
  readonly market: string;
  /** Release to the contact's devices: the instant that the window is judged at. */
  readonly sentAt: Instant;
  /** First of delivered or read: the instant that policy, rate card and month are those of. */
  readonly deliveredAt: Instant;
  readonly lastInboundAt: Instant | null;
}

/** The parts of a policy that set a price. A rule id is the policy's id, a slash, and one of these: "S0/late-free-form". */
export const ruleNames = ['template', 'app-lane', 'inside-window', 'late-free-form'] as const;
export type RuleName = (typeof ruleNames)[number];

/** What a used message costs, and why. */
export interface Charge {
  readonly kind: 'charge';
  readonly rule: string;
  /** What is owed, micros of the card's currency. */
  readonly amount: Micros;
  /** The price on the card; 0 when the rule is free. */
  readonly unitPrice: Micros;
  /** Where that price stands; null when the rule is free. */
  readonly price: { readonly rateCardId: RateCardId; readonly version: number; readonly market: string } | null;
  /** Month of the bill it belongs to, in the business's zone. */
  readonly month: LocalMonth;
  /** True when policy or card is an example: no bill may be made of it. */
  readonly illustrative: boolean;
}

/** No price can be told: the card is missing, or has none for this. Never to be taken for free. */
export interface Unpriced {
  readonly kind: 'unpriced';
  readonly rule: string;
  readonly reason: 'no_rate_card' | 'no_rate';
  /** One sentence for the operator. */
  readonly detail: string;
}

/**
 * Prices one used message: a pure function of what is given, defined for every input.
 *
 * @param policy in force at `deliveredAt` in the business's zone.
 * @param card in force at the same instant; null when there is none, which only matters to a rule that is not free.
 * @param zone of the business, an IANA name.
 */
export function rate(usage: Usage, policy: Policy, card: RateCard | null, zone: string): Charge | Unpriced {
  const { name, pricing } = ruleFor(usage, policy.document);
  const rule = `${policy.policyId}/${name}`;
  const month = localMonth(usage.deliveredAt, zone);
  if (pricing === 'free') {
    return { kind: 'charge', rule, amount: zeroMicros, unitPrice: zeroMicros, price: null, month, illustrative: policy.illustrative };
  }
  if (card === null) return { kind: 'unpriced', rule, reason: 'no_rate_card', detail: 'No rate card is in force for the business.' };
  const row = rowFor(card, usage.market);
  const column = policy.document.rateColumn;
  const text = row?.prices[column] ?? null;
  if (row === null || text === null) {
    const detail = `Rate card ${card.rateCardId} version ${card.version} has no ${column} price for ${usage.market}.`;
    return { kind: 'unpriced', rule, reason: 'no_rate', detail };
  }
  const unitPrice = microsFromText(text);
  const price = { rateCardId: card.rateCardId, version: card.version, market: row.market };
  return { kind: 'charge', rule, amount: unitPrice, unitPrice, price, month, illustrative: policy.illustrative || card.illustrative };
}

function ruleFor(usage: Usage, document: PolicyDocument): { readonly name: RuleName; readonly pricing: Pricing } {
  const { kind, lane } = usage.message;
  const { charge, lanes } = document;
  switch (kind) {
    case 'template':
      return { name: 'template', pricing: charge.template };
    case 'free_form':
      if (lane === 'app' && lanes.app) return { name: 'app-lane', pricing: lanes.app.freeForm };
      return isInsideWindow(usage.sentAt, usage.lastInboundAt, document)
        ? { name: 'inside-window', pricing: charge.insideWindow }
        : { name: 'late-free-form', pricing: charge.lateFreeForm };
    default:
      return kind satisfies never;
  }
}
