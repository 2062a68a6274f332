import type { Category, ParameterShape } from '@parley/contracts';
import { sha256Hex, utf8 } from '@parley/crypto';
import { fieldsOf, isStorable, wholeBody } from './fields.js';
import { faultAt, templateMissing, WireFault } from './fault.js';
import type { Listing } from './listing.js';
import type { Template } from './template.js';

/** A template as the wire shows it. */
export interface WireTemplate {
  readonly name: string;
  readonly parameter_format: 'POSITIONAL';
  readonly components: readonly { readonly type: 'BODY'; readonly text: string }[];
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly id: string;
  /** Nobody here rates templates. */
  readonly quality_score: { readonly score: 'UNKNOWN' };
  /** The platform says that one was rejected, and not why. */
  readonly rejected_reason: 'NONE';
}

// What Meta's "Template management" page shows where no fields are asked for.
const usual = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'id'] as const;

/** The id of a template on the wire: it stays the same when the template is edited, and is a number that fits a double, since webhooks bear it as one. */
export function templateIdOf({ name, language }: Pick<Template, 'name' | 'language'>): string {
  return String(10 ** 15 + parseInt(sha256Hex(utf8(`${language}\n${name}`)).slice(0, 12), 16));
}

export function templateOnWire(template: Template): WireTemplate {
  const { name, language, category, status, body } = template;
  return {
    name,
    parameter_format: 'POSITIONAL',
    components: [{ type: 'BODY', text: body }],
    language,
    status: status.toUpperCase(),
    category: category.toUpperCase(),
    id: templateIdOf(template),
    quality_score: { score: 'UNKNOWN' },
    rejected_reason: 'NONE',
  };
}

export const usualTemplateFields = usual;

/** The list of templates and how it is narrowed. */
export function templateListing(templates: readonly Template[]): Listing<WireTemplate> {
  const bodyOf = ({ components }: WireTemplate) => components.map(({ text }) => text.toLowerCase()).join('\n');
  return {
    items: templates.map(templateOnWire),
    usual,
    filters: {
      name: ({ name }, wanted) => wanted.includes(name),
      language: ({ language }, wanted) => wanted.includes(language.toLowerCase()),
      status: ({ status }, wanted) => wanted.includes(status.toLowerCase()),
      category: ({ category }, wanted) => wanted.includes(category.toLowerCase()),
      quality_score: ({ quality_score }, wanted) => wanted.includes(quality_score.score.toLowerCase()),
      content: (item, wanted) => wanted.some((text) => bodyOf(item).includes(text)),
      name_or_content: (item, wanted) => wanted.some((text) => item.name.includes(text) || bodyOf(item).includes(text)),
    },
  };
}

/** What is published on the platform. */
export interface Draft {
  readonly name: string;
  readonly language: string;
  readonly category: Category;
  readonly body: string;
  readonly parameters: readonly ParameterShape[];
}

const categories: readonly Category[] = ['marketing', 'utility', 'authentication'];
const maxBodyCharacters = 1_024;

/** Reads the body of `POST /{waba}/message_templates`. Throws WireFault. */
export function parseNewTemplate(value: unknown): Draft {
  const fields = fieldsOf(value, wholeBody);
  const { name, language, category } = fields;
  if (fields['library_template_name'] !== undefined) throw faultAt('invalid-parameter', 'library_template_name', 'is not known here: there is no library of templates. Give components.');
  if (typeof name !== 'string' || name === '') throw missing('name');
  if (!/^[a-z0-9_]{1,512}$/.test(name)) throw faultAt('invalid-parameter', 'name', 'must be lower-case letters, digits and _, at most 512.');
  if (typeof language !== 'string' || language === '') throw missing('language');
  if (category === undefined) throw missing('category');
  if (fields['components'] === undefined) throw missing('components');
  return { name, language, category: categoryAt(category), ...parseComponents(fields['components'], fields['parameter_format']) };
}

