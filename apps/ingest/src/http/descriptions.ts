// What the routes of ingest are for. Paths, methods, guards, scopes and request bodies are read from the routes themselves.
import { EVENT_TYPES, TOPIC_NAMES } from '@parley/contracts';
import { rejectCodes } from '@parley/domain';
import type { RejectCode } from '@parley/domain';
import { answered, flag, id, instant, integer, list, nullable, object, oneOf, optional, scopes, text } from '@parley/service';
import type { RouteDescription } from '@parley/service';

type Description = Omit<RouteDescription, 'body' | 'query'>;

const name = text({ max: 128 });
const line = text({ min: 0, max: 512 });
const codes = Object.keys(rejectCodes) as readonly RejectCode[];
const requestTypes = ['SendMessage', 'RecordConsent', 'ReportInbound'] as const;

const accepted = object({ messageId: id('Message'), conversationId: id('Conversation'), acceptedAt: instant() });
export const sendMessage: Description = {
  summary: 'Send a message, its content sealed.',
  detail: 'A plain message goes out now; one from a template, or with `sendAt`, when it is due. 202 means that it is on the log: whether it may be sent is decided there, and told in the inbox of delivery. It has to be sealed for all present devices of the contact. Keys with `messages:send` send as software, those with `messages:send-app` alone by hand.',
  writes: true,
  status: 202,
  problems: ['stale-devices'],
  answer: answered('Taken, exactly once.', accepted),
};

export const recordConsent: Description = {
  summary: 'Record what a contact consented to, or revoked.',
  writes: true,
  status: 202,
  answer: answered('Taken, exactly once.', object({ conversationId: id('Conversation'), acceptedAt: instant() })),
};

const business = object({ businessId: id('Business'), ownerId: id('Owner'), name, zone: text({ max: 64 }), currency: text({ max: 3 }), windowNoticeMs: integer({ min: 0, max: 259_200_000 }) });
export const registerBusiness: Description = {
  summary: 'Register a business, or change it. Its currency stays.',
  writes: true,
  problems: ['already-exists'],
  answer: answered('Registered.', business),
};

export const registerNumber: Description = {
  summary: 'Register a number of a business.',
  writes: true,
  problems: ['already-exists'],
  answer: answered('Registered.', object({ numberId: id('Number'), businessId: id('Business'), displayName: name, phone: text({ max: 15 }) })),
};

export const setBudget: Description = {
  summary: 'Set what an owner wants to spend in a month, change it, or take it back (`cap` none).',
  detail: 'It holds from now on, for all of the owner’s businesses that are charged in the currency; what is spent already counts. With `hard`, a message that could cost more than is left is refused before it is sent; without, the owner is told at 50, 80 and 100 per cent. GET /windows/v1/budgets shows how it stands.',
  writes: true,
  answer: answered('Set.', object({ ownerId: id('Owner'), currency: text({ max: 3 }), zone: text({ max: 64 }), cap: nullable(text({ max: 32 })), capMicros: nullable(text({ max: 20 })), hard: flag() })),
};

const madeKey = object({
  businessId: id('Business'),
  scopes: list(oneOf(scopes), { min: 1, max: scopes.length }),
  name,
  keyId: text({ max: 64 }),
  token: text({ max: 256 }),
  signingSecret: optional(text({ max: 128 })),
});
export const makeApiKey: Description = {
  summary: 'Make an API key for a business.',
  detail: 'Only this answer holds the token, and the secret that records on `parley.requests.v1` are signed with where the key has a scope for them. A repeated request gets the same.',
  writes: true,
  answer: answered('The key.', madeKey),
};
export const revokeApiKey: Description = { summary: 'Revoke an API key; it works for three seconds more at most.', problems: ['not-found'], answer: answered('Revoked.', null) };

const checked = object({
  verdict: oneOf(['accepted', 'rejected']),
  businessId: nullable(id('Business')),
  type: nullable(oneOf(requestTypes)),
  requestId: nullable(id('Request')),
  code: optional(oneOf(codes)),
  fieldPath: optional(text({ min: 0, max: 256 })),
  hint: optional(line),
  eventTime: optional(instant()),
  appends: optional(list(object({ topic: oneOf(TOPIC_NAMES), key: text({ max: 160 }), event: oneOf(EVENT_TYPES) }), { min: 0, max: 8 })),
  says: optional(line),
});
export const checkRecord: Description = {
  summary: 'What a record on parley.requests.v1 would come to: the verdict of production, without a broker and without effect.',
  detail: 'Send JSON, or the bytes of the value as application/octet-stream with the record’s key in the query (`key`) and its headers as HTTP headers. Whether the request id was used before is not looked at.',
  problems: ['bad-request', 'forbidden'],
  answer: answered('The verdict.', checked),
};

const rejection = object({
  id: text({ max: 36 }),
  requestId: nullable(text({ max: 128 })),
  code: oneOf(codes),
  fieldPath: text({ min: 0, max: 256 }),
  hint: line,
  rejectedAt: instant(),
  record: nullable(object({ partition: integer({ min: 0, max: 9_999 }), offset: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }) })),
});
export const listRejections: Description = {
  summary: 'Requests on the topic that were not taken, with code, field and hint; kept seven days.',
  problems: ['invalid-cursor'],
  answer: answered('A page, oldest first. `next` goes into `after`; `more` says that there is more to look through, though `items` may be empty.', object({ items: list(rejection, { min: 0, max: 1_000 }), next: text({ max: 256 }), more: flag() })),
};
