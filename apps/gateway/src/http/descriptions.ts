// What the routes of the gateway are for: the part of the WhatsApp Cloud API that it speaks, in that API's own forms.
import { answered } from '@parley/service';
import type { JsonSchema, RouteDescription } from '@parley/service';
import { keptStatuses } from '../conversations/kept.js';
import { analyticsDimensions, granularities } from '../wire/analytics.js';
import { faults } from '../wire/fault.js';

const string = { type: 'string' };
const boolean = { type: 'boolean' };
const record = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = Object.keys(properties)): JsonSchema => ({ type: 'object', properties, ...(required.length > 0 ? { required } : {}) });
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const constant = (value: string): JsonSchema => ({ type: 'string', const: value });

const codes = Object.values(faults).map(({ code, title }) => `${code} ${title}`).join('; ');
const refused = {
  schema: record({
    error: record({
      message: string,
      type: string,
      code: { type: 'integer', enum: [...new Set(Object.values(faults).map(({ code }) => code))], description: codes },
      error_data: record({ messaging_product: constant('whatsapp'), details: string }),
      fbtrace_id: string,
    }),
  }),
};
const path = { version: { schema: { type: 'string', pattern: '^v\\d+\\.\\d+$' } }, phoneNumberId: { schema: string }, wabaId: { schema: string }, id: { schema: string } };

function route(summary: string, about: string, body: JsonSchema, more: Partial<RouteDescription> = {}): RouteDescription {
  return { summary, path, answer: answered(about, { schema: body }), errors: { type: 'application/json', body: refused }, ...more };
}

const place = record({ type: { type: 'string', enum: ['text', 'payload', 'currency', 'date_time'] }, text: string, payload: string, currency: { type: 'object' }, date_time: { type: 'object' } }, ['type']);
const component = record({ type: { type: 'string', description: 'header, body or button' }, index: { type: ['integer', 'string'] }, parameters: list(place) }, ['type']);
const addressed = {
  messaging_product: constant('whatsapp'),
  recipient_type: constant('individual'),
  to: { type: 'string', description: 'The phone number of the contact, with its country code.' },
  context: record({ message_id: string }),
  biz_opaque_callback_data: { type: 'string', maxLength: 512 },
};
const text = record({ ...addressed, type: constant('text'), text: record({ body: { type: 'string', minLength: 1, maxLength: 4_096 }, preview_url: boolean }, ['body']) }, ['messaging_product', 'to', 'text']);
const template = record({ ...addressed, type: constant('template'), template: record({ name: string, language: record({ code: string }), components: list(component) }, ['name', 'language']) }, ['messaging_product', 'to', 'type', 'template']);
const read = record({ messaging_product: constant('whatsapp'), status: constant('read'), message_id: string });
const taken = record({
  messaging_product: constant('whatsapp'),
  contacts: list(record({ input: string, wa_id: string })),
  messages: list(record({ id: string, message_status: constant('accepted') }, ['id'])),
});
const success = record({ success: { type: 'boolean', const: true } });
const paged = (item: JsonSchema) => record({ data: list(item), paging: record({ cursors: record({ before: string, after: string }) }) });
const pageQuery = { schema: record({ limit: string, after: string, name: string, status: string, language: string, category: string }, []) };
const number = record({ id: string, display_phone_number: string, verified_name: string });
const account = record({ id: string, name: string });
const subscription = record({ whatsapp_business_api_data: account, override_callback_uri: string });

export const postMessage = route('Send a text or a template, or mark a message as read.', 'Taken; what becomes of it comes as a webhook.', { oneOf: [taken, success] }, { body: { schema: { oneOf: [text, template, read] } } });
export const subscribe = route('Set where webhooks go; the address is verified first.', 'Set.', success, { body: { schema: record({ override_callback_uri: { type: 'string', format: 'uri' }, verify_token: string }) } });
export const subscriptions = route('Where webhooks go.', 'None, or one.', record({ data: list(subscription) }));
export const unsubscribe = route('Send no more webhooks.', 'Done.', success);
export const templates = route('Templates of the business.', 'A page.', paged(record({ id: string, name: string, language: string, category: string, status: string, components: list(record({ type: string, text: string })) })), { query: pageQuery });
export const numbers = route('Numbers of the business.', 'A page.', paged(number), { query: pageQuery });
const point = record(
  { start: { type: 'integer' }, end: { type: 'integer' }, phone_number: string, country: string, tier: string, pricing_type: string, pricing_category: string, volume: { type: 'integer' }, cost: { type: 'number' } },
  ['start', 'end', 'volume', 'cost'],
);
const analytics = record({ id: string, pricing_analytics: record({ data: list(record({ data_points: list(point) })) }) });
const fields = {
  type: 'string',
  description: `pricing_analytics.start(…).end(…).granularity(${granularities.join('|')}).dimensions([${analyticsDimensions.join()}]): what messages cost, in periods of the zone of the business; start and end in seconds. country is the market of the rate card.`,
};

export const object = route('The account, or one of its numbers; of the account also what messages cost.', 'The object.', { anyOf: [number, account, analytics] }, { query: { schema: record({ fields }, []) } });

const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const waiting = {
  known: { type: 'string', description: 'The version that is known. With `wait` the answer is held back until there is another.' },
  wait: { type: 'integer', minimum: 0, maximum: 25, description: 'Seconds.' },
};
const said = record({
  id: string, messageId: { type: 'string', description: 'On the platform: `{conversationId}.{messageId}` is the id of its charge.' }, direction: { type: 'string', enum: ['in', 'out'] }, at: { type: 'string', format: 'date-time' },
  text: nullable(string), template: nullable(record({ name: string, language: string, category: string })), replyTo: nullable(string), status: { type: 'string', enum: [...keptStatuses] }, problem: nullable(string), isRead: nullable(boolean),
}); // prettier-ignore
const conversation = record({ contactId: string, conversationId: string, phone: string, name: string, phoneNumberId: string, unread: { type: 'integer' }, last: said });
const offBy = 'Only where the gateway is set to keep what was said; else 400 with code 33.';

export const listConversations = route('Conversations of the business, the latest first.', offBy, record({
  version: string, business: record({ id: string, wabaId: string, name: string }), numbers: list(record({ phoneNumberId: string, phone: string, name: string })), data: list(conversation), more: boolean,
}), { query: { schema: record({ ...waiting, limit: { type: 'integer', minimum: 1, maximum: 1_000 } }, []) } }); // prettier-ignore
export const listMessages = route('What was said with one contact, the latest, oldest first.', offBy, record({ version: string, data: list(said), more: boolean }), {
  path: { contactId: { schema: string } },
  query: { schema: record({ ...waiting, limit: { type: 'integer', minimum: 1, maximum: 1_000 }, before: { type: 'string', description: 'The id of a message: those before it.' } }, []) },
});

const condition = record({ status: string, problem: string, waitingCalls: { type: 'integer' }, waitingWebhooks: { type: 'integer' }, waitingOutcomes: { type: 'integer' }, commandsProblem: string }, ['status', 'waitingCalls', 'waitingWebhooks']);
export const live: RouteDescription = { summary: 'Whether the process answers.', answer: answered('It does.', { schema: record({ status: constant('ok') }) }), errors: { type: 'application/json', body: refused } };
export const ready: RouteDescription = { summary: 'Whether messages are taken; 503 with the reason where not.', answer: answered('They are.', { schema: condition }), errors: { type: 'application/json', body: { schema: condition } } };
