// What the routes of billing are for. Paths, methods, guards, scopes and request bodies are read from the routes themselves.
import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS, TOPIC_NAMES } from '@parley/contracts';
import { costedBy } from '@parley/domain';
import { answered, decimal, flag, id, instant, integer, list, nullable, object, oneOf, optional, text, wholeMicros } from '@parley/service';
import type { RouteDescription } from '@parley/service';
import { policyDocument, scopeShape } from './price-list-shapes.js';
import { dimensions } from '../projections/spend.js';
import type { Dimension } from '../projections/spend.js';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const version = integer({ min: 1, max: 2_147_483_647 });
export const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const place = object({ topic: oneOf(TOPIC_NAMES), partition: count, offset: count });

const word = text({ max: 64 });
const session = object({ category: word, openedAt: nullable(instant()), opened: nullable(flag()) });
const pricing = object({ category: word, type: nullable(word), tier: nullable(text({ max: 32 })), allowance: nullable(word), session: nullable(session) });
export const pricingTerm = text({ max: 40, pattern: /^[a-z_]{1,40}$/, hint: 'a word of the price list' });
export const month = text({ max: 7, pattern: /^20\d{2}-(0[1-9]|1[0-2])$/, hint: 'a month, YYYY-MM' });

const budget = object({ month, reserved: decimal, reservedMicros: wholeMicros, waived: decimal, waivedMicros: wholeMicros });

const charge = object({
  chargeId: id('Charge'),
  conversationId: id('Conversation'),
  messageId: id('Message'),
  contactId: id('Contact'),
  numberId: id('Number'),
  ownerId: id('Owner'),
  lane: oneOf(LANE_SYMBOLS),
  kind: oneOf(MESSAGE_KIND_SYMBOLS),
  category: oneOf(CATEGORY_SYMBOLS),
  template: nullable(object({ name: text({ max: 512 }), language: text({ max: 12 }), version })),
  market: text({ max: 64 }),
  currency: text({ max: 3 }),
  amount: decimal,
  amountMicros: wholeMicros,
  unitPrice: decimal,
  unitPriceMicros: wholeMicros,
  rule: text({ max: 129 }),
  policy: object({ policyId: id('Policy'), version }),
  rateCard: nullable(object({ rateCardId: id('RateCard'), version, market: nullable(text({ max: 64 })) })),
  illustrative: flag(),
  pricing,
  budget: nullable(budget),
  month: nullable(month),
  requestedAt: instant(),
  sentAt: instant(),
  deliveredAt: instant(),
  lastInboundAt: nullable(instant()),
  entryPointAt: nullable(instant()),
  postedAt: instant(),
  evidence: object({ usage: place, receipt: nullable(place), catalogOffset: count, eventId: text({ max: 36 }) }),
});

export const listCharges: Description = {
  summary: 'What was charged, each with the evidence for it; all of it, or what makes up a number of spend.',
  detail:
    'Without a filter in the order of the log, oldest first. With one (or `order=delivered`) the latest delivery first. `from` and `to` are days of the zone of the business, both included, by first of delivered or read; with `lateHour` (replies that were late and cost something, as late-cost counts them) by sending. `category` is the price list’s.',
  problems: ['invalid-cursor', 'not-found'],
  answer: answered(
    'A page. `next` goes into `after`, with the same filters. In the order of the log it is given even at the end, to go on from there later; else it is null there.',
    object({ data: list(charge, { min: 0, max: 1_000 }), next: nullable(text({ max: 8_000 })), more: flag() }),
  ),
};

export const describeCharge: Description = {
  summary: 'One charge, as the list shows it.',
  path: { chargeId: id('Charge') },
  problems: ['not-found'],
  answer: answered('The charge, with the evidence for it.', charge),
};

