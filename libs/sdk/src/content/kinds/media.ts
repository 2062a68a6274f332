import { fromBase64, maxAttachmentBytes } from '@parley/crypto';
import { formed, line, malformed, maybe, object, whole } from '../fields.js';
import { checkSaid, type Said } from './said.js';

/**
 * A file that lies sealed with the platform, and all that is needed to fetch, open and check it. Whoever is told this can read the file; the
 * platform, which has only the ciphertext, cannot.
 */
export type AttachedFile = {
  readonly attachmentId: string;
  /** 32 bytes in base64: the file's own key. */
  readonly key: string;
  /** SHA-512 of the sealed file, 64 bytes in base64. */
  readonly hash: string;
  /** Bytes of the plain file. */
  readonly length: number;
  /** What the sender says it is, such as `image/jpeg`; unproven. */
  readonly mimeType: string;
  /** SHA-256 of the plain file, 64 hex digits. */
  readonly sha256: string;
  /** A name without a path. */
  readonly filename?: string;
};

export const mediaTypes = ['image', 'video', 'audio', 'document', 'sticker'] as const;
export type MediaType = (typeof mediaTypes)[number];

export type ImageContent = Said & { readonly type: 'image'; readonly file: AttachedFile; readonly caption?: string };
export type VideoContent = Said & { readonly type: 'video'; readonly file: AttachedFile; readonly caption?: string };
/** The name that a document is shown under is its file's. */
export type DocumentContent = Said & { readonly type: 'document'; readonly file: AttachedFile; readonly caption?: string };
/** `voice`: spoken into the device just now, and shown so. */
export type AudioContent = Said & { readonly type: 'audio'; readonly file: AttachedFile; readonly voice?: true };
export type StickerContent = Said & { readonly type: 'sticker'; readonly file: AttachedFile; readonly animated?: true };

/** A file that is shown: a picture, a video, a sound, a document, a sticker. */
export type MediaContent = ImageContent | VideoContent | DocumentContent | AudioContent | StickerContent;

/** The Cloud API's limit of `caption` (its references of image, video and document messages). */
export const maxCaptionLength = 1024;
/** What real clients of the Cloud API let through as `document.filename`. */
export const maxFilenameLength = 240;

export function checkMedia(content: MediaContent): MediaContent {
  const { type } = content;
  const common = { file: checkFile(content.file, 'file'), ...checkSaid(content) };
  switch (type) {
    case 'image':
    case 'video':
    case 'document':
      return { type, ...common, ...maybe('caption', content.caption, (caption) => line(caption, 'caption', 1, maxCaptionLength)) };
    case 'audio':
      return { type, ...common, ...maybe('voice', content.voice, (voice) => only(voice, 'voice')) };
    case 'sticker':
      return { type, ...common, ...maybe('animated', content.animated, (animated) => only(animated, 'animated')) };
    default:
      return type satisfies never;
  }
}

export function checkFile(file: AttachedFile, field: string): AttachedFile {
  const { attachmentId, key, hash, length, mimeType, sha256, filename } = object(file, field);
  return {
    attachmentId: formed(attachmentId, `${field}.attachmentId`, /^[A-Za-z0-9_-]{1,128}$/, 'an id of letters, digits, _ and -'),
    key: bytes(key, `${field}.key`, 32),
    hash: bytes(hash, `${field}.hash`, 64),
    length: whole(length, `${field}.length`, 0, maxAttachmentBytes),
    mimeType: line(formed(mimeType, `${field}.mimeType`, /^[\w.+-]+\/[\w.+-]+(;[ -~]*)?$/, 'a media type such as image/jpeg'), `${field}.mimeType`, 3, 128),
    sha256: formed(sha256, `${field}.sha256`, /^[0-9a-f]{64}$/, '64 hex digits'),
    ...maybe('filename', filename, (name) => checkFilename(name, `${field}.filename`)),
  };
}

// A path in it would let a sender choose where a careless receiver writes.
function checkFilename(name: string, field: string): string {
  return line(formed(name, field, /^[^/\\\p{Cc}]+$/u, 'a name without a path'), field, 1, maxFilenameLength);
}

function bytes(value: string, field: string, count: number): string {
  if (typeof value !== 'string' || fromBase64(value)?.length !== count) throw malformed(`${field} is ${count} bytes in base64`);
  return value;
}

function only(value: true, field: string): true {
  if (value !== true) throw malformed(`${field} is true, or left out`);
  return value;
}
