import { line } from '../fields.js';
import { checkSaid, type Said } from './said.js';

/** Words typed by a person or a program. 1 to 4,096 characters. */
export type TextContent = Said & { readonly type: 'text'; readonly body: string };

/** Longest text of a message or of one value, in UTF-16 code units. The Cloud API's limit of `text.body`. */
export const maxTextLength = 4096;

export function checkText({ body, ...said }: TextContent): TextContent {
  return { type: 'text', body: line(body, 'body', 1, maxTextLength), ...checkSaid(said) };
}
