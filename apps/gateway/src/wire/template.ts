import type { Category, ParameterShape, TemplateStatus } from '@parley/contracts';
import { fieldsOf, isStorable } from './fields.js';
import { faultAt, WireFault } from './fault.js';

/** A template as the business's software asks for it. */
export interface TemplateRequest {
  readonly name: string;
  readonly language: string;
  readonly components: readonly ComponentRequest[];
}

export interface ComponentRequest {
  /** header, body or button; several buttons stand in the order of their index. */
  readonly component: string;
  readonly values: readonly ParameterValue[];
}

/** What goes into one place of a template: its kind, and the text that the contact will read there. */
export interface ParameterValue {
  readonly kind: string;
  readonly text: string;
}

/** A template as the platform keeps it: approved text, content-addressed by its hash. */
export interface Template {
  readonly name: string;
  readonly language: string;
  readonly version: number;
  readonly category: Category;
  readonly status: TemplateStatus;
  /** The text with places {{1}}, {{2}} for the values of the component `body`. */
  readonly body: string;
  readonly parameters: readonly ParameterShape[];
  readonly hash: string;
}

/** A template and the values that fit its places, in the order of its shapes. */
export interface FilledTemplate {
  readonly template: Template;
  readonly components: readonly ComponentRequest[];
}

const maxRenderedCharacters = 1024;
const componentTypes = ['header', 'body', 'button'];
const mediaKinds = ['image', 'document', 'video'];

/** Reads `template` of a message's body. Throws WireFault. */
export function parseTemplate(value: unknown): TemplateRequest {
  if (value === undefined) throw missing('template', 'is missing: {"template": {"name": "…", "language": {"code": "…"}}}.');
  const { name, language, components = [] } = fieldsOf(value, 'template');
  if (typeof name !== 'string' || name === '') throw missing('template.name');
  if (language === undefined) throw missing('template.language', 'is missing: {"code": "…"}.');
  const { code } = fieldsOf(language, 'template.language');
  if (typeof code !== 'string' || code === '') throw missing('template.language.code');
  if (!Array.isArray(components)) throw invalid('template.components', 'must be a list.');
  const parsed = components.map((component, i) => parseComponent(component, `template.components[${i}]`));
  parsed.sort((a, b) => a.index - b.index); // Stable: only buttons have an index other than 0.
  return { name, language: code, components: parsed.map(({ component, values }) => ({ component, values })) };
}

function parseComponent(value: unknown, path: string) {
  const { type, index = 0, parameters = [] } = fieldsOf(value, path);
  const component = typeof type === 'string' ? type.toLowerCase() : '';
  if (!componentTypes.includes(component)) throw invalid(`${path}.type`, `must be one of ${componentTypes.join(', ')}.`);
  if (!/^\d{1,2}$/.test(String(index))) throw invalid(`${path}.index`, 'must be a number from 0.');
  if (!Array.isArray(parameters)) throw invalid(`${path}.parameters`, 'must be a list.');
  return { component, index: Number(index), values: parameters.map((one, i) => parseParameter(one, `${path}.parameters[${i}]`)) };
}

function parseParameter(value: unknown, path: string): ParameterValue {
  const { type, parameter_name: name, text, payload, currency, date_time: dateTime } = fieldsOf(value, path);
  if (name !== undefined) throw new WireFault('parameter-format', `${path}.parameter_name: templates here have numbered places, {{1}}. Leave the name out and keep the order.`, `${path}.parameter_name`);
  switch (type) {
    case 'text':
      return { kind: type, text: textAt(text, `${path}.text`) };
    case 'payload':
      return { kind: type, text: textAt(payload, `${path}.payload`) };
    case 'currency':
      return { kind: type, text: textAt(fieldsOf(currency, `${path}.currency`)['fallback_value'], `${path}.currency.fallback_value`) };
    case 'date_time':
      return { kind: type, text: textAt(fieldsOf(dateTime, `${path}.date_time`)['fallback_value'], `${path}.date_time.fallback_value`) };
    default:
      if (typeof type === 'string' && mediaKinds.includes(type)) throw new WireFault('unsupported-type', `${path}: media in templates is not carried yet.`, path);
      throw faultAt('parameter-format', `${path}.type`, 'must be one of text, currency, date_time, payload.');
  }
}

