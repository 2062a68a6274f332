import { fromHex } from '@parley/crypto';
import type { Setting } from './settings.js';

/** A whole number within bounds. */
export function wholeNumber(variable: string, about: string, bounds: { readonly min: number; readonly max: number }, fallback?: number): Setting<number> {
  return {
    variable,
    about,
    ...(fallback === undefined ? {} : { fallback }),
    read: (text) => {
      const value = Number(text);
      const fits = /^\d+$/.test(text) && value >= bounds.min && value <= bounds.max;
      return fits ? { value } : { hint: `must be a whole number from ${bounds.min} to ${bounds.max}, not "${text}"` };
    },
  };
}

export function words(variable: string, about: string, pattern: RegExp, hint: string, fallback?: string): Setting<string> {
  return {
    variable,
    about,
    ...(fallback === undefined ? {} : { fallback }),
    read: (text) => (pattern.test(text) ? { value: text } : { hint }),
  };
}

/** A setting that may be left out: null then. */
export function orNull<T>(setting: Setting<T>): Setting<T | null> {
  return { ...setting, fallback: null };
}

/** Where the process listens. */
export const host = words('PARLEY_HOST', 'the address to listen on', /^[A-Za-z0-9.:_-]+$/, 'must be a host name or IP address', '127.0.0.1');
export const port = (fallback: number) => wholeNumber('PARLEY_PORT', 'the port to listen on', { min: 0, max: 65_535 }, fallback);

export const bodyLimitBytes = wholeNumber('PARLEY_BODY_LIMIT', 'the largest request body in bytes', { min: 1_024, max: 16 * 1_048_576 }, 1_048_576);

export const databaseUrl = words(
  'PARLEY_DATABASE_URL',
  'the address of the PostgreSQL database',
  /^postgres(ql)?:\/\/.+/,
  'must look like postgres://user:password@host:5432/database',
);

/** The installation's key: token hashes and contact ids hang on it, so every process has the same one and it never changes. */
export const serviceKey: Setting<Uint8Array> = {
  variable: 'PARLEY_SECRET',
  about: 'the key that tokens and contact ids are hashed with; make one with `openssl rand -hex 32`, give every process the same, and never change it',
  read: (text) => {
    const value = fromHex(text.toLowerCase());
    return value?.length === 32 ? { value } : { hint: 'must be 64 hex digits (its value is not shown here)' };
  },
};

const tokenPattern = /^pk_[a-z2-7]{16}_[a-z2-7]{52}$/;

/** The operator's first key; others are made with it. */
export const operatorKey = orNull(words('PARLEY_OPERATOR_KEY', "the operator's API key", tokenPattern, 'must have the form pk_<id>_<secret>, 16 and 52 of a-z2-7 (its value is not shown here)'));

/** What a device must say to prove its number where no text message can be sent: for sandboxes. */
export const sandboxCode = orNull(words('PARLEY_SANDBOX_CODE', 'the code with which any phone number can be registered; for sandboxes only', /^[0-9]{4,12}$/, 'must be 4 to 12 digits'));
