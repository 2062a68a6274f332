import { fromBase64, type TemplateText } from '@parley/crypto';
import { PlatformError } from './error.js';

/** A contact as the directory answers a business. */
export type LookedUpContact = { readonly contactId: string; readonly market: string; /** Of its list of devices; 0 where it has none yet. */ readonly listVersion: number };

/** A business's number as the directory answers a customer's device. */
export type BusinessNumber = {
  readonly numberId: string;
  readonly businessId: string;
  readonly displayName: string;
  /** Of the business's list of devices; 0 where it has none yet. */
  readonly listVersion: number;
};

export type Accepted = { readonly messageId: string; readonly conversationId: string };

export type Registered = { readonly contactId: string; readonly deviceId: string; readonly token: string; /** Of the account's list; 0 where this is its first device. */ readonly listVersion: number };

export type RegisteredBusinessDevice = { readonly accountId: string; readonly deviceId: string; readonly listVersion: number };

/** Thrown while an answer is read; `answerOf` turns it into a PlatformError. */
class WrongAnswer extends Error {}

/** Reads an answer's fields. Throws PlatformError of kind 'answer' where one is missing or of another type. */
export function answerOf<T>(body: unknown, read: (fields: Fields) => T): T {
  try {
    return read(new Fields(body));
  } catch (error) {
    if (!(error instanceof WrongAnswer)) throw error;
    throw new PlatformError({ kind: 'answer', status: 200, title: 'The platform answered in a form this version does not know', detail: error.message });
  }
}

/** The fields of one JSON object, read by name and type. */
export class Fields {
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new WrongAnswer('An object was expected.');
    this.fields = value as Record<string, unknown>;
  }

  text(name: string): string {
    const value = this.fields[name];
    if (typeof value !== 'string') throw new WrongAnswer(`The field ${name} is missing.`);
    return value;
  }

  optionalText(name: string): string | null {
    const value = this.fields[name];
    return typeof value === 'string' ? value : null;
  }

  whole(name: string): number {
    const value = this.fields[name];
    if (!Number.isSafeInteger(value)) throw new WrongAnswer(`The field ${name} is not a whole number.`);
    return value as number;
  }

  /** Null where the field is null or missing. */
  optionalWhole(name: string): number | null {
    return (this.fields[name] ?? null) === null ? null : this.whole(name);
  }

  /** Written in base64. */
  bytes(name: string): Uint8Array {
    return bytesIn(this.text(name), name);
  }

  bytesList(name: string): readonly Uint8Array[] {
    return this.list(name).map((value) => bytesIn(value, name));
  }

  /** An instant, epoch ms UTC, written as a number or in ISO 8601. */
  instant(name: string): number {
    const value = this.fields[name];
    const at = typeof value === 'string' ? Date.parse(value) : value;
    if (!Number.isSafeInteger(at)) throw new WrongAnswer(`The field ${name} is not an instant.`);
    return at as number;
  }

  object(name: string): Fields {
    return new Fields(this.fields[name]);
  }

  optionalObject(name: string): Fields | null {
    const value = this.fields[name];
    return value === undefined || value === null ? null : new Fields(value);
  }

  list(name: string): readonly unknown[] {
    const value = this.fields[name];
    if (!Array.isArray(value)) throw new WrongAnswer(`The field ${name} is not a list.`);
    return value;
  }
}

function bytesIn(value: unknown, name: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : null;
  if (bytes === null) throw new WrongAnswer(`The field ${name} is not base64.`);
  return bytes;
}

/** Null where the platform answers that there is no such thing. */
export async function orNull<T>(answer: Promise<unknown>, read: (fields: Fields) => T): Promise<T | null> {
  try {
    return answerOf(await answer, read);
  } catch (error) {
    if (error instanceof PlatformError && error.kind === 'problem' && error.status === 404) return null;
    throw error;
  }
}

export function numberOf(fields: Fields): BusinessNumber {
  return {
    numberId: fields.text('numberId'),
    businessId: fields.text('businessId'),
    displayName: fields.text('displayName'),
    listVersion: fields.whole('listVersion'),
  };
}

export function templateOf(fields: Fields): TemplateText {
  return {
    name: fields.text('name'),
    language: fields.text('language'),
    version: fields.whole('version'),
    category: fields.text('category'),
    body: fields.text('body'),
  };
}

export const acceptedOf = (fields: Fields): Accepted => ({ messageId: fields.text('messageId'), conversationId: fields.text('conversationId') });
