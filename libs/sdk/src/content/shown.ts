import type { Content } from './content.js';
import { degreeE7 } from './kinds/location.js';
import type { TemplateContent } from './kinds/template.js';

/**
 * A short plain description of a content, for a list of messages and for ends that show text alone. What a person wrote stands as it was
 * written; what is no text is named in square brackets. A template has to be filled in first (`renderTemplate`).
 */
export function shownText(content: Exclude<Content, TemplateContent>): string {
  switch (content.type) {
    case 'text':
      return content.body;
    case 'image':
    case 'video':
      return joined(`[${content.type}]`, content.caption);
    case 'audio':
      return content.voice ? '[voice message]' : '[audio]';
    case 'sticker':
      return '[sticker]';
    case 'document':
      return joined('[document]', content.file.filename, content.caption);
    case 'location':
      return joined('[location]', content.name, content.address, `${degrees(content.latitudeE7)}, ${degrees(content.longitudeE7)}`);
    case 'contacts':
      return joined('[contact]', content.contacts.map(({ name }) => name.formattedName).join(', '));
    case 'reaction':
      return content.emoji === '' ? '[reaction taken back]' : joined('[reaction]', content.emoji);
    case 'interactive':
      return [headerText(content.header), content.body, content.footer, ...choices(content)].filter((text) => text !== undefined).join('\n');
    case 'button_reply':
    case 'list_reply':
      return content.title;
    case 'template_reply':
      return content.text;
    default:
      return content satisfies never;
  }
}

type Interactive = Extract<Content, { type: 'interactive' }>;

function headerText(header: Interactive['header']): string | undefined {
  if (header === undefined) return undefined;
  return header.kind === 'text' ? header.text : joined(`[${header.kind}]`, header.file.filename);
}

function choices(content: Interactive): readonly string[] {
  switch (content.kind) {
    case 'button':
      return content.buttons.map(({ title }) => `• ${title}`);
    case 'list':
      return content.sections.flatMap(({ rows }) => rows.map(({ title, description }) => `• ${title}${description === undefined ? '' : `: ${description}`}`));
    case 'cta_url':
      return [`• ${content.button}: ${content.url}`];
    default:
      return content satisfies never;
  }
}

/** Degrees with as many digits as they have, never as 1e-7. */
function degrees(e7: number): string {
  return (e7 / degreeE7).toFixed(7).replace(/\.?0+$/, '');
}

function joined(name: string, ...said: readonly (string | undefined)[]): string {
  const words = said.filter((text) => text !== undefined && text !== '').join(', ');
  return words === '' ? name : `${name} ${words}`;
}