const day = text({ max: 10, pattern: /^\d{4}-\d{2}-\d{2}$/, hint: 'a day in the zone of the business' });
const period = { from: day, to: day, zone: text({ max: 64 }), currency: text({ max: 3 }) };
const money = { amount: decimal, micros: wholeMicros };
const sums = { messages: count, free: count, paid: count, ...money };
const spendRow = object({
  day: optional(day),
  half_hour: optional(instant()),
  market: optional(text({ max: 64 })),
  category: optional(word),
  number: optional(id('Number')),
  template: optional(text({ max: 512 })),
  lane: optional(oneOf(LANE_SYMBOLS)),
  rule: optional(text({ max: 129 })),
  type: optional(word),
  tier: optional(text({ max: 32 })),
  ...sums,
});

export const describeSpend: Description = {
  summary: 'What was spent, by day, market, category, number, template, lane, rule, type and tier.',
  detail: 'Days are those of the zone of the business, `to` is included; at first the last 30, by day. A row has the dimensions asked for; null where one does not apply. `category` and `type` (regular, free_customer_service, free_entry_point) are the price list’s, `tier` is the band of its volume tier. Corrections are rows of the rule `adjustment`. Up to date within two seconds.',
  problems: ['invalid-cursor', 'not-found'],
  answer: answered(
    'A page of at most 1,000 rows in the order of the dimensions. `next` goes into `after`; null at the end. `total` is of all pages; `illustrative`: some prices are examples.',
    object({ ...period, by: list(oneOf(Object.keys(dimensions) as Dimension[]), { min: 0, max: 8 }), rows: list(spendRow, { min: 0, max: 1_000 }), total: object(sums), illustrative: flag(), next: nullable(text({ max: 8_000 })) }),
  ),
};

export const describeLateCost: Description = {
  summary: 'What replies cost that were sent after the window had closed, by local hour of the week.',
  detail: 'By when they were sent. Hours in which nothing was late are there too, with 0.',
  problems: ['not-found'],
  answer: answered(
    'All 168 hours, Monday (1) 0:00 first.',
    object({ ...period, cells: list(object({ weekday: integer({ min: 1, max: 7 }), hour: integer({ min: 0, max: 23 }), late: count, ...money }), { min: 168, max: 168 }), total: object({ late: count, ...money }) }),
  ),
};

const published = answered('Published.', object({ id: text({ max: 64 }), version, effectiveFrom: text({ max: 10 }) }));
const publication = (summary: string): Description => ({ summary, detail: 'A version is immutable: publishing it again with other content is refused, a correction is a new version.', writes: true, problems: ['already-exists'], answer: published });

/** Of what prices messages. */
const priced = (summary: string): Description => {
  const usual = publication(summary);
  const detail = `${usual.detail} It is published ahead: once anything was delivered, one that takes the place of another on a day that has begun anywhere is refused, unless \`correction\` names the version it corrects, and why. From a correction adjustments follow by themselves (GET /billing/v1/corrections).`;
  return { ...usual, detail };
};
export const publishPolicy = priced('Publish a version of a policy: the rules of pricing.');
export const publishRateCard = priced('Publish a version of a rate card: the prices.');
export const publishPrefixes = publication('Publish a version of the market prefixes: which country a number belongs to.');

const publishedEligibility = publication('Publish a version of a business’s eligibility for international authentication prices: its home market, and the markets that it is eligible for.');
export const publishEligibility: Description = {
  ...publishedEligibility,
  detail: `${publishedEligibility.detail} Each version says all of it; no markets: it is no longer eligible. Published ahead: once anything was delivered, a day that has begun where the business is is refused.`,
};

const dayText = text({ max: 10, pattern: /^20\d{2}-\d{2}-\d{2}$/, hint: 'a day, YYYY-MM-DD' });
const reign = object({ from: dayText, until: nullable(dayText) });
/** What versions of policies and rate cards have in common. */
const versionFields = { version, effectiveFrom: dayText, illustrative: flag(), scope: nullable(scopeShape), inForce: nullable(reign), isInForce: flag() };
const whenInForce = 'For a business the version that names it goes before one that names its owner (`scope`), and that before one for everybody; it sees no others. To the operator a version is told among those of the same scope. `inForce` holds the days on which a version is in force, `until` being the first on which it no longer is; null where another has replaced it from its first day on. `isInForce` is said for the day `on`, by default today in the zone of the business (for the operator: in UTC).';
const mostVersions = 100_000;

