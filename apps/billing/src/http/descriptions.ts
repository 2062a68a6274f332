// What the routes of billing are for. Paths, methods, guards, scopes and request bodies are read from the routes themselves.
import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS, TOPIC_NAMES } from '@parley/contracts';
import { answered, flag, id, instant, integer, list, nullable, object, oneOf, optional, text } from '@parley/service';
import type { RouteDescription } from '@parley/service';
import { dimensions } from '../projections/spend.js';
import type { Dimension } from '../projections/spend.js';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const version = integer({ min: 1, max: 2_147_483_647 });
const decimal = text({ max: 32, pattern: /^-?\d+(\.\d+)?$/, hint: 'a decimal, as text' });
const wholeMicros = text({ max: 20, pattern: /^-?\d+$/, hint: 'millionths, as text' });
const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const place = object({ topic: oneOf(TOPIC_NAMES), partition: count, offset: count });

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
  rateCard: nullable(object({ rateCardId: id('RateCard'), version })),
  illustrative: flag(),
  requestedAt: instant(),
  sentAt: instant(),
  deliveredAt: instant(),
  lastInboundAt: nullable(instant()),
  entryPointAt: nullable(instant()),
  postedAt: instant(),
  evidence: object({ usage: place, receipt: nullable(place), catalogOffset: count, eventId: text({ max: 36 }) }),
});

export const listCharges: Description = {
  summary: 'What was charged, oldest first, each with the evidence for it.',
  problems: ['invalid-cursor'],
  answer: answered('A page. `next` goes into `after`; it is given even at the end, to go on from there later.', object({ data: list(charge, { min: 0, max: 1_000 }), next: text({ max: 2_000 }), more: flag() })),
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
  category: optional(oneOf(CATEGORY_SYMBOLS)),
  number: optional(id('Number')),
  template: optional(text({ max: 512 })),
  lane: optional(oneOf(LANE_SYMBOLS)),
  rule: optional(text({ max: 129 })),
  ...sums,
});

export const describeSpend: Description = {
  summary: 'What was spent, by day, market, category, number, template, lane and rule.',
  detail: 'Days are those of the zone of the business, `to` is included; at first the last 30, by day. A row has the dimensions asked for; null where one does not apply. Corrections are rows of the rule `adjustment`. Up to date within two seconds.',
  problems: ['invalid-cursor', 'not-found'],
  answer: answered(
    'A page of at most 1,000 rows in the order of the dimensions. `next` goes into `after`; null at the end. `total` is of all pages; `illustrative`: some prices are examples.',
    object({ ...period, by: list(oneOf(Object.keys(dimensions) as Dimension[]), { min: 0, max: 5 }), rows: list(spendRow, { min: 0, max: 1_000 }), total: object(sums), illustrative: flag(), next: nullable(text({ max: 8_000 })) }),
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

export const publishPolicy = publication('Publish a version of a policy: the rules of pricing.');
export const publishRateCard = publication('Publish a version of a rate card: the prices.');
export const publishPrefixes = publication('Publish a version of the market prefixes: which country a number belongs to.');
