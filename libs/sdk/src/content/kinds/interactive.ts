import { formed, line, list, malformed, maybe, object, oneOf } from '../fields.js';
import { checkFile, type AttachedFile } from './media.js';
import { checkSaid, type Said } from './said.js';

/** Words above the message, or a file. */
export type InteractiveHeader =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'video' | 'document'; readonly file: AttachedFile };

export type ReplyButton = { readonly id: string; readonly title: string };
export type ListRow = { readonly id: string; readonly title: string; readonly description?: string };
export type ListSection = { readonly title?: string; readonly rows: readonly ListRow[] };

type Framed = Said & { readonly type: 'interactive'; readonly header?: InteractiveHeader; readonly body: string; readonly footer?: string };
/** Up to three answers to tap on. */
export type ButtonsContent = Framed & { readonly kind: 'button'; readonly buttons: readonly ReplyButton[] };
/** A list that `button` opens, of up to ten answers. */
export type ListContent = Framed & { readonly kind: 'list'; readonly button: string; readonly sections: readonly ListSection[] };
/** A button that opens a page. */
export type CtaUrlContent = Framed & { readonly kind: 'cta_url'; readonly button: string; readonly url: string };

/** A message with something to tap on. */
export type InteractiveContent = ButtonsContent | ListContent | CtaUrlContent;

/** The Cloud API's limits: its references of interactive reply buttons, list and call-to-action messages. */
export const interactiveLimits = {
  header: 60,
  /** Of a list 4,096. */
  body: 1024,
  listBody: 4096,
  footer: 60,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  sections: 10,
  /** Of all sections together. */
  rows: 10,
  sectionTitle: 24,
  rowId: 200,
  rowTitle: 24,
  rowDescription: 72,
  url: 2000,
} as const;

const limits = interactiveLimits;

export function checkInteractive(content: InteractiveContent): InteractiveContent {
  const { kind, header, body, footer } = content;
  const common = {
    type: 'interactive',
    ...maybe('header', header, checkHeader),
    body: line(body, 'body', 1, kind === 'list' ? limits.listBody : limits.body),
    ...maybe('footer', footer, (text) => line(text, 'footer', 1, limits.footer)),
    ...checkSaid(content),
  } as const;
  switch (kind) {
    case 'button':
      return { ...common, kind, buttons: distinct(list(content.buttons, 'buttons', 1, limits.buttons).map(checkButton), 'buttons') };
    case 'list':
      return { ...common, kind, button: line(content.button, 'button', 1, limits.buttonTitle), sections: checkSections(content.sections) };
    case 'cta_url':
      return { ...common, kind, button: line(content.button, 'button', 1, limits.buttonTitle), url: checkUrl(content.url) };
    default:
      throw malformed(`kind is one of button, list, cta_url, not ${String(kind satisfies never).slice(0, 20)}`);
  }
}

function checkHeader(header: InteractiveHeader): InteractiveHeader {
  const kind = oneOf(object(header, 'header').kind, 'header.kind', ['text', 'image', 'video', 'document']);
  if (kind === 'text') return { kind, text: line((header as { readonly text: string }).text, 'header.text', 1, limits.header) };
  return { kind, file: checkFile((header as { readonly file: AttachedFile }).file, 'header.file') };
}

function checkButton({ id, title }: ReplyButton): ReplyButton {
  return { id: line(id, 'buttons.id', 1, limits.buttonId), title: line(title, 'buttons.title', 1, limits.buttonTitle) };
}

function checkSections(sections: readonly ListSection[]): readonly ListSection[] {
  const checked = list(sections, 'sections', 1, limits.sections).map(({ title, rows }): ListSection => ({
    ...maybe('title', title, (text) => line(text, 'sections.title', 1, limits.sectionTitle)),
    rows: list(rows, 'sections.rows', 1, limits.rows).map(checkRow),
  }));
  const rows = distinct(checked.flatMap((section) => section.rows), 'sections.rows');
  if (rows.length > limits.rows) throw malformed(`sections have at most ${limits.rows} rows together`);
  if (checked.length > 1 && checked.some(({ title }) => title === undefined)) throw malformed('sections have a title each where there are several');
  return checked;
}

function checkRow({ id, title, description }: ListRow): ListRow {
  return {
    id: line(id, 'rows.id', 1, limits.rowId),
    title: line(title, 'rows.title', 1, limits.rowTitle),
    ...maybe('description', description, (text) => line(text, 'rows.description', 1, limits.rowDescription)),
  };
}

// Who answers says only the id: two of one id could not be told apart.
function distinct<T extends { readonly id: string }>(items: readonly T[], field: string): readonly T[] {
  if (new Set(items.map(({ id }) => id)).size < items.length) throw malformed(`${field} have an id of their own each`);
  return items;
}

function checkUrl(url: string): string {
  return line(formed(url, 'url', /^https?:\/\/[^\s]+$/, 'a web address that begins with https:// or http://'), 'url', 8, limits.url);
}
