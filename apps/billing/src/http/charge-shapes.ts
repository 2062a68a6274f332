import { LANE_SYMBOLS } from '@parley/contracts';
import { addDays, periodsOfHour, startOfDay } from '@parley/domain';
import { localDate } from '@parley/rating';
import { decodePlace, encodePlace, id, invalidFields, object, oneOf, optional, text } from '@parley/service';
import type { Shaped } from '@parley/service';
import type { ChargePlace, ChargeSelection } from '../projections/charge-selection.js';
import { localDay } from './day-shape.js';
import { daysAsked } from './spend-shapes.js';

const filters = {
  from: optional(localDay),
  to: optional(localDay),
  market: optional(text({ max: 64 })),
  category: optional(text({ max: 40, hint: 'as the price list calls it, such as marketing' })),
  rule: optional(text({ max: 129, hint: 'such as S0/late-free-form' })),
  lane: optional(oneOf(LANE_SYMBOLS)),
  number: optional(id('Number')),
  template: optional(text({ min: 0, max: 512, hint: 'the name of a template; empty for free text' })),
  cost: optional(oneOf(['free', 'paid'])),
  lateHour: optional(text({ max: 4, pattern: /^[1-7]-(\d|1\d|2[0-3])$/, hint: 'a local hour of the week, weekday (1 is Monday) and hour: 6-20' })),
};

export const chargesShape = object({
  ...filters,
  order: optional(oneOf(['posted', 'delivered'])),
  after: optional(text({ min: 0, max: 8_000 })),
  limit: optional(text({ max: 4, pattern: /^([1-9]\d{0,2}|1000)$/, hint: 'must be a whole number from 1 to 1000' })),
});
export type ChargesAsked = Shaped<typeof chargesShape>;

type Filter = keyof typeof filters;
const filterNames = Object.keys(filters) as readonly Filter[];

/** Whether charges are asked for by when they were delivered: as soon as they are filtered. Throws `invalid-fields` where a filter does not go with the order. */
export function isByDelivery(asked: ChargesAsked): boolean {
  const given = filterNames.filter((name) => asked[name] !== null);
  if (asked.order === 'posted' && given.length > 0) throw invalidFields(given.map((path) => ({ path, hint: 'goes with order=delivered, which holds where order is left out' })));
  return asked.order === 'delivered' || given.length > 0;
}

/** The charges asked for, of a business in that zone. Throws `invalid-fields` for days out of order. */
export function selectionOf(asked: ChargesAsked, zone: string, now: number): ChargeSelection {
  const { from, to, market, category, rule, lane, number, template, cost, lateHour } = asked;
  if (from !== null && to !== null && from > to) throw invalidFields([{ path: 'from', hint: `must not be after to, which is ${to}` }]);
  const lateWithin = lateHour === null ? null : lateWithinOf(lateHour, asked, zone, now);
  const delivered = lateHour === null ? { from: startOf(from, zone), to: startOf(to === null ? null : addDays(to, 1), zone) } : { from: null, to: null };
  return { delivered, market, category, rule, lane, number, template, cost, lateWithin };
}

function startOf(day: string | null, zone: string): number | null {
  return day === null ? null : startOfDay(day, zone);
}

/** As late-cost counts them: by when they were sent, the last 30 days where nothing is said. */
function lateWithinOf(lateHour: string, asked: ChargesAsked, zone: string, now: number): ChargeSelection['lateWithin'] {
  const days = daysAsked(asked, localDate(now, zone));
  const [weekday, hour] = lateHour.split('-').map(Number) as [number, number];
  return periodsOfHour(days.from, days.to, zone, { weekday, hour });
}

const questionOf = (asked: ChargesAsked): readonly string[] => filterNames.map((name) => asked[name] ?? '');

/** Where a page ended, for the next one: of this question only. */
export function chargePlaceBehind(asked: ChargesAsked, place: ChargePlace): string {
  return encodePlace([...questionOf(asked), ...place]);
}

/** The place that a page ended at; null at the beginning. Throws `invalid-cursor` where it is of another question. */
export function chargePlaceOf(asked: ChargesAsked): ChargePlace | null {
  const question = questionOf(asked);
  const fits = (place: readonly unknown[]): place is readonly (string | number)[] =>
    place.length === question.length + 3 && question.every((text, index) => place[index] === text) && place.slice(-3).every((part) => Number.isSafeInteger(part));
  return (decodePlace(asked.after, fits)?.slice(-3) ?? null) as ChargePlace | null;
}
