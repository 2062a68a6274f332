import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import busboy from 'busboy';
import { missing } from '../wire/values.js';
import { WireFault } from '../wire/fault.js';

/** A form with one file, as far as it has come: fields may stand before the file or behind it. */
export interface FormFile {
  /** As the file's own part says. */
  readonly mimeType: string;
  readonly filename: string | null;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** All fields of the form, once the pieces were read to their end. */
  readonly fields: () => Promise<ReadonlyMap<string, string>>;
  /** Lets the rest of the request go by unread: it is refused. */
  readonly discard: () => void;
  /** The fields that stood before the file. */
  readonly early: ReadonlyMap<string, string>;
}

const limits = { fields: 16, fieldSize: 4_096, fieldNameSize: 64, files: 1, parts: 20, headerPairs: 50 } as const;

/** Reads a multipart form up to its file; the file's bytes are read as they are asked for. Throws WireFault. */
export async function readForm(request: IncomingMessage): Promise<FormFile> {
  const form = parserOf(request);
  const fields = new Map<string, string>();
  form.on('field', (name, value) => fields.set(name, value));
  const end = endOf(form, request);
  end.catch(() => undefined); // Whoever waits for the form is told; nobody may have to.
  const arrived = once(form, 'file').then(([name, stream, info]) => ({ name: name as string, stream: stream as Readable, info: info as busboy.FileInfo }));
  arrived.catch(() => undefined);
  request.pipe(form);
  const discard = () => {
    request.unpipe(form);
    request.resume();
  };
  const file = await Promise.race([arrived, end.then(() => null)]);
  if (file?.name !== 'file') discard();
  if (file?.name !== 'file') throw missing('file', 'is missing: the form needs a part with the bytes and a filename.');
  const held = file.stream.pipe(new PassThrough());
  file.stream.on('error', (error) => held.destroy(error));
  end.catch((error: Error) => held.destroy(error));
  const { mimeType, filename } = file.info;
  const name = (filename ?? '').split(/[/\\]/).at(-1)!.replaceAll(/\p{Cc}/gu, '').slice(0, 240);
  return { mimeType, filename: name === '' ? null : name, pieces: held, early: new Map(fields), discard, fields: () => end.then(() => fields) };
}

function parserOf(request: IncomingMessage): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits, defParamCharset: 'utf8' });
  } catch {
    throw new WireFault('invalid-parameter', 'The body must be a form, multipart/form-data, with the fields messaging_product, type and file.');
  }
}

/** Resolves at the form's end. Rejects with WireFault where it breaks off, or is no form. */
async function endOf(form: busboy.Busboy, request: IncomingMessage): Promise<void> {
  const broken = new WireFault('invalid-parameter', 'The form ended before all of it was there. Send the file again.');
  request.once('aborted', () => form.destroy(broken));
  await finished(form).catch((error: unknown) => {
    throw error instanceof WireFault ? error : broken;
  });
}
