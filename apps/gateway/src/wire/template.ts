import type { Category, ParameterShape, TemplateStatus } from '@parley/contracts';
import { maxTextLength } from '@parley/sdk';
import { fieldsOf } from './fields.js';
import { faultAt, WireFault } from './fault.js';
import { parseMedium, type MediumRef } from './requests/media.js';
import { invalid, missing, numberAt, textAt } from './values.js';

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
  /** Of a header that is a picture, a video or a document: which; the text is empty then. */
  readonly medium?: MediumRef;
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
const mediaKinds = ['image', 'document', 'video'] as const;
/** What goes into a button of each sub type. */
const buttonKinds: Readonly<Record<string, string>> = { quick_reply: 'payload', url: 'text', copy_code: 'coupon_code' };
const parameterKinds = ['text', 'currency', 'date_time', 'payload', 'coupon_code', ...mediaKinds];

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
  const { type, sub_type: subType, index = 0, parameters = [] } = fieldsOf(value, path);
  const component = typeof type === 'string' ? type.toLowerCase() : '';
  if (!componentTypes.includes(component)) throw invalid(`${path}.type`, `must be one of ${componentTypes.join(', ')}.`);
  if (!/^\d{1,2}$/.test(String(index))) throw invalid(`${path}.index`, 'must be a number from 0.');
  if (!Array.isArray(parameters)) throw invalid(`${path}.parameters`, 'must be a list.');
  const values = inOrder(parameters.map((one, i) => parseParameter(one, `${path}.parameters[${i}]`)), `${path}.parameters`);
  if (component === 'button' && subType !== undefined) checkButton(subType, values, path);
  const misplaced = component === 'header' ? undefined : values.find(({ medium }) => medium !== undefined);
  if (misplaced !== undefined) throw faultAt('parameter-format', misplaced.medium!.field, 'is a file: those go into a header alone.');
  return { component, index: Number(index), values };
}

function checkButton(subType: unknown, values: readonly ParameterValue[], path: string): void {
  const kind = typeof subType === 'string' ? buttonKinds[subType.toLowerCase()] : undefined;
  if (kind === undefined) throw faultAt('unsupported-type', `${path}.sub_type`, `must be one of ${Object.keys(buttonKinds).join(', ')}: others are not carried.`);
  if (values.length !== 1 || values[0]!.kind !== kind) throw faultAt('parameter-format', `${path}.parameters`, `must be one of type ${kind}, for a button of sub type ${String(subType)}.`);
}

/** A template's places here have numbers: named by them, parameters may come in any order. */
function inOrder(named: readonly { readonly name: string | null; readonly value: ParameterValue }[], path: string): readonly ParameterValue[] {
  if (named.every(({ name }) => name === null)) return named.map(({ value }) => value);
  const sorted = named.toSorted((a, b) => Number(a.name) - Number(b.name));
  if (sorted.some(({ name }, i) => name !== String(i + 1))) {
    throw new WireFault('parameter-format', `${path}: templates here have numbered places, {{1}}, {{2}}. Name the parameters "1", "2" and so on, or leave parameter_name out and keep the order.`, path);
  }
  return sorted.map(({ value }) => value);
}

function parseParameter(value: unknown, path: string): { readonly name: string | null; readonly value: ParameterValue } {
  const fields = fieldsOf(value, path);
  const { parameter_name: name = null } = fields;
  if (name !== null && typeof name !== 'string') throw invalid(`${path}.parameter_name`, 'must be text.');
  return { name, value: parseValue(fields, path) };
}

function parseValue(fields: Readonly<Record<string, unknown>>, path: string): ParameterValue {
  const { type, text, payload, coupon_code: code, currency, date_time: dateTime } = fields;
  const words = (from: unknown, field: string) => textAt(from, `${path}.${field}`, maxTextLength);
  switch (type) {
    case 'text':
      return { kind: type, text: words(text, 'text') };
    case 'payload':
      return { kind: type, text: words(payload, 'payload') };
    case 'coupon_code':
      return { kind: type, text: words(code, 'coupon_code') };
    case 'currency':
      return { kind: type, text: words(currencyOf(currency, `${path}.currency`), 'currency.fallback_value') };
    case 'date_time':
      return { kind: type, text: words(fieldsOf(dateTime, `${path}.date_time`)['fallback_value'], 'date_time.fallback_value') };
    default: {
      const media = mediaKinds.find((one) => one === type);
      if (media === undefined) throw faultAt('parameter-format', `${path}.type`, `must be one of ${parameterKinds.join(', ')}.`);
      if (fields[media] === undefined) throw missing(`${path}.${media}`, 'is missing: {"id": "…"} or {"link": "https://…"}.');
      return { kind: media, text: '', medium: parseMedium(media, fields[media], `${path}.${media}`) };
    }
  }
}

/** The text that is shown: every end shows what the business wrote, also where it could format the amount itself. */
function currencyOf(value: unknown, path: string): unknown {
  const { fallback_value: fallback, code, amount_1000: amount } = fieldsOf(value, path);
  if (code !== undefined && (typeof code !== 'string' || !/^[A-Z]{3}$/.test(code))) throw faultAt('invalid-value', `${path}.code`, 'must be a currency such as EUR.');
  if (amount !== undefined && !Number.isSafeInteger(numberAt(amount, `${path}.amount_1000`, Number.MAX_SAFE_INTEGER))) throw faultAt('invalid-value', `${path}.amount_1000`, 'must be a whole number: the amount times 1,000.');
  return fallback;
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
