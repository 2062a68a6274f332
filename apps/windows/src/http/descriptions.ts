// What the routes of windows are for. Paths, methods, guards and scopes are read from the routes themselves.
import { CATEGORY_SYMBOLS } from '@parley/contracts';
import { answered, flag, id, instant, integer, nullable, object, oneOf } from '@parley/service';
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
