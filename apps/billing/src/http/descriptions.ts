// What the routes of billing are for. Paths, methods, guards, scopes and request bodies are read from the routes themselves.
import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS, TOPIC_NAMES } from '@parley/contracts';
import { answered, flag, id, instant, integer, list, nullable, object, oneOf, text } from '@parley/service';
import type { RouteDescription } from '@parley/service';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const version = integer({ min: 1, max: 2_147_483_647 });
const decimal = text({ max: 32, pattern: /^-?\d+(\.\d+)?$/, hint: 'a decimal, as text' });
const wholeMicros = text({ max: 20, pattern: /^-?\d+$/, hint: 'millionths, as text' });
const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const place = object({ topic: oneOf(TOPIC_NAMES), partition: count, offset: count });

const word = text({ max: 64 });
const session = object({ category: word, openedAt: nullable(instant()), opened: nullable(flag()) });
const pricing = object({ category: word, type: nullable(word), tier: nullable(text({ max: 32 })), allowance: nullable(word), session: nullable(session) });

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
  month: nullable(text({ max: 7 })),
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

const published = answered('Published.', object({ id: text({ max: 64 }), version, effectiveFrom: text({ max: 10 }) }));
const publication = (summary: string): Description => ({ summary, detail: 'A version is immutable: publishing it again with other content is refused, a correction is a new version.', writes: true, problems: ['already-exists'], answer: published });

export const publishPolicy = publication('Publish a version of a policy: the rules of pricing.');
export const publishRateCard = publication('Publish a version of a rate card: the prices.');
export const publishPrefixes = publication('Publish a version of the market prefixes: which country a number belongs to.');
