import { line, maybe } from '../fields.js';
import { interactiveLimits as limits } from './interactive.js';
import { checkSaid, type Said } from './said.js';

/** A tap on a button of a message; `replyTo` is that message. */
export type ButtonReplyContent = Said & { readonly type: 'button_reply'; readonly id: string; readonly title: string };
/** A tap on a row of a list; `replyTo` is the message with the list. */
export type ListReplyContent = Said & { readonly type: 'list_reply'; readonly id: string; readonly title: string; readonly description?: string };
/** A tap on a quick reply button of a template; `replyTo` is the template's message. */
export type TemplateReplyContent = Said & { readonly type: 'template_reply'; readonly payload: string; readonly text: string };

/** What a contact tapped on. */
export type ReplyContent = ButtonReplyContent | ListReplyContent | TemplateReplyContent;

/** The Cloud API's limits of a quick reply button's label and payload (its reference of templates). */
export const templateButtonLimits = { text: 25, payload: 1000 } as const;

export function checkReply(content: ReplyContent): ReplyContent {
  const { type } = content;
  switch (type) {
    case 'button_reply':
      return { type, id: line(content.id, 'id', 1, limits.buttonId), title: line(content.title, 'title', 1, limits.buttonTitle), ...checkSaid(content) };
    case 'list_reply':
      return {
        type,
        id: line(content.id, 'id', 1, limits.rowId),
        title: line(content.title, 'title', 1, limits.rowTitle),
        ...maybe('description', content.description, (text) => line(text, 'description', 1, limits.rowDescription)),
        ...checkSaid(content),
      };
    case 'template_reply':
      return { type, payload: line(content.payload, 'payload', 1, templateButtonLimits.payload), text: line(content.text, 'text', 1, templateButtonLimits.text), ...checkSaid(content) };
    default:
      return type satisfies never;
  }
}