export const listRateCards: Description = {
  summary: 'Every version of every rate card, in the order of publication, and when it is in force.',
  detail: `Of two cards in one currency one is in force. ${whenInForce}`,
  answer: answered('All versions, without their prices.', object({ on: dayText, data: list(object({ ...versionFields, rateCardId: id('RateCard'), currency: text({ max: 3 }), markets: count }), { min: 0, max: mostVersions }) })),
};

const listPrice = nullable(decimal);
export const readRateCard: Description = {
  summary: 'One version of a rate card with its prices.',
  detail: 'A price that is null is one that the card does not have, which is not free.',
  path: { rateCardId: id('RateCard'), version },
  problems: ['not-found'],
  answer: answered(
    'The card.',
    object({
      rateCardId: id('RateCard'),
      version,
      effectiveFrom: dayText,
      currency: text({ max: 3 }),
      illustrative: flag(),
      rows: list(object({ market: text({ max: 64 }), marketing: listPrice, utility: listPrice, authentication: listPrice, authenticationInternational: listPrice, service: listPrice }), { min: 1, max: 512 }),
    }),
  ),
};

export const listPolicies: Description = {
  summary: 'Every version of every policy, in the order of publication, and when it is in force.',
  detail: whenInForce,
  answer: answered('All versions, with their documents.', object({ on: dayText, data: list(object({ ...versionFields, policyId: id('Policy'), document: policyDocument }), { min: 0, max: mostVersions }) })),
};

const marketNames = list(text({ max: 64 }), { min: 0, max: 512 });
export const listEligibilities: Description = {
  summary: 'Every version of the eligibility for international authentication prices, by business in the order of publication, and when it is in force.',
  detail: `A business sees its own. ${whenInForce}`,
  answer: answered(
    'All versions.',
    object({ on: dayText, data: list(object({ businessId: id('Business'), version, effectiveFrom: dayText, homeMarket: text({ max: 64 }), markets: marketNames, inForce: nullable(reign), isInForce: flag() }), { min: 0, max: mostVersions }) }),
  ),
};

const cost = object({ currency: text({ max: 3 }), count, amount: decimal, amountMicros: wholeMicros });
const costs = list(cost, { min: 0, max: 200 });
const lateCosts = object({
  from: instant(),
  to: instant(),
  zone: text({ max: 64 }),
  by: oneOf(costedBy),
  total: costs,
  hours: list(object({ weekday: integer({ min: 1, max: 7 }), hour: integer({ min: 0, max: 23 }), cost: costs }), { min: 168, max: 168 }),
  days: list(object({ day: text({ max: 10 }), cost: costs }), { min: 0, max: 400 }),
  neverWrote: costs,
  illustrative: flag(),
});

export const showLateCost: Description = {
  summary: 'What late replies cost: by hour of the week and by day, in the zone of the business.',
  detail: 'From `from` on and before `to`: the last 28 days where nothing is said. `by` says what a cost is put down to: when the contact had `written`, when the window `closed` over it (what a weekend cost is what closed on it), or when the reply was `sent`.',
  problems: ['not-found'],
  answer: answered('168 hours from Monday 0:00 on. Amounts by currency, never added across two. `neverWrote`: replies to contacts who had not written at all, counted by `sent` alone. `illustrative`: a price among them is an example, and no bill.', lateCosts),
};

