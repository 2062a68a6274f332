import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import { fieldsOf, wholeBody } from '../wire/fields.js';
import { WireFault } from '../wire/fault.js';

const maxBytes = 256 * 1024; // The longest text with the longest template is far below.

type Incoming = IncomingMessage & { readonly body?: unknown };

/** The request's JSON body, whatever its Content-Type says. Throws WireFault. */
export async function readBody(request: Incoming): Promise<unknown> {
  if (request.body !== undefined) return request.body; // The process's own parser was here first.
  return parsed(await readText(request));
}

/** As `readBody`, where a request without a body says as much as an empty object. */
export async function readFields(request: Incoming): Promise<Readonly<Record<string, unknown>>> {
  if (request.body !== undefined) return fieldsOf(request.body, wholeBody);
  const text = await readText(request);
  return text === '' ? {} : fieldsOf(parsed(text), wholeBody);
}

/** Where a request was sent to, without its query, as the client wrote it: for links to further pages. */
export function addressOf(request: Request): string {
  return `${request.protocol}://${request.headers.host ?? 'localhost'}${request.path}`;
}

async function readText(request: Incoming): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) throw new WireFault('invalid-parameter', `The body must have at most ${maxBytes} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WireFault('invalid-parameter', 'The body must be JSON. Check quotes, commas and the encoding (UTF-8).');
  }
}
