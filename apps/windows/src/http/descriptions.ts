// What the routes of windows are for. Paths, methods, guards and scopes are read from the routes themselves.
import { CATEGORY_SYMBOLS } from '@parley/contracts';
import { answered, flag, id, instant, integer, list, nullable, object, oneOf, text } from '@parley/service';
import type { RouteDescription } from '@parley/service';

const policy = object({
  policyId: id('Policy'),
  version: integer({ min: 1, max: 2_147_483_647 }),
  freeWindowHours: integer({ min: 1, max: 168 }),
  lateReply: object({ api: flag(), app: flag() }),
});
const standings = object(Object.fromEntries(CATEGORY_SYMBOLS.map((category) => [category, oneOf(['wrote', 'opted_in', 'revoked', 'none'])])));
const window = object({
  conversationId: id('Conversation'),
  open: flag(),
  closesAt: nullable(instant()),
  policy: nullable(policy),
  lastInboundAt: nullable(instant()),
  entryPointAt: nullable(instant()),
  consent: standings,
});

export const findConversation: RouteDescription = {
  summary: 'Whether a contact may be answered freely now, and until when.',
  detail: 'Computed with the policy in force now. A conversation in which nothing has happened yet is closed, and without consent.',
  path: { conversationId: id('Conversation') },
  problems: ['not-found'],
  answer: answered('The window, and the consent by category.', window),
};

/** Within how many hours windows are counted as closing. */
export const closingHours = [1, 3, 6, 12, 24] as const;

const count = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const open = object({ conversationId: id('Conversation'), contactId: id('Contact'), lastInboundAt: instant(), closesAt: instant(), market: nullable(text({ max: 64 })) });
const hours = integer({ min: Math.min(...closingHours), max: Math.max(...closingHours) });

export const listOpen: Omit<RouteDescription, 'query'> = {
  summary: 'Who may be answered freely now, those whose window closes first coming first.',
  detail: 'Computed with the policy in force now. `counts` are of all that are open, whatever the page. `market` is null where it is not known here.',
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
