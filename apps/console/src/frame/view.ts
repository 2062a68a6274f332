import { isDay } from '../calendar/day.js';
import type { Day, DayRange } from '../calendar/day.js';
import type { Paid } from '../charges/charges.js';

export const viewNames = ['spend', 'late', 'windows', 'charges', 'what-if', 'phone'] as const;
export type ViewName = (typeof viewNames)[number];

/** What the page shows: all of it is in the address, so that it can be kept and passed on. */
export interface View {
  readonly name: ViewName;
  /** Null for the platform's own choice: the last 30 days. */
  readonly range: DayRange | null;
  /** Of the charges: one day of the range, one country, paid or free, one hour of the week, one of them all. */
  readonly day: Day | null;
  readonly market: string | null;
  readonly paid: Paid;
  readonly lateAt: { readonly weekday: number; readonly hour: number } | null;
  readonly charge: string | null;
  /** Of what-if: the price list. */
  readonly rules: string | null;
}

export const firstView: View = { name: 'spend', range: null, day: null, market: null, paid: 'all', lateAt: null, charge: null, rules: null };

/** The view that an address's query asks for. What cannot be understood is left out. */
export function readView(search: string): View {
  const query = new URLSearchParams(search);
  const from = query.get('from') ?? '';
  const to = query.get('to') ?? '';
  const day = query.get('day') ?? '';
  const paid = query.get('paid');
  const [, weekday, hour] = /^([1-7])-(\d|1\d|2[0-3])$/.exec(query.get('late') ?? '') ?? [];
  return {
    name: viewNames.find((name) => name === query.get('view')) ?? firstView.name,
    range: isDay(from) && isDay(to) && from <= to ? { from, to } : null,
    day: isDay(day) ? day : null,
    market: query.get('market'),
    paid: paid === 'paid' || paid === 'free' ? paid : 'all',
    lateAt: weekday === undefined ? null : { weekday: Number(weekday), hour: Number(hour) },
    charge: query.get('charge'),
    rules: query.get('rules'),
  };
}

/** The query of a view; empty for the first. */
export function writeView({ name, range, day, market, paid, lateAt, charge, rules }: View): string {
  const query = new URLSearchParams();
  const put = (key: string, value: string | null | undefined): void => void (value == null || query.set(key, value));
  put('view', name === firstView.name ? null : name);
  put('from', range?.from);
  put('to', range?.to);
  put('day', day);
  put('market', market);
  put('paid', paid === 'all' ? null : paid);
  put('late', lateAt && `${lateAt.weekday}-${lateAt.hour}`);
  put('charge', charge);
  put('rules', rules);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
