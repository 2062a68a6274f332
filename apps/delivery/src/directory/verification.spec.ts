import { describe, expect, it } from '@jest/globals';
import { Problem } from '@parley/service';
import type { Runtime } from '@parley/service';
import { Verification } from './verification.js';

function kindOf(verification: Verification, contactId: string, code: string): string {
  try {
    verification.check(contactId, code);
    return 'proven';
  } catch (error) {
    return (error as Problem).kind;
  }
}

function verification(code: string | null, at: { now: number } = { now: 0 }): Verification {
  return new Verification({ clock: () => at.now } as Runtime, code);
}

describe('a number', () => {
  it('is proven by the code and nothing else', () => {
    const sandbox = verification('123456');
    expect(kindOf(sandbox, 'c1', '123456')).toBe('proven');
    for (const code of ['', '123457', '1234567', '12345']) expect(kindOf(verification('123456'), 'c1', code)).toBe('forbidden');
  });

  it('cannot be proven where no code is set', () => {
    expect(kindOf(verification(null), 'c1', '')).toBe('forbidden');
  });

  it('is closed for a quarter of an hour after five wrong codes, others are not', () => {
    const at = { now: 0 };
    const sandbox = verification('123456', at);
    for (let tries = 0; tries < 5; tries += 1) expect(kindOf(sandbox, 'c1', '000000')).toBe('forbidden');
    expect(kindOf(sandbox, 'c1', '123456')).toBe('too-many-requests');
    expect(kindOf(sandbox, 'c2', '123456')).toBe('proven');
    at.now = 15 * 60_000;
    expect(kindOf(sandbox, 'c1', '123456')).toBe('proven');
  });
});
