import type { IncomingMessage } from 'node:http';
import { WireFault } from '../wire/fault.js';

const maxBytes = 256 * 1024; // The longest text with the longest template is far below.

/** The request's JSON body, whatever its Content-Type says. Throws WireFault. */
export async function readBody(request: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  if (request.body !== undefined) return request.body; // The process's own parser was here first.
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) throw new WireFault('invalid-parameter', `The body must have at most ${maxBytes} bytes.`);
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new WireFault('invalid-parameter', 'The body must be JSON. Check quotes, commas and the encoding (UTF-8).');
  }
}
