import { interactiveLimits as limits, type ListRow, type ListSection, type ReplyButton } from '@parley/sdk';
import { faultAt } from '../fault.js';
import { fieldsOf } from '../fields.js';
import { given, invalid, labelAt, listAt, missing } from '../values.js';
import { parseMedium, type MediumRef } from './media.js';

export type HeaderRequest = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'image' | 'video' | 'document'; readonly medium: MediumRef };

/** What can be tapped on. */
export type ActionRequest =
  | { readonly kind: 'button'; readonly buttons: readonly ReplyButton[] }
  | { readonly kind: 'list'; readonly button: string; readonly sections: readonly ListSection[] }
  | { readonly kind: 'cta_url'; readonly button: string; readonly url: string };

export interface InteractiveRequest {
  readonly type: 'interactive';
  readonly header: HeaderRequest | null;
  readonly body: string;
  readonly footer: string | null;
  readonly action: ActionRequest;
}

const kinds = ['button', 'list', 'cta_url'] as const;
/** Known on the wire, and not carried here. */
const kindsElsewhere = ['product', 'product_list', 'catalog_message', 'flow', 'address_message', 'location_request_message', 'voice_call', 'carousel', 'call_permission_request'];
const headerKinds = ['text', 'image', 'video', 'document'] as const;

/** Reads `interactive`. Throws WireFault. */
export function parseInteractive(value: unknown): InteractiveRequest {
  if (value === undefined) throw missing('interactive', 'is missing: {"interactive": {"type": "button", "body": {"text": "…"}, "action": {…}}}.');
  const { type, header, body, footer, action } = fieldsOf(value, 'interactive');
  if (type === undefined) throw missing('interactive.type');
  if (typeof type === 'string' && kindsElsewhere.includes(type)) throw faultAt('unsupported-type', 'interactive.type', `"${type}" is not carried here. Send ${kinds.join(', ')}.`);
  const kind = kinds.find((one) => one === type);
  if (kind === undefined) throw invalid('interactive.type', `must be one of ${kinds.join(', ')}.`);
  if (body === undefined) throw missing('interactive.body', 'is missing: {"text": "…"}.');
  if (action === undefined) throw missing('interactive.action');
  return {
    type: 'interactive',
    header: parseHeader(header, kind),
    body: labelAt(fieldsOf(body, 'interactive.body')['text'], 'interactive.body.text', kind === 'list' ? limits.listBody : limits.body),
    footer: footer === undefined || footer === null ? null : labelAt(fieldsOf(footer, 'interactive.footer')['text'], 'interactive.footer.text', limits.footer),
    action: parseAction(kind, fieldsOf(action, 'interactive.action')),
  };
}

function parseHeader(value: unknown, kind: (typeof kinds)[number]): HeaderRequest | null {
  if (value === undefined || value === null) return null;
  const { type, text, ...media } = fieldsOf(value, 'interactive.header');
  const known = headerKinds.find((one) => one === type);
  if (known === undefined || (kind === 'list' && known !== 'text')) throw invalid('interactive.header.type', kind === 'list' ? 'must be "text" in a list.' : `must be one of ${headerKinds.join(', ')}.`);
  if (known === 'text') return { kind: known, text: labelAt(text, 'interactive.header.text', limits.header) };
  if (media[known] === undefined) throw missing(`interactive.header.${known}`, 'is missing: {"id": "…"} or {"link": "https://…"}.');
  return { kind: known, medium: parseMedium(known, media[known], `interactive.header.${known}`) };
}

function parseAction(kind: (typeof kinds)[number], action: Readonly<Record<string, unknown>>): ActionRequest {
  switch (kind) {
    case 'button':
      return { kind, buttons: parseButtons(action['buttons']) };
    case 'list':
      return { kind, button: labelAt(action['button'], 'interactive.action.button', limits.buttonTitle), sections: parseSections(action['sections']) };
    case 'cta_url':
      return { kind, ...parseCta(action) };
    default:
      return kind satisfies never;
  }
}

function parseButtons(value: unknown): readonly ReplyButton[] {
  const buttons = listAt(value, 'interactive.action.buttons', limits.buttons).map((one, i) => {
    const path = `interactive.action.buttons[${i}]`;
    const { type = 'reply', reply } = fieldsOf(one, path);
    if (type !== 'reply') throw invalid(`${path}.type`, 'must be "reply".');
    if (reply === undefined) throw missing(`${path}.reply`, 'is missing: {"id": "…", "title": "…"}.');
    const { id, title } = fieldsOf(reply, `${path}.reply`);
    return { id: labelAt(id, `${path}.reply.id`, limits.buttonId), title: labelAt(title, `${path}.reply.title`, limits.buttonTitle) };
  });
  checkDistinct(buttons.map(({ id }) => id), 'interactive.action.buttons', 'ids');
  checkDistinct(buttons.map(({ title }) => title), 'interactive.action.buttons', 'titles');
  return buttons;
}

function parseSections(value: unknown): readonly ListSection[] {
  const given = listAt(value, 'interactive.action.sections', limits.sections);
  const sections = given.map((one, i) => parseSection(one, `interactive.action.sections[${i}]`, given.length > 1));
  const rows = sections.flatMap((section) => section.rows);
  if (rows.length > limits.rows) throw faultAt('invalid-value', 'interactive.action.sections', `have ${rows.length} rows together; at most ${limits.rows} are allowed.`);
  checkDistinct(rows.map(({ id }) => id), 'interactive.action.sections', 'ids of rows');
  return sections;
}

function parseSection(value: unknown, path: string, needsTitle: boolean): ListSection {
  const { title, rows } = fieldsOf(value, path);
  const isTitled = needsTitle || (title !== undefined && title !== '');
  return {
    ...(isTitled ? { title: labelAt(title, `${path}.title`, limits.sectionTitle) } : {}),
    rows: listAt(rows, `${path}.rows`, limits.rows).map((row, i) => parseRow(row, `${path}.rows[${i}]`)),
  };
}

function parseRow(value: unknown, path: string): ListRow {
  const { id, title, description } = fieldsOf(value, path);
  const words = description === undefined || description === '' ? null : labelAt(description, `${path}.description`, limits.rowDescription);
  return { id: labelAt(id, `${path}.id`, limits.rowId), title: labelAt(title, `${path}.title`, limits.rowTitle), ...given('description', words) };
}

function parseCta({ name = 'cta_url', parameters }: Readonly<Record<string, unknown>>) {
  if (name !== 'cta_url') throw invalid('interactive.action.name', 'must be "cta_url".');
  if (parameters === undefined) throw missing('interactive.action.parameters', 'is missing: {"display_text": "…", "url": "https://…"}.');
  const { display_text: text, url } = fieldsOf(parameters, 'interactive.action.parameters');
  const address = labelAt(url, 'interactive.action.parameters.url', limits.url);
  if (!/^https?:\/\/\S+$/.test(address)) throw faultAt('invalid-value', 'interactive.action.parameters.url', 'must be a URL that begins with https:// or http://.');
  return { button: labelAt(text, 'interactive.action.parameters.display_text', limits.buttonTitle), url: address };
}

function checkDistinct(values: readonly string[], field: string, what: string): void {
  if (new Set(values).size < values.length) throw faultAt('invalid-value', field, `must have ${what} of their own each: who answers could not be told apart.`);
}
