// What the routes of the gateway are for: the part of the WhatsApp Cloud API that it speaks, in that API's own forms.
import { answered } from '@parley/service';
import type { JsonSchema, RouteDescription } from '@parley/service';
import { cardFields, interactiveLimits, maxCaptionLength, maxFilenameLength } from '@parley/sdk';
import { mimeTypes } from '../media/kinds.js';
import { keptStatuses } from '../conversations/kept.js';
import { analyticsDimensions, granularities } from '../wire/analytics.js';
import { fields as webhookFields } from '../webhook/field.js';
import { boolean, constant, list, record, refused, route, string } from './schema.js';
import { onWire } from '../wire/requests/contacts.js';

const upTo = (maxLength: number): JsonSchema => ({ type: 'string', minLength: 1, maxLength });
const reference = { id: { type: 'string', description: 'An uploaded file.' }, link: { type: 'string', format: 'uri', description: 'Instead of id: where the file lies on the web.' } };
const file = record(reference, []);
const place = record(
  {
    type: { type: 'string', enum: ['text', 'payload', 'coupon_code', 'currency', 'date_time', 'image', 'video', 'document'] }, parameter_name: { type: 'string', description: 'The number of the place.' },
    text: string, payload: string, coupon_code: string, currency: { type: 'object' }, date_time: { type: 'object' }, image: file, video: file, document: file,
  },
  ['type'],
); // prettier-ignore
const component = record({ type: { type: 'string', description: 'header, body or button' }, sub_type: { type: 'string', enum: ['quick_reply', 'url', 'copy_code'] }, index: { type: ['integer', 'string'] }, parameters: list(place) }, ['type']);
const addressed = {
  messaging_product: constant('whatsapp'),
  recipient_type: constant('individual'),
  to: { type: 'string', description: 'The phone number of the contact, with its country code.' },
  context: record({ message_id: string }),
  biz_opaque_callback_data: { type: 'string', maxLength: 512 },
};
const text = record({ ...addressed, type: constant('text'), text: record({ body: { type: 'string', minLength: 1, maxLength: 4_096 }, preview_url: boolean }, ['body']) }, ['messaging_product', 'to', 'text']);
const template = record({ ...addressed, type: constant('template'), template: record({ name: string, language: record({ code: string }), components: list(component) }, ['name', 'language']) }, ['messaging_product', 'to', 'type', 'template']);
/** A message of this type, whose content is in the field of its name. */
const message = (type: string, content: JsonSchema): JsonSchema => record({ ...addressed, type: constant(type), [type]: content }, ['messaging_product', 'to', 'type', type]);
const caption = upTo(maxCaptionLength);
const media = [
  message('image', record({ ...reference, caption }, [])),
  message('video', record({ ...reference, caption }, [])),
  message('document', record({ ...reference, caption, filename: upTo(maxFilenameLength) }, [])),
  message('audio', record({ ...reference, voice: boolean }, [])),
  message('sticker', file),
];
const degrees = { type: ['number', 'string'] };
const location = message('location', record({ latitude: degrees, longitude: degrees, name: string, address: string }, ['latitude', 'longitude']));
const words = (fields: readonly string[], needed: readonly string[] = []): JsonSchema => record(Object.fromEntries(fields.map((field) => [onWire(field), string])), needed);
const card = record({
  name: words(cardFields.name, ['formatted_name']), birthday: { type: 'string', format: 'date' }, org: words(cardFields.org),
  phones: list(words(cardFields.phone)), emails: list(words(cardFields.email)), addresses: list(words(cardFields.address)), urls: list(words(cardFields.url)),
}, ['name']); // prettier-ignore
const reaction = message('reaction', record({ message_id: string, emoji: { type: 'string', description: 'One; empty takes it back.' } }, ['message_id']));
const labelled = (maxLength: number): JsonSchema => record({ text: upTo(maxLength) });
const rows = list(record({ id: upTo(interactiveLimits.rowId), title: upTo(interactiveLimits.rowTitle), description: upTo(interactiveLimits.rowDescription) }, ['id', 'title']));
const action = {
  oneOf: [
    record({ buttons: list(record({ type: constant('reply'), reply: record({ id: upTo(interactiveLimits.buttonId), title: upTo(interactiveLimits.buttonTitle) }) })) }),
    record({ button: upTo(interactiveLimits.buttonTitle), sections: list(record({ title: upTo(interactiveLimits.sectionTitle), rows }, ['rows'])) }),
    record({ name: constant('cta_url'), parameters: record({ display_text: upTo(interactiveLimits.buttonTitle), url: { type: 'string', format: 'uri' } }) }),
  ],
};
const header = record({ type: { type: 'string', enum: ['text', 'image', 'video', 'document'] }, text: upTo(interactiveLimits.header), image: file, video: file, document: file }, ['type']);
const interactive = message('interactive', record({ type: { type: 'string', enum: ['button', 'list', 'cta_url'] }, header, body: labelled(interactiveLimits.listBody), footer: labelled(interactiveLimits.footer), action }, ['type', 'body', 'action']));
const read = record({ messaging_product: constant('whatsapp'), status: constant('read'), message_id: string });
const taken = record({
  messaging_product: constant('whatsapp'),
  contacts: list(record({ input: string, wa_id: string })),
  messages: list(record({ id: string, message_status: constant('accepted') }, ['id'])),
});
const success = record({ success: { type: 'boolean', const: true } });
const paging = record({ cursors: record({ before: string, after: string }, []), next: string, previous: string }, ['cursors']);
const paged = (item: JsonSchema) => record({ data: list(item), paging });
const pageFields = { limit: string, after: string, before: string, order: string, fields: string };
const number = record({ id: string, display_phone_number: string, verified_name: string, quality_rating: string, platform_type: string, throughput: record({ level: string }), code_verification_status: string, status: string, account_mode: string }, ['id']);
const listed = record({ id: string, name: string, language: string, category: string, status: string, parameter_format: string, components: list(record({ type: string, text: string })), quality_score: record({ score: string }), rejected_reason: string }, ['id']);
const field = { type: 'string', enum: webhookFields };
const account = record({ id: string, name: string });
const subscription = record({ whatsapp_business_api_data: account, override_callback_uri: string, subscribed_fields: list(field) });

