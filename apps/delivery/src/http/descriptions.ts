// What the routes of delivery are for. Paths, methods, guards, scopes and request bodies are read from the routes themselves.
import { CATEGORY_SYMBOLS, FAILURE_REASON_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS } from '@parley/contracts';
import { answered, base64, flag, id, instant, integer, list, nullable, object, oneOf, optional, text } from '@parley/service';
import type { RouteDescription } from '@parley/service';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const version = integer({ min: 1, max: 2_147_483_647 });
const market = text({ max: 64 });
const hash = text({ min: 64, max: 64 });
const line = text({ min: 0, max: 512 });
const words = text({ min: 0, max: 64 });
const templateName = text({ max: 512 });
const language = text({ max: 12 });
const token = text({ max: 64 });
const statuses = ['sent', 'delivered', 'read', 'failed'] as const;

/** Whose list of devices it is, and its version; 0 where there is none yet. */
const account = { accountId: token, listVersion: integer({ min: 0, max: 4_294_967_295 }) };

export const registerDevice: Description = {
  summary: 'Register a customer’s device, once the number is proven by its code.',
  detail: 'Only this answer holds the token. Registering the same signing key again gives a new one.',
  problems: ['forbidden', 'already-exists', 'too-many-requests', 'busy'],
  answer: answered('The device.', object({ ...account, contactId: id('Contact'), deviceId: id('Device'), token: text({ max: 256 }) })),
};
export const registerBusinessDevice: Description = {
  summary: 'Register a device of the business, such as its gateway.',
  problems: ['forbidden', 'already-exists'],
  answer: answered('The device.', object({ ...account, deviceId: id('Device') })),
};
export const lookUpContact: Description = {
  summary: 'A contact by phone number.',
  problems: ['not-found'],
  answer: answered('The contact.', object({ ...account, contactId: id('Contact'), market })),
};

const number = answered('The number.', object({ ...account, numberId: id('Number'), businessId: id('Business'), displayName: text({ max: 128 }) }));
export const findNumber: Description = { summary: 'A business’s number.', path: { phone: text({ max: 16, pattern: /^\+?[1-9][0-9]{6,14}$/ }) }, problems: ['not-found'], answer: number };
export const findNumberById: Description = { summary: 'A business’s number, by its id.', path: { numberId: id('Number') }, problems: ['not-found'], answer: number };
const template = object({ name: templateName, language, version, category: oneOf(CATEGORY_SYMBOLS), body: text({ max: 4_096 }), parameters: list(object({ component: token, kinds: list(token, { min: 0, max: 32 }) }), { min: 0, max: 32 }), hash });
export const findTemplate: Description = {
  summary: 'The text a template message was made from, by its address: devices render it themselves.',
  path: { businessId: id('Business'), hash },
  problems: ['not-found'],
  answer: answered('The template.', template),
};

const accepted = object({ messageId: id('Message'), conversationId: id('Conversation'), acceptedAt: instant() });
export const receiveMessage: Description = { summary: 'A customer writes to a business; the content is sealed, for all present devices of the business.', writes: true, status: 202, problems: ['stale-devices'], answer: answered('Taken, exactly once.', accepted) };
export const changeConsent: Description = {
  summary: 'STOP, or its taking back: the contact’s own word.',
  detail: 'A revocation without categories means all of them; a grant has to name them.',
  writes: true,
  status: 202,
  answer: answered('Taken, exactly once.', object({ conversationId: id('Conversation'), acceptedAt: instant() })),
};
export const reportReceipts: Description = {
  summary: 'What became of messages, as an end saw it: delivered, read, failed.',
  writes: true,
  status: 202,
  answer: answered('Taken, each exactly once.', object({ accepted: integer({ min: 1, max: 200 }) })),
};

const about = { conversationId: id('Conversation'), messageId: id('Message'), contactId: id('Contact'), at: instant(), category: nullable(oneOf(CATEGORY_SYMBOLS)) };
const message = object({
  kind: oneOf(['message']),
  ...about,
  numberId: nullable(id('Number')),
  envelope: nullable(base64({ min: 1, max: 49_152 })),
  reason: nullable(oneOf(['not_a_recipient'])),
  detail: nullable(line),
  template: nullable(object({ name: templateName, language, version, hash })),
  entryPoint: nullable(object({ sourceId: text({ max: 256 }), clickId: text({ min: 0, max: 256 }) })),
});
const status = object({
  kind: oneOf(['status']),
  status: oneOf([...statuses, 'refused']),
  ...about,
  reason: nullable(words),
  detail: nullable(line),
  billable: nullable(flag()),
  pricing: nullable(object({ billable: flag(), type: oneOf(['regular', 'free_customer_service']) })),
});
const expiring = object({ kind: oneOf(['window_expiring']), ...about, numberId: nullable(id('Number')), closesAt: instant() });
const page = { type: 'object', properties: { items: { type: 'array', items: { oneOf: [message.schema, status.schema, expiring.schema] } }, cursor: { type: 'string' } }, required: ['items', 'cursor'], additionalProperties: false };
export const readInbox: Description = {
  summary: 'What is new for an end: messages, what became of its own, and for a business the windows that close on contacts nobody has answered.',
  detail: 'In log order. `wait` seconds are waited for something to come. Give the cursor back to go on exactly behind the page it came with. An envelope is cut to what is for the device that reads: the token’s, or of a business the one that `deviceId` names. Where there is nothing for it, `envelope` is null and `reason` says so.',
  problems: ['invalid-cursor'],
  answer: answered('A page.', { schema: page }),
};

const sent = object({
  conversationId: id('Conversation'),
  messageId: id('Message'),
  status: oneOf(statuses),
  lane: oneOf(LANE_SYMBOLS),
  kind: oneOf(MESSAGE_KIND_SYMBOLS),
  category: oneOf(CATEGORY_SYMBOLS),
  market,
  firstStatus: nullable(oneOf(['delivered', 'read'])),
  template: nullable(object({ name: templateName, language, version })),
  requestedAt: instant(),
  sentAt: instant(),
  deliveredAt: nullable(instant()),
  readAt: nullable(instant()),
  failedAt: nullable(instant()),
  failure: nullable(object({ reason: oneOf(FAILURE_REASON_SYMBOLS), detail: nullable(line) })),
});
export const showMessage: Description = { summary: 'How far a message of the business came.', path: { conversationId: id('Conversation'), messageId: id('Message') }, problems: ['not-found'], answer: answered('Where it stands.', sent) };

const sealedFile = { type: 'string', contentMediaType: 'application/octet-stream' } as const;
export const leaveAttachment: RouteDescription = {
  summary: 'Leave a sealed file for the one it is for, who is told its id and its key in a message.',
  detail: 'At most 100 MiB before it was sealed, and so much per account and day. Content-Length is needed. Kept for 30 days. An upload that breaks off leaves nothing.',
  body: { schema: sealedFile },
  problems: ['bad-request', 'payload-too-large', 'too-many-requests'],
  answer: answered('Kept.', object({ attachmentId: text({ max: 64 }), expiresAt: instant() })),
};
export const fetchAttachment: RouteDescription = {
  summary: 'A sealed file, for whoever knows its id; a part of it with a Range header.',
  path: { attachmentId: text({ max: 64 }) },
  headers: object({ Range: optional(text({ max: 64 })) }),
  problems: ['bad-request', 'not-found'],
  answer: answered('The sealed file, or with 206 the part that was asked for.', { schema: sealedFile }, 'application/octet-stream'),
};
