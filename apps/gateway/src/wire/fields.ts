import { WireFault } from './fault.js';

/** The name of all that was sent. */
export const wholeBody = 'The body';

/** The fields of a JSON object. Throws WireFault 'invalid-parameter' for anything else. */
export function fieldsOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WireFault('invalid-parameter', `${name} must be a JSON object.`, name === wholeBody ? '' : name);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** False for text with a lone surrogate: it would arrive as another character than was sent. */
export function isStorable(text: string): boolean {
  return text.isWellFormed();
}
