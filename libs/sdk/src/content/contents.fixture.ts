import { toBase64 } from '@parley/crypto';
import fc from 'fast-check';
import type { Content } from './content.js';
import type { ContactCard } from './kinds/contacts.js';
import { degreeE7 } from './kinds/location.js';
import type { AttachedFile } from './kinds/media.js';

const text = (minLength: number, maxLength: number) => fc.string({ unit: 'grapheme', minLength, maxLength }).filter((one) => one.length <= maxLength && one.length >= minLength);
const optional = <T>(field: string, value: fc.Arbitrary<T>) => fc.oneof(fc.constant({}), value.map((one) => ({ [field]: one })));
const all = (...parts: readonly fc.Arbitrary<object>[]) => fc.tuple(...parts).map((fields) => Object.assign({}, ...fields) as Content);
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map(toBase64);

const from = fc.record({ phone: fc.stringMatching(/^[1-9][0-9]{6,14}$/), name: text(0, 20) });
const sender = optional('from', from);
const said = fc.tuple(sender, optional('replyTo', text(1, 20))).map(([a, b]) => ({ ...a, ...b }));
const file: fc.Arbitrary<AttachedFile> = all(
  fc.record({ attachmentId: fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/), key: bytes(32), hash: bytes(64), length: fc.nat(), mimeType: fc.constantFrom('image/jpeg', 'audio/ogg; codecs=opus', 'application/vnd.ms-excel'), sha256: hex(64) }),
  optional('filename', fc.stringMatching(/^[\w äß.-]{1,30}$/)),
) as unknown as fc.Arbitrary<AttachedFile>;

const media = fc.oneof(
  all(fc.record({ type: fc.constantFrom('image', 'video', 'document'), file }), optional('caption', text(1, 50)), said),
  all(fc.record({ type: fc.constant('audio'), file }), optional('voice', fc.constant(true)), said),
  all(fc.record({ type: fc.constant('sticker'), file }), optional('animated', fc.constant(true)), said),
);
const values = fc.array(all(fc.record({ kind: text(1, 8), text: text(0, 20) }), optional('file', file)), { maxLength: 4 });
const templates = fc.record({
  type: fc.constant('template' as const),
  name: text(1, 20),
  language: text(1, 8),
  version: fc.nat(),
  hash: hex(64),
  parameters: fc.array(fc.record({ component: text(1, 8), values }), { maxLength: 3 }),
}) as unknown as fc.Arbitrary<Content>;
const locations = all(
  fc.record({ type: fc.constant('location'), latitudeE7: fc.integer({ min: -90 * degreeE7, max: 90 * degreeE7 }), longitudeE7: fc.integer({ min: -180 * degreeE7, max: 180 * degreeE7 }) }),
  optional('name', text(1, 20)),
  optional('address', text(1, 20)),
  said,
);
const parts = <K extends string>(...fields: readonly K[]) => fc.array(all(...fields.map((field) => optional(field, text(0, 12)))), { minLength: 1, maxLength: 3 });
const cards = all(
  fc.record({ name: all(fc.record({ formattedName: text(1, 20) }), optional('firstName', text(0, 10)), optional('suffix', text(0, 5))) }),
  optional('birthday', fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/)),
  optional('phones', parts('phone', 'waId', 'type')),
  optional('emails', parts('email', 'type')),
  optional('addresses', parts('street', 'city', 'state', 'zip', 'country', 'countryCode', 'type')),
  optional('urls', parts('url', 'type')),
  optional('org', parts('company', 'department', 'title').map(([one]) => one!)),
) as unknown as fc.Arbitrary<ContactCard>;
const contacts = all(fc.record({ type: fc.constant('contacts'), contacts: fc.array(cards, { minLength: 1, maxLength: 3 }) }), said);
const reactions = all(fc.record({ type: fc.constant('reaction'), messageId: text(1, 20), emoji: text(0, 8) }), sender);

const frame = fc
  .tuple(optional('header', fc.oneof(fc.record({ kind: fc.constant('text'), text: text(1, 60) }), fc.record({ kind: fc.constantFrom('image', 'video', 'document'), file }))), optional('footer', text(1, 60)), said)
  .map(([a, b, c]) => ({ type: 'interactive', ...a, ...b, ...c }));
const rows = fc.array(all(fc.record({ title: text(1, 24) }), optional('description', text(1, 72))), { minLength: 1, maxLength: 3 });
const numbered = <T extends object>(items: readonly T[], prefix: string) => items.map((item, i) => ({ id: `${prefix}${i}`, ...item }));
const interactive = fc.oneof(
  all(frame, fc.record({ kind: fc.constant('button'), body: text(1, 50), buttons: fc.array(fc.record({ title: text(1, 20) }), { minLength: 1, maxLength: 3 }).map((some) => numbered(some, 'b')) })),
  all(frame, fc.record({ kind: fc.constant('list'), body: text(1, 50), button: text(1, 20), sections: fc.array(fc.record({ title: text(1, 24), rows }), { minLength: 1, maxLength: 3 }).map((some) => some.map((section, i) => ({ ...section, rows: numbered(section.rows, `s${i}-`) }))) })),
  all(frame, fc.record({ kind: fc.constant('cta_url'), body: text(1, 50), button: text(1, 20), url: fc.webUrl() })),
);
const replies = fc.oneof(
  all(fc.record({ type: fc.constant('button_reply'), id: text(1, 20), title: text(1, 20) }), said),
  all(fc.record({ type: fc.constant('list_reply'), id: text(1, 20), title: text(1, 20) }), optional('description', text(1, 72)), said),
  all(fc.record({ type: fc.constant('template_reply'), payload: text(1, 20), text: text(1, 20) }), said),
);
const texts = all(fc.record({ type: fc.constant('text'), body: text(1, 50) }), said);

/** Any content that may be sent, of every type. */
export const contents: fc.Arbitrary<Content> = fc.oneof(texts, templates, media, locations, contacts, reactions, interactive, replies);

/** A file as a message speaks of it. */
export const aFile: AttachedFile = {
  attachmentId: 'at_1', key: toBase64(new Uint8Array(32).fill(1)), hash: toBase64(new Uint8Array(64).fill(2)), length: 3, mimeType: 'image/jpeg', sha256: 'ab'.repeat(32),
}; // prettier-ignore
