import type { Instant } from '@parley/contracts';
import { ArchiveFault } from './facts.js';

/** A value of an archive and where it stands, read strictly: what is not as expected is a fault that names the field. */
export class Field {
  constructor(
    readonly value: unknown,
    readonly path: string,
  ) {}

  fault(message: string): ArchiveFault {
    return new ArchiveFault(this.path === '' ? '(the whole)' : this.path, message);
  }

  get isGiven(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  of(name: string): Field {
    const inner = this.object()[name];
    return new Field(inner, this.path === '' ? name : `${this.path}.${name}`);
  }

  object(): { readonly [name: string]: unknown } {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.fault('has to be an object');
    return this.value as { readonly [name: string]: unknown };
  }

  /** The items of a list; none where it is not given. */
  items(): readonly Field[] {
    if (!this.isGiven) return [];
    if (!Array.isArray(this.value)) throw this.fault('has to be a list');
    return this.value.map((item, index) => new Field(item, `${this.path}[${index}]`));
  }

  text(form?: RegExp, like = 'a text'): string {
    if (typeof this.value !== 'string' || this.value === '' || (form && !form.test(this.value))) throw this.fault(`has to be ${like}`);
    return this.value;
  }

  /** As text, where a program wrote digits as a number. */
  digits(form: RegExp, like: string): string {
    return (typeof this.value === 'number' ? new Field(String(this.value), this.path) : this).text(form, like);
  }

  oneOf<Name extends string>(names: readonly Name[]): Name {
    const found = names.find((name) => name === this.value);
    if (found === undefined) throw this.fault(`has to be one of ${names.join(', ')}`);
    return found;
  }

  flag(): boolean {
    if (typeof this.value !== 'boolean') throw this.fault('has to be true or false');
    return this.value;
  }

  /** Seconds since 1970, as a text or a number. */
  seconds(): Instant {
    return parseInt(this.digits(/^[1-9]\d{8,10}$/, 'seconds since 1970, such as "1722700800"'), 10) * 1_000;
  }

  /** A date and time with its offset, or milliseconds since 1970. */
  instant(): Instant {
    const { value } = this;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 100_000_000_000) return value;
    const isDated = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(value);
    const at = isDated ? Date.parse(value) : NaN;
    if (Number.isNaN(at)) throw this.fault('has to be a date and time with its offset, such as 2026-10-05T09:00:00-03:00, or milliseconds since 1970');
    return at;
  }
}

export const phoneForm = /^[1-9]\d{6,14}$/;
