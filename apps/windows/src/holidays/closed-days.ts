import Holidays from 'date-holidays';
import type { ClosedDay, Period } from '@parley/domain';
import { addDays } from '@parley/domain';
import { localDate } from '@parley/rating';

/** Whose holidays count. */
export interface Calendar {
  /** ISO 3166-1, two letters; null where no country is known: then there are no holidays. */
  readonly country: string | null;
  /** The part of the country, such as BY of DE: some holidays are its own. */
  readonly region: string | null;
}

const countries: readonly string[] = Object.keys(new Holidays().getCountries());
const countryOfZone = new Map<string, string | null>();

export function isCountry(country: string): boolean {
  return countries.includes(country);
}

/** The parts of a country that have holidays of their own, by their codes. */
export function regionsOf(country: string): readonly string[] {
  return Object.keys(new Holidays().getStates(country) ?? {});
}

/** The country that keeps its time in the zone; null for a zone of no country (UTC), or of one whose holidays are not known. */
export function countryOf(zone: string): string | null {
  const known = countryOfZone.get(zone);
  if (known !== undefined) return known;
  // A zone may have several names; this is the one that countries are listed under.
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions();
  const found = countries.find((country) => (new Intl.Locale(`und-${country}`) as Intl.Locale & { readonly timeZones?: readonly string[] }).timeZones?.includes(timeZone)) ?? null;
  countryOfZone.set(zone, found);
  return found;
}

/** The public holidays within a period, in the order of days, and the days that the business names itself. */
export function closedDays({ from, to }: Period, zone: string, { country, region }: Calendar, own: readonly string[]): readonly ClosedDay[] {
  const [first, last] = [localDate(from, zone), localDate(to - 1, zone)];
  const names = new Map<string, string>();
  for (const { day, name } of country === null ? [] : holidaysOf(country, region, zone, Number(first.slice(0, 4)), Number(last.slice(0, 4)))) names.set(day, name);
  for (const day of own) names.set(day, names.get(day) ?? 'closed');
  return [...names].filter(([day]) => day >= first && day <= last).sort().map(([day, name]) => ({ day, name })); // prettier-ignore
}

const dayMs = 86_400_000;

function holidaysOf(country: string, region: string | null, timezone: string, firstYear: number, lastYear: number): readonly ClosedDay[] {
  const options = { types: ['public' as const], languages: 'en', timezone };
  const calendar = region === null ? new Holidays(country, options) : new Holidays(country, region, options);
  const years = Array.from({ length: lastYear - firstYear + 1 }, (_, index) => firstYear + index);
  return years.flatMap((year) =>
    calendar.getHolidays(year).flatMap(({ date, name, start, end }) => {
      // Some last several days; an hour more or less is the clocks'.
      const length = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs));
      return Array.from({ length }, (_, index) => ({ day: addDays(date.slice(0, 10), index), name }));
    }),
  );
}
