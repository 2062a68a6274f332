import { formed, line, list, malformed, maybe } from '../fields.js';
import { checkFile, type AttachedFile } from './media.js';
import { maxTextLength } from './text.js';

/** One value for one place of a template: its kind on the wire, and the text that is shown; of a picture, a video or a document the file. */
export type TemplateValue = { readonly kind: string; readonly text: string; readonly file?: AttachedFile };

/** The values of one component of a template, in the order of their places; a component that takes none may be left out. */
export type TemplateParameters = { readonly component: string; readonly values: readonly TemplateValue[] };

/** An approved template and the values for its places. The receiver fetches the text by its hash and fills it in. */
export type TemplateContent = {
  readonly type: 'template';
  readonly name: string;
  readonly language: string;
  readonly version: number;
  readonly hash: string;
  readonly parameters: readonly TemplateParameters[];
};

const maxParameters = 64;

export function checkTemplate({ name, language, version, hash, parameters }: TemplateContent): TemplateContent {
  if (!Number.isSafeInteger(version)) throw malformed('version is a whole number');
  return {
    type: 'template',
    name: line(name, 'name', 1, 512),
    language: line(language, 'language', 1, 32),
    version,
    hash: formed(hash, 'hash', /^[0-9a-f]{64}$/, '64 hex digits'),
    parameters: list(parameters, 'parameters', 0, maxParameters).map(({ component, values }) => ({
      component: line(component, 'component', 1, 32),
      values: list(values, 'values', 0, maxParameters).map(checkValue),
    })),
  };
}

function checkValue({ kind, text, file }: TemplateValue): TemplateValue {
  return { kind: line(kind, 'kind', 1, 32), text: line(text, 'text', 0, maxTextLength), ...maybe('file', file, (one) => checkFile(one, 'file')) };
}
