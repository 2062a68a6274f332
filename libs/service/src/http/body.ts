import { sha256Hex } from '@parley/crypto';
import type { Request } from 'express';
import { Problem } from './problem.js';
import { read } from './shape.js';
import type { Reading } from './shape.js';

/** The request's JSON body as the shape has it. Throws `unsupported-media-type` or `invalid-fields`. */
export function bodyOf<T>(request: Request, reading: Reading<T>): T {
  if (request.body === undefined && Number(request.headers['content-length'] ?? 0) > 0) {
    throw new Problem('unsupported-media-type', 'Send the body as JSON, with the header Content-Type: application/json.');
  }
  return read(reading, request.body ?? {});
}

/** The request's query parameters as the shape has them; all are text. */
export function queryOf<T>(request: Request, reading: Reading<T>): T {
  return read(reading, request.query);
}

/** What tells one request from another: method, path and body, as hex SHA-256. The order of a body's fields does not count. */
export function fingerprint(request: Request): string {
  const path = request.originalUrl.split('?', 1)[0];
  return sha256Hex(`${request.method} ${path}\n${inOrder(request.body)}`);
}

function inOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${inOrder(field)}`).join(',')}}`;
}
