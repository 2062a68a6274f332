import type { LogRecord } from '@parley/bus';
import { base64, Problem, read, text } from '@parley/service';
import { object, optional } from '@parley/service';
import type { Request } from 'express';
import { keyHeader, signatureHeader } from '../requests/authenticity.js';

/** The largest record that can be looked at: more than one that is too large, so that this can be told. */
const largestBytes = 131_072;

const header = optional(text({ min: 0, max: 512 }));
export const recordShape = object({
  key: text({ min: 0, max: 512 }),
  value: base64({ min: 0, max: largestBytes }),
  headers: object({ [keyHeader]: header, [signatureHeader]: header }),
});

/** A record to be checked: as JSON, or as the value's own bytes with the key in the query and the headers as HTTP's. Throws a Problem. */
export async function recordOf(request: Request): Promise<LogRecord> {
  if (/^application\/octet-stream\b/i.test(request.headers['content-type'] ?? '')) {
    const key = request.query['key'];
    if (typeof key !== 'string') throw new Problem('bad-request', "Give the record's key as the query parameter key, once.");
    return made(key, await bytesOf(request), { [keyHeader]: request.header(keyHeader) ?? null, [signatureHeader]: request.header(signatureHeader) ?? null });
  }
  if (request.body === undefined) throw new Problem('unsupported-media-type', 'Send the value as application/octet-stream, or JSON with key, value (base64) and headers.');
  const { key, value, headers } = read(recordShape, request.body);
  return made(key, value, headers);
}

function made(key: string, value: Uint8Array, headers: Readonly<Record<string, string | null>>): LogRecord {
  const given = Object.entries(headers).flatMap(([name, one]): [string, Uint8Array][] => (one === null ? [] : [[name, Buffer.from(one)]]));
  return { offset: 0, key, value, headers: new Map(given) };
}

async function bytesOf(request: Request): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBytes) throw new Problem('payload-too-large', `A record that can be checked has at most ${largestBytes} bytes; one that is taken has at most 65,536.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