/** Reads the body of `POST /{template-id}`: what is left out stays as it is. Throws WireFault. */
export function parseEdit(value: unknown, { name, language, category, body, parameters }: Template): Draft {
  const fields = fieldsOf(value, wholeBody);
  if (fields['category'] === undefined && fields['components'] === undefined) throw new WireFault('missing-parameter', 'components or category is missing: there is nothing to change.');
  const content = fields['components'] === undefined ? { body, parameters } : parseComponents(fields['components'], fields['parameter_format']);
  return { name, language, category: fields['category'] === undefined ? category : categoryAt(fields['category']), ...content };
}

/** Whether a draft would change anything of what is there. */
export function isSame(draft: Draft, template: Template): boolean {
  return draft.category === template.category && draft.body === template.body && JSON.stringify(draft.parameters) === JSON.stringify(template.parameters);
}

function categoryAt(value: unknown): Category {
  const category = categories.find((one) => one === String(value).toLowerCase());
  if (category === undefined) throw faultAt('invalid-parameter', 'category', 'must be one of MARKETING, UTILITY, AUTHENTICATION.');
  return category;
}

function parseComponents(value: unknown, format: unknown): Pick<Draft, 'body' | 'parameters'> {
  if (format !== undefined && String(format).toUpperCase() !== 'POSITIONAL') throw faultAt('invalid-parameter', 'parameter_format', 'must be POSITIONAL: templates here have numbered places, {{1}}.');
  if (!Array.isArray(value)) throw faultAt('invalid-parameter', 'components', 'must be a list.');
  const parsed = value.map((one, i) => ({ path: `components[${i}]`, ...(fieldsOf(one, `components[${i}]`) as { readonly type?: unknown; readonly text?: unknown }) }));
  const other = parsed.find(({ type }) => String(type).toUpperCase() !== 'BODY');
  if (other !== undefined) throw faultAt('invalid-parameter', `${other.path}.type`, 'must be BODY: the platform keeps no headers, footers or buttons of templates yet.');
  const [component, second] = parsed;
  if (component === undefined) throw missing('components', 'needs a BODY.');
  if (second !== undefined) throw faultAt('invalid-parameter', second.path, 'is a second BODY; there is one.');
  const { text, path } = component;
  if (typeof text !== 'string' || text === '') throw missing(`${path}.text`);
  if (!isStorable(text)) throw faultAt('invalid-parameter', `${path}.text`, 'must be well-formed Unicode.');
  if (text.length > maxBodyCharacters) throw faultAt('invalid-parameter', `${path}.text`, `must have at most ${maxBodyCharacters} characters; it has ${text.length}.`);
  const named = /\{\{\s*[^\s\d{}][^{}]*\}\}/.exec(text)?.[0];
  if (named !== undefined) throw faultAt('invalid-parameter', `${path}.text`, `has the place ${named}; places are numbered, {{1}}.`);
  const places = new Set([...text.matchAll(/\{\{\s*(\d+)\s*\}\}/g)].map((match) => Number(match[1])));
  for (let place = 1; place <= places.size; place++) {
    if (!places.has(place)) throw faultAt('invalid-parameter', `${path}.text`, `numbers its places from {{1}} without a gap; {{${place}}} is missing.`);
  }
  const kinds = Array.from({ length: places.size }, () => 'text');
  return { body: text, parameters: kinds.length === 0 ? [] : [{ component: 'body', kinds }] };
}

/** Query of `DELETE /{waba}/message_templates`: by name all languages, with `hsm_id` (or a language, as some clients say it) one. */
export interface DeleteQuery {
  readonly name?: string;
  readonly hsm_id?: string;
  readonly language?: string;
}

/** Those of the templates that are meant. Throws WireFault where there are none. */
export function namedBy({ name, hsm_id: id, language }: DeleteQuery, templates: readonly Template[]): readonly Template[] {
  if ((name ?? '') === '' && (id ?? '') === '') throw missing('name');
  const meant = templates.filter((template) => (name === undefined || template.name === name) && (id === undefined || templateIdOf(template) === id) && (language === undefined || template.language === language));
  if (meant.length === 0) throw new WireFault('invalid-parameter', `There is no template ${name ?? id}${language === undefined ? '' : ` in ${language}`} here.`, 'name', templateMissing);
  return meant;
}

function missing(field: string, what = 'is missing.'): WireFault {
  return faultAt('missing-parameter', field, what);
}
