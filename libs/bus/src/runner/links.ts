import type { LinkMeta } from '@parley/contracts';
import type { LogRecord } from '../port/log.js';
import { HaltError } from './ports.js';

/** What to do with a record, by its link number. */
export type Taking = 'take' | 'drop';

/**
 * Incoming links of one partition: a number at or below the last one taken is a repeated append, the next one is taken, a higher one means
 * that a record is missing.
 */
export class IncomingLinks {
  readonly #taken: Map<string, number>;

  constructor(taken: { readonly [link: string]: number }) {
    this.#taken = new Map(Object.entries(taken));
  }

  /** Takes a link up at the number where it is first met: for partitions whose beginning is no longer kept. */
  meet(meta: Pick<LinkMeta, 'link' | 'number'>): void {
    if (!this.#taken.has(meta.link)) this.#taken.set(meta.link, meta.number - 1);
  }

  take(meta: Pick<LinkMeta, 'link' | 'number'>, where: string, offset: number): Taking {
    const last = this.#taken.get(meta.link) ?? 0;
    if (meta.number <= last) return 'drop';
    if (meta.number !== last + 1) {
      throw new HaltError(
        `${where}, offset ${offset}: link ${meta.link} jumps from number ${last} to ${meta.number}; a record was deleted or lost. Restore the topic, or rebuild from a log that is whole.`,
      );
    }
    this.#taken.set(meta.link, meta.number);
    return 'take';
  }

  toJSON(): { [link: string]: number } {
    return Object.fromEntries(this.#taken);
  }

  copy(): IncomingLinks {
    return new IncomingLinks(this.toJSON());
  }
}

/** Refuses a hole in the offsets: our own topics have none. */
export function expectOffset(record: LogRecord, expected: number, where: string): void {
  if (record.offset === expected) return;
  throw new HaltError(`${where}: offset ${expected} is missing, the log continues at ${record.offset}. Restore the topic, or rebuild from a log that is whole.`);
}
