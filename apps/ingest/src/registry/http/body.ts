import type { IncomingMessage } from 'node:http';

/** The largest of our schemas has 6 KB. */
const maxBytes = 64 * 1024;

export type Body = { readonly kind: 'json'; readonly json: unknown } | { readonly kind: 'malformed' } | { readonly kind: 'too-large' };

/** The request's JSON body, whatever its Content-Type says: clients send the registry's own. */
export async function readBody(request: IncomingMessage & { readonly body?: unknown }): Promise<Body> {
  if (request.body !== undefined) return { kind: 'json', json: request.body };
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) return { kind: 'too-large' };
    chunks.push(chunk as Buffer);
  }
  try {
    return { kind: 'json', json: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
  } catch {
    return { kind: 'malformed' };
  }
}
