import { mediaTypes, type MediaType } from '@parley/sdk';

const MB = 1024 * 1024;

interface Rule {
  readonly mimeTypes: readonly string[];
  readonly mostBytes: number;
}

const images = ['image/jpeg', 'image/png'];
const videos = ['video/mp4', 'video/3gpp'];
const sounds = ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/opus'];
const papers = [
  'text/plain',
  'application/pdf',
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
];

/** The wire's supported types and sizes (its reference of media). Any of the others may be sent as a document, as they are. */
export const rules: { readonly [type in MediaType]: Rule } = {
  image: { mimeTypes: images, mostBytes: 5 * MB },
  video: { mimeTypes: videos, mostBytes: 16 * MB },
  audio: { mimeTypes: sounds, mostBytes: 16 * MB },
  document: { mimeTypes: [...papers, ...images, ...videos, ...sounds], mostBytes: 100 * MB },
  sticker: { mimeTypes: ['image/webp'], mostBytes: 500 * 1024 },
};
const stillStickerBytes = 100 * 1024;

/** Every type that may be uploaded. */
export const mimeTypes: readonly string[] = [...new Set(Object.values(rules).flatMap((rule) => rule.mimeTypes))];
export const mostBytesOfAny = rules.document.mostBytes;

/** The type as the lists have it: without parameters, in lower case, and 3gp as most spell it. */
export function plainType(mimeType: string): string {
  const plain = mimeType.split(';', 1)[0]!.trim().toLowerCase();
  return plain === 'video/3gp' ? 'video/3gpp' : plain === 'image/jpg' ? 'image/jpeg' : plain;
}

/** How many bytes a file of this type may have; null where the type may not be uploaded. */
export function mostBytesOf(mimeType: string): number | null {
  const plain = plainType(mimeType);
  const own = mediaTypes.filter((type) => type !== 'document').find((type) => rules[type].mimeTypes.includes(plain));
  if (own !== undefined) return rules[own].mostBytes;
  return rules.document.mimeTypes.includes(plain) ? rules.document.mostBytes : null;
}

/** Why a file cannot be sent as this type; null where it can. */
export function misfit(type: MediaType, { mimeType, length, isAnimated }: { readonly mimeType: string; readonly length: number; readonly isAnimated: boolean }): string | null {
  const rule = rules[type];
  if (!rule.mimeTypes.includes(plainType(mimeType))) return `is of type ${plainType(mimeType)}; ${type} takes ${rule.mimeTypes.join(', ')}.`;
  const most = type === 'sticker' && !isAnimated ? stillStickerBytes : rule.mostBytes;
  return length > most ? `has ${length} bytes; ${type === 'sticker' && !isAnimated ? 'a sticker that does not move' : type} has at most ${most}.` : null;
}

/** Whether a file that begins so is a WebP picture that moves: bit 1 of the flags in its first chunk, VP8X (Google's container specification). */
export function movesAsWebp(head: Uint8Array): boolean {
  const letters = (at: number, count: number) => String.fromCharCode(...head.subarray(at, at + count));
  return head.length > 20 && letters(0, 4) === 'RIFF' && letters(8, 8) === 'WEBPVP8X' && (head[20]! & 2) !== 0;
}
