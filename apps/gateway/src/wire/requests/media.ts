import { maxCaptionLength, maxFilenameLength, type MediaType } from '@parley/sdk';
import { fieldsOf } from '../fields.js';
import { invalid, missing, optionalTextAt, textAt } from '../values.js';

/** A file as the business's software names it: one that it uploaded before, or one that lies on the web. */
export interface MediumRef {
  readonly type: MediaType;
  readonly at: { readonly id: string } | { readonly link: string };
  /** The name that a document is shown under; null: its own. */
  readonly filename: string | null;
  /** Path in the request, for what is wrong with it. */
  readonly field: string;
}

export interface MediaRequest {
  readonly type: MediaType;
  readonly medium: MediumRef;
  readonly caption: string | null;
  /** Of audio: shown as spoken just now. */
  readonly voice: boolean;
}

const withCaption: readonly MediaType[] = ['image', 'video', 'document'];
const maxLinkCharacters = 2_048;

/** Reads `image`, `video`, `audio`, `document` or `sticker`. Throws WireFault. */
export function parseMedia(type: MediaType, value: unknown): MediaRequest {
  if (value === undefined) throw missing(type, `is missing: {"${type}": {"id": "…"}} or {"${type}": {"link": "https://…"}}.`);
  const { caption, voice } = fieldsOf(value, type);
  if (voice !== undefined && (type !== 'audio' || typeof voice !== 'boolean')) throw invalid(`${type}.voice`, 'must be true or false, and goes with audio alone.');
  if (caption !== undefined && !withCaption.includes(type)) throw invalid(`${type}.caption`, `goes with ${withCaption.join(', ')} alone.`);
  return { type, medium: parseMedium(type, value, type), caption: optionalTextAt(caption, `${type}.caption`, maxCaptionLength), voice: voice === true };
}

/** Reads which file is meant. Throws WireFault. */
export function parseMedium(type: MediaType, value: unknown, field: string): MediumRef {
  const { id, link, filename } = fieldsOf(value, field);
  if (id === undefined && link === undefined) throw missing(`${field}.id`, 'is missing: name an uploaded file by its id, or one on the web by its link.');
  if (id !== undefined && link !== undefined) throw invalid(`${field}.link`, 'and id name two files: leave one of them out.');
  if (filename !== undefined && type !== 'document') throw invalid(`${field}.filename`, 'goes with document alone.');
  return { type, at: id !== undefined ? { id: idAt(id, `${field}.id`) } : { link: linkAt(link, `${field}.link`) }, filename: filenameAt(filename, `${field}.filename`), field };
}

function idAt(value: unknown, field: string): string {
  return textAt(typeof value === 'number' ? String(value) : value, field, 64);
}

function linkAt(value: unknown, field: string): string {
  const link = textAt(value, field, maxLinkCharacters);
  if (!URL.canParse(link) || !/^https?:$/.test(new URL(link).protocol)) throw invalid(field, 'must be a URL that begins with https://.');
  return link;
}

function filenameAt(value: unknown, field: string): string | null {
  const name = optionalTextAt(value, field, maxFilenameLength);
  if (name !== null && /[/\\\p{Cc}]/u.test(name)) throw invalid(field, 'must be a name without a path.');
  return name;
}