export const postMessage = route('Send a message, or mark one as read.', 'Taken; what becomes of it comes as a webhook.', { oneOf: [taken, success] }, { body: { schema: { oneOf: [text, template, ...media, location, message('contacts', list(card)), reaction, interactive, read] } } });
export const subscribe = route('Set where webhooks go; the address is verified first.', 'Set.', success, { body: { schema: record({ override_callback_uri: { type: 'string', format: 'uri' }, verify_token: string, subscribed_fields: list(field) }, []) } });
export const subscriptions = route('Where webhooks go.', 'None, or one.', record({ data: list(subscription) }));
export const unsubscribe = route('Send no more webhooks.', 'Done.', success);
export const templates = route('Templates of the business.', 'A page.', paged(listed), { query: { schema: record({ ...pageFields, name: string, status: string, language: string, category: string, quality_score: string, content: string, name_or_content: string }, []) } });
export const showTemplate = route('A template of the business.', 'The template.', listed, { query: { schema: record({ fields: string }, []) } });
const drafted = { category: { type: 'string', enum: ['MARKETING', 'UTILITY', 'AUTHENTICATION'] }, components: list(record({ type: constant('BODY'), text: string })), parameter_format: constant('POSITIONAL') };
export const createTemplate = route('Publish a template; it can be sent once the operator of the platform has approved it.', 'It waits for approval.', record({ id: string, status: string, category: string }), { body: { schema: record({ name: string, language: string, ...drafted }, ['name', 'language', 'category', 'components']) } });
export const editTemplate = route('Change the text or the category of a template: a new version, which waits for approval.', 'It waits for approval.', record({ success: { type: 'boolean', const: true }, id: string, name: string, category: string }), { body: { schema: record(drafted, []) } });
export const deleteTemplate = route('List and send a template no more, in one language (hsm_id) or in all.', 'Done.', success, { query: { schema: record({ name: string, hsm_id: string, language: string }, []) } });
export const numbers = route('Numbers of the business.', 'A page.', paged(number), { query: { schema: record(pageFields, []) } });
const point = record(
  { start: { type: 'integer' }, end: { type: 'integer' }, phone_number: string, country: string, tier: string, pricing_type: string, pricing_category: string, volume: { type: 'integer' }, cost: { type: 'number' } },
  ['start', 'end', 'volume', 'cost'],
);
const analytics = record({ id: string, pricing_analytics: record({ data: list(record({ data_points: list(point) })) }) });
const fields = {
  type: 'string',
  description: `pricing_analytics.start(…).end(…).granularity(${granularities.join('|')}).dimensions([${analyticsDimensions.join()}]): what messages cost, in periods of the zone of the business; start and end in seconds. country is the market of the rate card.`,
};

const medium = record({ messaging_product: constant('whatsapp'), url: { type: 'string', format: 'uri' }, mime_type: string, sha256: string, file_size: { type: 'integer' }, id: string });
const form = record({ messaging_product: constant('whatsapp'), type: { type: 'string', description: `One of ${mimeTypes.join(', ')}.` }, file: { type: 'string', contentMediaType: 'application/octet-stream' } }, ['messaging_product', 'file']);
export const uploadMedium = route('Upload a file, to be sent by its id. It is kept for 30 days.', 'Kept.', record({ id: string }), { body: { schema: form }, bodyType: 'multipart/form-data' });
const ofNumber = { schema: record({ phone_number_id: string }, []) };
export const deleteMedium = route('Delete a file. What was sent already stays with whom it was sent to.', 'Deleted.', success, { query: ofNumber });

export const object = route(
  'The account, one of its numbers or of its templates, or a file; of the account also what messages cost, of a file where it can be downloaded within five minutes, with the token.',
  'The object.', { anyOf: [number, account, listed, analytics, medium] }, { query: { schema: record({ fields, phone_number_id: string }, []) } },
); // prettier-ignore

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

const condition = record({ status: string, problem: string, waitingCalls: { type: 'integer' }, waitingWebhooks: { type: 'integer' }, webhooksProblem: string, waitingOutcomes: { type: 'integer' }, commandsProblem: string }, ['status', 'waitingCalls', 'waitingWebhooks']);
export const live: RouteDescription = { summary: 'Whether the process answers.', answer: answered('It does.', { schema: record({ status: constant('ok') }) }), errors: { type: 'application/json', body: refused } };
export const ready: RouteDescription = { summary: 'Whether messages are taken; 503 with the reason where not.', answer: answered('They are.', { schema: condition }), errors: { type: 'application/json', body: { schema: condition } } };
