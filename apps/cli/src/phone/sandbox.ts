import { readFileSync } from 'node:fs';
import { fromHex } from '@parley/crypto';
import { Failure } from '../terminal/failure.js';

/** What `npm start` leaves behind for whoever wants to try the platform. */
export interface Sandbox {
  /** With it any number can be registered. */
  readonly code: string;
  /** What the sandbox customer's phone is encrypted under. */
  readonly phoneKey: Uint8Array;
  /** Where the platform listened when it last started. */
  readonly url: string | undefined;
  /** The business's number. */
  readonly businessPhone: string | undefined;
  /** The business's key to the platform. */
  readonly apiKey: string | undefined;
}

/** Reads the sandbox's file; null where there is none. Throws Failure where it cannot be used. */
export function readSandbox(path: string): Sandbox | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`, 'repair its permissions.');
  }
  const sandbox = sandboxOf(text);
  if (sandbox !== null) return sandbox;
  throw new Failure(`${path} does not hold a whole sandbox.`, 'start the platform (npm start): it completes one that was begun, and says what to do about a damaged one.');
}

function sandboxOf(text: string): Sandbox | null {
  try {
    const { made, code, phoneKey, url, businessPhone, apiKey } = JSON.parse(text) as Record<string, unknown>;
    const key = typeof phoneKey === 'string' ? fromHex(phoneKey) : null;
    if (made !== true || typeof code !== 'string' || key?.length !== 32) return null;
    return { code, phoneKey: key, url: textOr(url), businessPhone: textOr(businessPhone), apiKey: textOr(apiKey) };
  } catch {
    return null;
  }
}

function textOr(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
