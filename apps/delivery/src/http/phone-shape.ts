import { phoneDigitsOf } from '@parley/crypto';
import { shape } from '@parley/service';
import type { Shape } from '@parley/service';

/** A phone number as its digits, given with or without a plus sign. The answer never repeats what was given. */
export const phoneShape: Shape<string> = shape({ type: 'string', pattern: '^\\+?[1-9][0-9]{6,14}$', description: 'With its country code, with or without a leading +.' }, (value, path, findings) => {
  const digits = typeof value === 'string' ? phoneDigitsOf(value) : null;
  return digits ?? findings.wrong(path, 'must be a phone number with its country code: digits, with or without a leading +');
});
