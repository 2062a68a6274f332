import type { Message, ParameterShape, RefusalReason } from '@parley/contracts';
import type { Catalog, Template } from '../catalog/catalog.js';
import { findTemplate } from '../catalog/lookups.js';
import { mismatch } from './parameters.js';

/** A template that may be used for a message, or why it may not. */
export type TemplateVerdict =
  | { readonly kind: 'usable'; readonly template: Template }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string };

/**
 * Looks up the very version that a message was made from. It has to exist with the same content, to be approved, and to take these parameters; and
 * the newest version has to be approved too, since an edit under review, a pause or a ban is meant for the template as a whole.
 */
export function judgeTemplate(message: Message, parameters: readonly ParameterShape[], catalog: Catalog): TemplateVerdict {
  if (message.template === null) return refused('template_unknown', 'The request says it is a template and names none.');
  const { name, language, version, hash } = message.template;
  const known = findTemplate(catalog, message.businessId, name, language);
  if (known === null) return refused('template_unknown', `There is no template "${name}" in ${language}.`);
  const template = known.versions[version];
  if (template === undefined) return refused('template_unknown', `Template "${name}" in ${language} has no version ${version}; the newest is ${known.newest}.`);
  if (template.hash !== hash) return refused('template_unknown', `Version ${version} of template "${name}" in ${language} has other content than the request was made from.`);
  for (const needed of [template, known.versions[known.newest] ?? template]) {
    if (needed.status !== 'approved') return refused('template_not_approved', `Version ${needed.version} of template "${name}" in ${language} is ${needed.status}.`);
  }
  const difference = mismatch(parameters, template.parameters);
  return difference === null ? { kind: 'usable', template } : refused('parameters_mismatch', difference);
}

function refused(reason: RefusalReason, detail: string): TemplateVerdict {
  // A template's name may be as long as the sentence is allowed to be.
  return { kind: 'refused', reason, detail: detail.slice(0, 512) };
}
