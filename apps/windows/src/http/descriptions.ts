// What the routes of windows are for. Paths, methods, guards and scopes are read from the routes themselves.
import { CATEGORY_SYMBOLS } from '@parley/contracts';
import { answered, decimal, flag, id, instant, integer, list, nullable, object, oneOf, share, text, wholeMicros } from '@parley/service';
import type { RouteDescription } from '@parley/service';

type Description = Omit<RouteDescription, 'query'>;

const policy = object({
  policyId: id('Policy'),
  version: integer({ min: 1, max: 2_147_483_647 }),
  freeWindowHours: integer({ min: 1, max: 168 }),
  lateReply: object({ api: flag(), app: flag() }),
});
const standings = object(Object.fromEntries(CATEGORY_SYMBOLS.map((category) => [category, oneOf(['wrote', 'opted_in', 'revoked', 'none'])])));
const market = text({ max: 64 });
const window = object({
  conversationId: id('Conversation'),
  open: flag(),
  closesAt: nullable(instant()),
  policy: nullable(policy),
  lastInboundAt: nullable(instant()),
  entryPointAt: nullable(instant()),
  market: nullable(market),
  unansweredSince: nullable(instant()),
  consent: standings,
});

export const findConversation: RouteDescription = {
  summary: 'Whether a contact may be answered freely now, and until when.',
  detail: 'Computed with the policy in force now. A conversation in which nothing has happened yet is closed, and without consent.',
  path: { conversationId: id('Conversation') },
  problems: ['not-found'],
  answer: answered('The window, the consent by category, and since when the contact waits for an answer. `market`: where the contact is, by the directory; null where it has not written.', window),
};

const budget = object({
  ownerId: id('Owner'), currency: text({ max: 3 }), month: text({ max: 7 }), zone: text({ max: 64 }), hard: flag(),
  cap: decimal, capMicros: wholeMicros, spent: decimal, spentMicros: wholeMicros, reserved: decimal, reservedMicros: wholeMicros, left: decimal, leftMicros: wholeMicros,
  toldPercent: integer({ min: 0, max: 100 }),
});

export const listBudgets: Description = {
  summary: 'Budgets of owners, and how a month of each stands.',
  detail: 'Of the current month in the zone of the budget, or of `month`. A message draws on the month in which it was admitted, whenever it is delivered. `spent` is charged, `reserved` is set aside for messages under way: the most that each can cost. With `hard`, a message that could cost more than `left` is refused. A business’s key sees its owner’s.',
  problems: ['not-found', 'invalid-cursor'],
  answer: answered('A page; `next` goes into `after`. `toldPercent`: the highest of 50, 80 and 100 per cent that charges have passed.', object({ data: list(budget, { min: 0, max: 1_000 }), next: nullable(text({ max: 2_000 })) })),
};

const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const responses = { count, answered: count, unanswered: count, late: count, lateRate: nullable(share()), byTemplate: count, medianMs: nullable(count), p90Ms: nullable(count) };
const day = text({ max: 10, pattern: /^\d{4}-\d{2}-\d{2}$/ });
const replies = object({
  from: instant(),
  to: instant(),
  zone: text({ max: 64 }),
  calendar: object({ country: nullable(text({ max: 2 })), region: nullable(text({ max: 8 })) }),
  total: object(responses),
  hours: list(object({ weekday: integer({ min: 1, max: 7 }), hour: integer({ min: 0, max: 23 }), ...responses }), { min: 168, max: 168 }),
  days: object({ workday: object(responses), weekend: object(responses), closed: object(responses) }),
  closedDays: list(object({ day, name: text({ max: 256 }), ...responses }), { min: 0, max: 2_000 }),
});

export const showReplies: Description = {
  summary: 'How long contacts waited for an answer: by hour of the week, and on workdays, weekends and holidays.',
  detail: 'Of what they began to wait for from `from` on and before `to`: the last 28 days where nothing is said. Hours and days are those of the business’s zone, holidays those of `country` (else of the country that keeps this time), and `closed` days are the business’s own. Holidays: date-holidays, CC BY 3.0.',
  problems: ['not-found'],
  answer: answered('168 hours from Monday 0:00 on. A template is an answer too: `byTemplate`. `late`: after the free window closed. Times in ms, null where nothing was answered.', replies),
};

const cost = object({ currency: text({ max: 3 }), count, amount: text({ max: 32 }), amountMicros: text({ max: 20 }) });
const marketCost = object({ market, rule: text({ max: 129 }), unitPrice: text({ max: 32 }), unitPriceMicros: text({ max: 20 }), illustrative: flag(), assumes: list(text({ max: 256 }), { min: 0, max: 16 }), cost });
const waiting = object({
  now: instant(),
  until: instant(),
  zone: text({ max: 64 }),
  open: count,
  closing: count,
  refused: count,
  unpriced: count,
  firstClosesAt: nullable(instant()),
  total: list(cost, { min: 0, max: 200 }),
  markets: list(marketCost, { min: 0, max: 1_000 }),
});

export const showWaiting: Description = {
  summary: 'What the open windows would cost if nobody answered until then.',
  detail: 'The unanswered conversations whose windows are open now and closed at `until` (next Monday 0:00 in the business’s zone where it is not said): one late reply to each at that instant, sent by software, by the policy and rate card in force then.',
  problems: ['not-found', 'busy'],
  answer: answered('By market, dearest first. `refused`: they could be answered by a template only. `unpriced`: the catalog has no price.', waiting),
};

/** Within how many hours windows are counted as closing. */
export const closingHours = [1, 3, 6, 12, 24] as const;

const open = object({ conversationId: id('Conversation'), contactId: id('Contact'), lastInboundAt: instant(), closesAt: instant(), market: nullable(text({ max: 64 })) });
const hours = integer({ min: Math.min(...closingHours), max: Math.max(...closingHours) });

export const listOpen: Omit<RouteDescription, 'query'> = {
  summary: 'Who may be answered freely now, those whose window closes first coming first.',
  detail: 'Computed with the policy in force now. `counts` are of all that are open, whatever the page. `market` is the contact’s, as the verified directory said when it last wrote (`Other` where it could not say); null for the moments in which the conversation’s first message is still on its way here.',
  problems: ['invalid-cursor', 'not-found'],
  answer: answered(
    'A page. `next` goes into `after`; null at the end.',
    object({
      now: instant(),
      zone: text({ max: 64 }),
      open: list(open, { min: 0, max: 1_000 }),
      counts: object({ total: count, closingWithin: list(object({ hours, count }), { min: closingHours.length, max: closingHours.length }) }),
      next: nullable(text({ max: 2_000 })),
    }),
  ),
};
