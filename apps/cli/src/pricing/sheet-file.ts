import { readFileSync } from 'node:fs';
import { Failure } from '../terminal/failure.js';

const mostBytes = 4_000_000;

/** First bytes of files that hold a table and are none. */
const forms: readonly (readonly [begin: string, form: string])[] = [
  ['504b0304', 'a spreadsheet (xlsx, ods)'],
  ['d0cf11e0', 'a spreadsheet (xls)'],
  ['25504446', 'a PDF'],
];

/** The text of a sheet, be it UTF-8 or a spreadsheet's "Unicode text" (UTF-16). Throws Failure: it cannot be read, or is not text. */
export function sheetText(path: string): string {
  const bytes = bytesOf(path);
  const begin = bytes.subarray(0, 4).toString('hex');
  const form = forms.find(([known]) => begin.startsWith(known))?.[1];
  if (form !== undefined) throw new Failure(`${path} is ${form}, not a text.`, 'open it, and save the sheet as "CSV UTF-8".', 2);
  if (bytes.length > mostBytes) throw new Failure(`${path} has ${bytes.length} bytes; a rate card has some thousand.`, 'see that it is the right file.', 2);
  const encoding = begin.startsWith('fffe') ? 'utf-16le' : begin.startsWith('feff') ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes); // What is in no such encoding comes out as U+FFFD, which the reader refuses where it stands.
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`, 'give the path of a rate card as CSV.', 2, { cause: error });
  }
}
