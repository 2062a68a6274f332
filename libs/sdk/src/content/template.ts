import { templateHash, type TemplateText } from '@parley/crypto';
import type { TemplateContent, TemplateParameters } from './kinds/template.js';
import { ContentError } from './error.js';

/** The approved text with the values of the component `body` in its places {{1}}, {{2}}, … Throws ContentError 'parameters_mismatch'. */
export function renderTemplate(body: string, parameters: readonly TemplateParameters[]): string {
  const values = parameters.find(({ component }) => component === 'body')?.values ?? [];
  const filled = new Set<number>();
  const text = body.replace(/\{\{\s*(\d+)\s*\}\}/g, (_place, digits: string) => {
    const value = values[Number(digits) - 1];
    if (value === undefined) throw new ContentError('parameters_mismatch', `the template's place ${digits} has no value`);
    filled.add(Number(digits));
    return value.text;
  });
  if (filled.size !== values.length) throw new ContentError('parameters_mismatch', `${values.length} values for ${filled.size} places`);
  return text;
}

/**
 * Checks that `text` is what the sender filled in: by its hash, which covers text, version and category, and by the category
 * the message was sent (and will be billed) under. Throws ContentError 'template_mismatch'.
 */
export function checkTemplateText(content: TemplateContent, category: string | null, text: TemplateText): void {
  if (templateHash(text) !== content.hash) throw mismatch('the text does not have the hash that was sealed');
  if (text.name !== content.name || text.language !== content.language || text.version !== content.version) {
    throw mismatch('name, language or version are not those of the text');
  }
  if (text.category !== category) throw mismatch(`a template of category ${text.category} was sent as ${category ?? 'none'}`);
}

function mismatch(message: string): ContentError {
  return new ContentError('template_mismatch', message);
}
