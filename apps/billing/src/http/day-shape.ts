import { shape } from '@parley/service';
import type { Shape } from '@parley/service';

/** A day in the zone of the business. */
export const localDay = dayShape('A day in the zone of the business.', 'must be a day, YYYY-MM-DD');

/** The day from which on something holds. */
export const effectiveDay = dayShape('A day; it holds from 00:00 in the zone of the business.', 'must be a day, YYYY-MM-DD; it holds from 00:00 in the zone of the business');

/** A day in UTC: for what spans businesses of several zones. */
export const utcDay = dayShape('A day, UTC.', 'must be a day, YYYY-MM-DD');

function dayShape(description: string, hint: string): Shape<string> {
  return shape({ type: 'string', format: 'date', description }, (value, path, findings) => (typeof value === 'string' && isDay(value) ? value : findings.wrong(path, hint)));
}

/** Whether the calendar has it: JavaScript would read 02-30 as March. */
function isDay(text: string): boolean {
  const at = /^20\d{2}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
