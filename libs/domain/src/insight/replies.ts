import type { Instant } from '@parley/contracts';
import type { LocalDate } from '@parley/rating';
import { localHour, weekHours, weekIndex, type HourOfWeek } from '../calendar/local-time.js';

/** One unanswered stretch, as far as this reads it; `responseMs` is null while nobody has answered. */
export interface Reply {
  readonly firstUnansweredAt: Instant;
  readonly responseMs: number | null;
  readonly kind: string | null;
  readonly isLate: boolean | null;
}

/** How a set of stretches went. Times are ms, over those that were answered; null where none was. */
export interface Responses {
  readonly count: number;
  readonly answered: number;
  readonly unanswered: number;
  /** Answered after the free window closed. */
  readonly late: number;
  /** Late among the answered, 0 to 1. */
  readonly lateRate: number | null;
  /** Answered by a template. */
  readonly byTemplate: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

/** A day on which the business does not expect to answer: a holiday of its country, or one that it names itself. */
export interface ClosedDay {
  readonly day: LocalDate;
  readonly name: string;
}

export interface ReplyInsight {
  readonly total: Responses;
  readonly hours: readonly (HourOfWeek & Responses)[];
  /** The three kinds of days apart; a closed day on a weekend is a closed day. */
  readonly days: { readonly workday: Responses; readonly weekend: Responses; readonly closed: Responses };
  readonly closedDays: readonly (ClosedDay & Responses)[];
}

/**
 * Response times by the hour of the week, and by the day, on which the contact began to wait, in the zone of the business. The median and the 90th
 * percentile are the nearest ranks: times that were really waited.
 */
export function replyInsight(replies: Iterable<Reply>, zone: string, closedDays: readonly ClosedDay[]): ReplyInsight {
  const [total, workday, weekend, closed] = [new Tally(), new Tally(), new Tally(), new Tally()];
  const hours = weekHours.map(() => new Tally());
  const ofClosedDays = new Map(closedDays.map((one) => [one.day, { ...one, tally: new Tally() }]));
  for (const reply of replies) {
    const local = localHour(reply.firstUnansweredAt, zone);
    const closedDay = ofClosedDays.get(local.day);
    const kindOfDay = closedDay ? closed : local.weekday > 5 ? weekend : workday;
    for (const tally of [total, kindOfDay, closedDay?.tally, hours[weekIndex(local)]]) tally?.add(reply);
  }
  return {
    total: total.responses(),
    hours: weekHours.map((hour, index) => ({ ...hour, ...hours[index]!.responses() })),
    days: { workday: workday.responses(), weekend: weekend.responses(), closed: closed.responses() },
    closedDays: [...ofClosedDays.values()].map(({ tally, ...day }) => ({ ...day, ...tally.responses() })),
  };
}

class Tally {
  readonly #times: number[] = [];
  #count = 0;
  #late = 0;
  #byTemplate = 0;

  add({ responseMs, kind, isLate }: Reply): void {
    this.#count += 1;
    if (responseMs === null) return;
    this.#times.push(responseMs);
    if (isLate === true) this.#late += 1;
    if (kind === 'template') this.#byTemplate += 1;
  }

  responses(): Responses {
    const times = this.#times.sort((one, other) => one - other);
    const answered = times.length;
    const lateRate = answered === 0 ? null : this.#late / answered;
    return {
      count: this.#count, answered, unanswered: this.#count - answered, late: this.#late, lateRate, byTemplate: this.#byTemplate, medianMs: nearestRank(times, 50), p90Ms: nearestRank(times, 90),
    }; // prettier-ignore
  }
}

/** The smallest time that at least `percent` of 100 do not exceed. */
function nearestRank(sorted: readonly number[], percent: number): number | null {
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
}
