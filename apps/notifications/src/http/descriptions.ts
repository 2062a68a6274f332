// What the routes of notifications are for. Paths, methods, guards, scopes and request bodies are read from the routes themselves.
import { CATEGORY_SYMBOLS, REFUSAL_REASON_SYMBOLS, TEMPLATE_STATUS_SYMBOLS } from '@parley/contracts';
import { answered, id, instant, integer, list, nullable, object, oneOf, text } from '@parley/service';
import type { RouteDescription } from '@parley/service';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const version = integer({ min: 1, max: 2_147_483_647 });
const token = text({ max: 64 });
const template = object({
  name: text({ max: 512 }),
  language: text({ max: 12 }),
  version,
  category: oneOf(CATEGORY_SYMBOLS),
  status: oneOf(TEMPLATE_STATUS_SYMBOLS),
  body: text({ max: 4_096 }),
  parameters: list(object({ component: token, kinds: list(token, { min: 0, max: 32 }) }), { min: 0, max: 32 }),
  hash: text({ min: 64, max: 64 }),
});

export const listTemplates: Description = { summary: 'The newest version of each template of the business.', answer: answered('The templates.', object({ data: list(template, { min: 0, max: 100_000 }) })) };
export const publishTemplate: Description = { summary: 'Publish a new version of a template; it can be used once the operator has approved it.', writes: true, problems: ['already-exists'], answer: answered('The version.', template) };
export const reviewTemplate: Description = { summary: 'Approve a version of a template, or take it out of use.', writes: true, problems: ['not-found'], answer: answered('The version as it now is.', template) };

const notification = object({
  conversationId: id('Conversation'),
  messageId: id('Message'),
  status: oneOf(['scheduled', 'released', 'refused']),
  category: oneOf(CATEGORY_SYMBOLS),
  template: nullable(object({ name: text({ max: 512 }), language: text({ max: 12 }), version: nullable(version) })),
  waitsUntil: nullable(instant()),
  reason: nullable(oneOf(REFUSAL_REASON_SYMBOLS)),
  detail: nullable(text({ min: 0, max: 512 })),
  requestedAt: instant(),
  decidedAt: instant(),
});
export const showNotification: Description = { summary: 'What became of a message that has a template or a time, before it was sent.', problems: ['not-found'], answer: answered('Where it stands.', notification) };
