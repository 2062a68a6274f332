// What the routes about the business's devices are for.
import { answered } from '@parley/service';
import type { JsonSchema, RouteDescription } from '@parley/service';
import { list, record, refused, string } from './schema.js';

const count = { type: 'integer', minimum: 0 };
const devices = record({ data: list(record({ id: string, is_this_gateway: { type: 'boolean' } })), list_version: count });
const verification = record({
  wa_id: string,
  safety_number: { type: 'string', description: '60 digits in groups of five: the same at both ends while nobody stands between them.' },
  qr: { type: 'string', description: 'The text of a QR code that the contact\'s device can scan.' },
  key_changes: { ...count, description: 'How often the contact\'s key changed since the gateway first saw one.' },
});

function own(summary: string, about: string, schema: JsonSchema, more: Partial<RouteDescription> = {}): RouteDescription {
  return { summary, answer: answered(about, { schema }), errors: { type: 'application/json', body: refused }, ...more };
}

export const listDevices = own('The business\'s devices, as the platform\'s verified list has them.', 'They are listed.', devices);
export const addDevice = own('Add a device: another gateway, or software that seals by itself.', 'It is listed; contacts seal for it from now on.', devices, { body: { schema: record({ code: { type: 'string', pattern: '^PARLEYLINK1:' } }) } });
export const removeDevice = own('Remove a device: nobody seals for it any more.', 'It is gone from the list.', devices, { path: { id: { schema: string } } });
export const showVerification = own('The safety number with a contact.', 'To be compared.', verification, { path: { phone: { schema: string } } });