const quoted = object({
  now: instant(),
  verdict: oneOf(['priced', 'refused', 'unpriced']),
  reason: nullable(oneOf(['window_closed', 'no_policy', 'no_rate_card', 'no_rate', 'month_forgotten'])),
  detail: nullable(text({ min: 0, max: 512 })),
  amount: nullable(decimal),
  amountMicros: nullable(wholeMicros),
  currency: nullable(text({ max: 3 })),
  rule: nullable(text({ max: 129 })),
  freeUntil: nullable(instant()),
  policy: nullable(object({ policyId: id('Policy'), version })),
  rateCard: nullable(object({ rateCardId: id('RateCard'), version })),
  illustrative: nullable(flag()),
  assumes: list(text({ max: 256 }), { min: 0, max: 16 }),
});

export const quoteMessage: Description = {
  summary: 'What a message would cost if it were sent now, and until when it would be free.',
  detail: 'A reply by software where nothing else is said. `market`, `lastInboundAt` and `entryPointAt` of a conversation are said by `GET /windows/v1/conversations/{conversationId}`. Consent is not asked about.',
  problems: ['not-found'],
  answer: answered('`freeUntil`: the first instant at which it would no longer be free; null where it costs something now, or nothing known ends it. `assumes`: what only the usage of the owner knows (an allowance, a tier) and was taken for granted.', quoted),
};

const share = nullable(text({ max: 40 }));
const amounts = { was: decimal, wasMicros: wholeMicros, wouldBe: decimal, wouldBeMicros: wholeMicros, change: decimal, changeMicros: wholeMicros };
const repricedBusiness = object({ businessId: id('Business'), ownerId: id('Owner'), currency: text({ max: 3 }), messages: count, paidWas: count, paidWouldBe: count, illustrative: count, unpriced: count, ...amounts, share });
const repriced = object({
  messages: count,
  pending: count,
  unpriced: list(object({ reason: text({ max: 512 }), messages: count }), { min: 0, max: 10_000 }),
  currencies: list(
    object({ currency: text({ max: 3 }), messages: count, unpriced: count, illustrative: count, winners: count, losers: count, unchanged: count, ...amounts, share, p50: share, p95: share, businesses: list(repricedBusiness, { min: 0, max: 10_000_000 }) }),
    { min: 0, max: 200 },
  ),
});
const jobId = { id: text({ max: 64 }) };

export const askWhatIf: Description = {
  summary: 'Ask what the real usage would cost under other rules.',
  detail: 'Nothing is changed. `policy` is S0, P1 … P6 (for all usage), `history` (each from its day) or `published`; or give a `document`. `rates` are other prices, `sheet` a rate card as it is found in the wild (CSV); without them the published cards hold. `from` and `to` are days, UTC, and choose what is told of; all usage is folded, so that allowances and tiers are used up as they were. A business is told of itself, the operator of all.',
  problems: ['too-many-requests', 'not-found'],
  answer: answered('Taken. Ask for it until it is `done`.', object({ id: text({ max: 64 }), state: oneOf(['waiting']) })),
};

export const listWhatIf: Description = {
  summary: 'The rules that a question may name.',
  answer: answered('In the order of their years. `illustrative`: a policy among them has no source that can be billed by. Of the prices, the answer says it.', object({ data: list(object({ name: text({ max: 64 }), title: text({ max: 512 }), illustrative: flag() }), { min: 1, max: 100 }) })),
};

export const readWhatIf: Description = {
  summary: 'How far an answer is, and the answer.',
  detail: 'Kept for an hour by the process that was asked.',
  path: jobId,
  problems: ['not-found'],
  answer: answered(
    '`share`: the change in per cent of what was; null where nothing was. `p50`, `p95`: of the businesses’ own changes. Messages without a price under these rules are in no sum.',
    object({
      id: text({ max: 64 }), title: text({ max: 512 }), state: oneOf(['waiting', 'running', 'done', 'failed', 'cancelled']),
      progress: nullable(object({ done: count, total: count, perSecond: nullable(count) })), detail: nullable(text({ max: 512 })), result: nullable(repriced),
    }),
  ),
};

export const cancelWhatIf: Description = { summary: 'Cancel a question.', path: jobId, problems: ['not-found'], answer: answered('Cancelled, or done already.', null) };