function textAt(value: unknown, path: string): string {
  if (value === undefined || value === '') throw missing(path, 'is missing or empty.');
  if (typeof value !== 'string' || !isStorable(value)) throw invalid(path, 'must be text in well-formed Unicode.');
  return value;
}

/** Finds the template and checks that the request fills its places. Throws WireFault. */
export function fillTemplate(request: TemplateRequest, templates: readonly Template[]): FilledTemplate {
  const template = findTemplate(request, templates);
  const left = [...request.components];
  const components = template.parameters.map((shape) => {
    const at = left.findIndex(({ component }) => component === shape.component);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return { component: shape.component, values: fit(found?.values ?? [], shape) };
  });
  const surplus = left.find(({ values }) => values.length > 0);
  if (surplus !== undefined) fit(surplus.values, { component: surplus.component, kinds: [] });
  const { length } = renderBody(template.body, components);
  if (length > maxRenderedCharacters) throw new WireFault('template-too-long', `The text with its parameters has ${length} characters; at most ${maxRenderedCharacters} fit.`, 'template.components');
  return { template, components };
}

function findTemplate({ name, language }: TemplateRequest, templates: readonly Template[]): Template {
  const named = templates.filter((template) => template.name === name);
  const template = named.find((one) => one.language === language);
  if (template === undefined) {
    const languages = named.map((one) => one.language).join(', ');
    const hint = languages === '' ? 'Publish it first, or check the spelling.' : `It exists in ${languages}.`;
    throw new WireFault('template-unknown', `template name (${name}) does not exist in ${language}. ${hint}`, named.length > 0 ? 'template.language.code' : 'template.name');
  }
  switch (template.status) {
    case 'approved':
      return template;
    case 'paused':
      throw new WireFault('template-paused', `template name (${name}) in ${language} is paused. Wait until it is approved again, or use another.`, 'template.name');
    case 'disabled':
      throw new WireFault('template-disabled', `template name (${name}) in ${language} is disabled. Use another.`, 'template.name');
    case 'pending':
    case 'rejected':
      throw new WireFault('template-unknown', `template name (${name}) in ${language} is ${template.status}, not approved.`, 'template.name');
    default:
      return template.status satisfies never;
  }
}

function fit(values: readonly ParameterValue[], shape: ParameterShape): readonly ParameterValue[] {
  if (values.length !== shape.kinds.length) {
    throw new WireFault('parameter-count', `${shape.component}: number of localizable_params (${values.length}) does not match the expected number of params (${shape.kinds.length})`, 'template.components');
  }
  values.forEach(({ kind }, i) => {
    if (kind !== shape.kinds[i]) throw new WireFault('parameter-format', `${shape.component}: parameter ${i + 1} must be of type ${shape.kinds[i]}, not ${kind}.`, 'template.components');
  });
  return values;
}

/** What the contact will read: the approved text with the body's values in their places. */
export function renderBody(body: string, components: readonly ComponentRequest[]): string {
  const values = components.find(({ component }) => component === 'body')?.values ?? [];
  return body.replace(/\{\{\s*(\d+)\s*\}\}/g, (place, n: string) => values[Number(n) - 1]?.text ?? place);
}

/** What the platform is told of the values: how many and of which kinds. */
export function shapesOf({ components }: FilledTemplate): readonly ParameterShape[] {
  return components.map(({ component, values }) => ({ component, kinds: values.map(({ kind }) => kind) }));
}

function missing(field: string, what = 'is missing.'): WireFault {
  return faultAt('missing-parameter', field, what);
}

function invalid(field: string, what: string): WireFault {
  return faultAt('invalid-parameter', field, what);
}
