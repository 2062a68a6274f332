import { constantTimeEqual, utf8 } from '@parley/crypto';
import { Problem } from '@parley/service';
import type { Runtime } from '@parley/service';

const tries = 5;
const withinMs = 15 * 60_000;
const mostNumbers = 100_000;

/** Whether a number is the caller's. A sandbox sends no text messages: one code, known to whoever runs it, proves any number. */
export class Verification {
  private failures = new Map<string, { readonly since: number; readonly count: number }>();

  constructor(
    private readonly runtime: Runtime,
    /** Null where there is none, and so no way in. */
    private readonly sandboxCode: string | null,
  ) {}

  /** Throws `forbidden` for a wrong code, and `too-many-requests` for too many of them. */
  check(contactId: string, code: string): void {
    if (this.sandboxCode === null) throw new Problem('forbidden', 'No device can be registered here: numbers are proven by a sandbox code only, and none is set. Set PARLEY_SANDBOX_CODE.');
    const now = this.runtime.clock();
    const failed = this.failures.get(contactId);
    const recent = failed !== undefined && failed.since > now - withinMs ? failed : { since: now, count: 0 };
    if (recent.count >= tries) {
      const seconds = Math.ceil((recent.since + withinMs - now) / 1_000);
      throw new Problem('too-many-requests', `Too many wrong codes for this number. Try again in ${seconds} s.`, [], { 'Retry-After': String(seconds) });
    }
    if (constantTimeEqual(utf8(code), utf8(this.sandboxCode))) {
      this.failures.delete(contactId);
      return;
    }
    if (this.failures.size >= mostNumbers) this.failures = new Map();
    this.failures.set(contactId, { since: recent.since, count: recent.count + 1 });
    throw new Problem('forbidden', 'The code is wrong.');
  }
}
