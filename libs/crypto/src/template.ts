import { sha256Hex } from './hash.js';

/** A template's approved text with all that its hash covers. `body` holds places {{1}}, {{2}}, … */
export type TemplateText = {
  readonly name: string;
  readonly language: string;
  readonly version: number;
  readonly category: string;
  readonly body: string;
};

/** A value with one JSON spelling. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON with keys in order of their UTF-16 code units and no white space: the canonical form of RFC 8785 for the values it
 * admits. Throws TypeError for a number that is not a safe integer and for a lone surrogate: they have no one spelling everywhere.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError('canonical JSON holds safe integers only');
  if (typeof value === 'string' && /\p{Surrogate}/u.test(value)) throw new TypeError('canonical JSON holds well-formed text only');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, item]) => `${canonicalJson(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** The address of a template's text: whoever holds the hash can check the text, its version and its category. 64 hex digits. */
export function templateHash(template: TemplateText): string {
  const { name, language, version, category, body } = template;
  return sha256Hex('parley/template/v1\n' + canonicalJson({ name, language, version, category, body }));
}
