// The pieces that the descriptions of routes are made of.
import { answered } from '@parley/service';
import type { JsonSchema, RouteDescription } from '@parley/service';
import { faults } from '../wire/fault.js';

export const string = { type: 'string' };
export const boolean = { type: 'boolean' };
export const record = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[] = Object.keys(properties)): JsonSchema => ({ type: 'object', properties, ...(required.length > 0 ? { required } : {}) });
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const constant = (value: string): JsonSchema => ({ type: 'string', const: value });

const codes = Object.values(faults).map(({ code, title }) => `${code} ${title}`).join('; ');
export const refused = {
  schema: record({
    error: record({
      message: string,
      type: string,
      code: { type: 'integer', enum: [...new Set(Object.values(faults).map(({ code }) => code))], description: codes },
      error_subcode: { type: 'integer' },
      error_user_title: string,
      error_user_msg: string,
      error_data: record({ messaging_product: constant('whatsapp'), details: string }),
      fbtrace_id: string,
    }, ['message', 'type', 'code', 'error_data', 'fbtrace_id']),
  }),
};
const path = { version: { schema: { type: 'string', pattern: '^v\\d+\\.\\d+$' } }, phoneNumberId: { schema: string }, wabaId: { schema: string }, id: { schema: string } };

export function route(summary: string, about: string, body: JsonSchema, more: Partial<RouteDescription> = {}): RouteDescription {
  return { summary, path, answer: answered(about, { schema: body }), errors: { type: 'application/json', body: refused }, ...more };
}
