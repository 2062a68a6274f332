import type { Request } from 'express';
import { Problem } from './problem.js';

/** How long a key and its answer are kept. */
export const keptMs = 7 * 24 * 3_600_000;

const form = /^[!-~]{1,200}$/;

/** The header Idempotency-Key. Throws `missing-idempotency-key` or `invalid-idempotency-key`. */
export function idempotencyKeyOf(request: Request): string {
  const key = request.header('Idempotency-Key');
  if (key === undefined || key === '') {
    throw new Problem('missing-idempotency-key', 'Send the header Idempotency-Key with a value of your own for each new request, such as a UUID, and the same one when you repeat it.');
  }
  if (!form.test(key)) throw new Problem('invalid-idempotency-key', 'Idempotency-Key is 1 to 200 printable ASCII characters without blanks.');
  return key;
}
