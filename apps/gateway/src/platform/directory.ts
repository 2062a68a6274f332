import type { LookedUpContact } from '@parley/sdk';
import type { Platform } from './platform.js';

const keptMs = 30_000; // A new device of a contact is sealed for after half a minute at most.
const absentKeptMs = 5_000;
const maxEntries = 10_000;

interface Entry {
  readonly answer: Promise<LookedUpContact | null>;
  /** Epoch ms UTC; without end while it is being asked. */
  until: number;
}

/** The platform's directory, remembered for a short while. One question per number is on its way at a time. */
export class Directory {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly platform: Pick<Platform, 'lookUp'>,
    private readonly now: () => number,
  ) {}

  /** Null where the number is not in the directory. Throws PlatformError. */
  find(phone: string): Promise<LookedUpContact | null> {
    const known = this.entries.get(phone);
    if (known !== undefined && known.until > this.now()) return known.answer;
    return this.findFresh(phone);
  }

  /** Asks the platform in any case: for when the remembered answer may be what does not fit. */
  findFresh(phone: string): Promise<LookedUpContact | null> {
    const entry: Entry = { answer: this.platform.lookUp(phone), until: Infinity };
    this.entries.delete(phone);
    this.entries.set(phone, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= maxEntries) break;
      this.entries.delete(oldest);
    }
    entry.answer.then(
      (listed) => (entry.until = this.now() + (listed === null ? absentKeptMs : keptMs)),
      () => this.entries.get(phone) === entry && this.entries.delete(phone),
    );
    return entry.answer;
  }
}
