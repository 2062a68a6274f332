import type { Callback } from '../state/fact.js';
import { fields, type Field } from '../webhook/field.js';
import { faultAt, WireFault } from './fault.js';

/**
 * Reads `POST /{waba}/subscribed_apps`: where webhooks go, and which. Without an address it is the one that is known, asked anew. The wire chooses
 * its fields elsewhere, for a whole app; here, where each business has its own gateway, they are chosen with the address. Throws WireFault.
 */
export function parseSubscription(given: Readonly<Record<string, unknown>>, known: Callback | null): Callback {
  const { override_callback_uri: url, verify_token: verifyToken, subscribed_fields: chosen } = given;
  const wanted = chosen === undefined ? known?.fields : fieldsIn(chosen);
  const more = wanted === undefined ? {} : { fields: wanted };
  if (url === undefined && verifyToken === undefined && known !== null) return { url: known.url, verifyToken: known.verifyToken, ...more };
  if (typeof url !== 'string' || url === '') throw new WireFault('missing-parameter', 'override_callback_uri is missing: the URL that webhooks go to.');
  if (typeof verifyToken !== 'string' || verifyToken === '') throw new WireFault('missing-parameter', 'verify_token is missing: the word by which the URL knows us.');
  return { url, verifyToken, ...more };
}

/** A JSON list, or names with commas. */
function fieldsIn(value: unknown): readonly Field[] {
  const names = (Array.isArray(value) ? value : String(value).split(',')).map((name) => String(name).trim()).filter((name) => name !== '');
  const unknown = names.filter((name) => !fields.some((field) => field === name));
  if (unknown.length > 0) throw faultAt('invalid-parameter', 'subscribed_fields', `has ${unknown.join(', ')}, which is not told here. Choose from ${fields.join(', ')}.`);
  if (names.length === 0) throw faultAt('invalid-parameter', 'subscribed_fields', 'is empty. To hear of nothing, DELETE the subscription.');
  return fields.filter((field) => names.includes(field));
}
