import { formatDecimal, micros } from '@parley/money';
import { weekdayOf } from '@parley/domain';
import { hoursAndMinutes, localTime } from '../story/local-time.js';
import { drawTable, type Line } from '../terminal/table.js';
import type { Ink } from '../terminal/ink.js';
import type { Cost, LateAnswers, LateCost, Replies, Responses, Waiting } from './answers.js';
import { heatMap } from './heat-map.js';

/** The whole report, a line each. */
export function reportOf(answers: LateAnswers, ink: Ink): readonly string[] {
  const { replies, cost, lastWeekend, waiting } = answers;
  const examples = cost.illustrative || lastWeekend.illustrative || waiting.markets.some(({ illustrative }) => illustrative);
  return [
    ink.strong(`Late replies, ${localTime(Date.parse(replies.from), replies.zone)} to ${localTime(Date.parse(replies.to), replies.zone)} (${replies.zone})`),
    '',
    ...daysOf(replies, cost, ink),
    '',
    ...mapsOf(replies, cost, ink),
    '',
    ...holidaysOf(replies, ink),
    ...weekendOf(lastWeekend, replies.zone, ink),
    ...waitingOf(waiting, ink),
    ...(examples ? ['', ink.faint('Prices marked illustrative are among these: examples, and no bill.')] : []),
  ];
}

function daysOf({ days, total, closedDays }: Replies, { days: costs, total: all }: LateCost, ink: Ink): readonly string[] {
  const closed = new Set(closedDays.map(({ day }) => day));
  const costOf = (isOne: (day: string) => boolean): readonly Cost[] => sumOf(costs.filter(({ day }) => isOne(day)).flatMap(({ cost }) => cost));
  const isWeekend = (day: string): boolean => weekdayOf(day) > 5;
  const lines: readonly Line[] = [
    lineOf('Workdays', days.workday, costOf((day) => !closed.has(day) && !isWeekend(day))),
    lineOf('Weekends', days.weekend, costOf((day) => !closed.has(day) && isWeekend(day))),
    lineOf('Holidays, closed', days.closed, costOf((day) => closed.has(day))),
    lineOf('All', total, all),
  ];
  const right = (title: string) => ({ title, align: 'right' as const });
  return drawTable([{ title: 'When contacts wrote' }, right('Waits'), right('Answered'), right('Median'), right('9 of 10 within'), right('Late'), right('Rate'), right('Late cost')], lines, ink.strong);
}

function lineOf(name: string, { count, answered, medianMs, p90Ms, late, lateRate }: Responses, cost: readonly Cost[]): Line {
  return [name, String(count), String(answered), time(medianMs), time(p90Ms), String(late), lateRate === null ? '–' : `${Math.round(lateRate * 100)} %`, money(cost)];
}

function mapsOf(replies: Replies, cost: LateCost, ink: Ink): readonly string[] {
  if (cost.total.length === 0) {
    const waits = replies.hours.map(({ count }) => BigInt(count));
    return [ink.strong('When contacts began to wait'), ...heatMap(waits), ink.faint('No late reply was charged in this time.')];
  }
  return cost.total.flatMap(({ currency }) => {
    const amounts = cost.hours.map((hour) => BigInt(hour.cost.find((one) => one.currency === currency)?.amountMicros ?? 0));
    const most = amounts.reduce((found, amount) => (amount > found ? amount : found), 0n);
    return [ink.strong(`What late replies cost, by the hour the contact wrote (█ is ${currency} ${formatDecimal(micros(most))})`), ...heatMap(amounts)];
  });
}

function holidaysOf({ closedDays, calendar }: Replies, ink: Ink): readonly string[] {
  const busy = closedDays.filter(({ count }) => count > 0);
  if (busy.length === 0) return [];
  const whose = [calendar.country, calendar.region].filter((part) => part !== null).join('-');
  const title = whose === '' ? 'Closed days' : `Holidays of ${whose}, and closed days`;
  return [ink.strong(title), ...busy.map(({ day, name, count, late, unanswered }) => `  ${day} ${name}: ${count} waited, ${late} answered late, ${unanswered} not yet`), ''];
}

function weekendOf({ from, to, total }: LateCost, zone: string, ink: Ink): readonly string[] {
  const [first, last] = [localTime(Date.parse(from), zone), localTime(Date.parse(to) - 1, zone)].map((text) => text.slice(0, text.lastIndexOf(' ')));
  const replies = total.reduce((sum, { count }) => sum + count, 0);
  const said = replies === 0 ? 'cost nothing: no window closed over a reply that was then late.' : `cost ${money(total)}: ${counted(replies, 'late reply', 'late replies')} whose windows closed on it.`;
  return [`${ink.strong('Last weekend')} (${first} to ${last}) ${said}`];
}

function waitingOf({ until, zone, open, closing, refused, unpriced, firstClosesAt, total, markets }: Waiting, ink: Ink): readonly string[] {
  const then = localTime(Date.parse(until), zone);
  const head = `${ink.strong('Open now')}: ${counted(open, 'contact waits', 'contacts wait')} in open windows`;
  if (closing === 0) return [`${head}; none of them closes before ${then}.`];
  const first = firstClosesAt === null ? '' : `, the first at ${localTime(Date.parse(firstClosesAt), zone)}`;
  return [
    `${head}; ${closing} of them ${closing === 1 ? 'closes' : 'close'} by ${then}${first}.`,
    ...(total.length === 0 ? [] : [`If nobody answers until then, late replies will cost ${ink.strong(money(total))}.`]),
    ...markets.map(({ market, unitPrice, rule, assumes, cost }) => `  ${market}: ${cost.count} × ${unitPrice} = ${money([cost])} (${[rule, ...assumes.map((one) => `assumes ${one}`)].join(', ')})`),
    ...(refused === 0 ? [] : [`${refused} of them can then be answered by a template only: the policy refuses late replies.`]),
    ...(unpriced === 0 ? [] : [`${unpriced} of them ${unpriced === 1 ? 'has' : 'have'} no price: the operator has to publish a rate card.`]),
  ];
}

function sumOf(costs: readonly Cost[]): readonly Cost[] {
  const sums = new Map<string, { count: number; amount: bigint }>();
  for (const { currency, count, amountMicros } of costs) {
    const known = sums.get(currency) ?? { count: 0, amount: 0n };
    sums.set(currency, { count: known.count + count, amount: known.amount + BigInt(amountMicros) });
  }
  return [...sums].map(([currency, { count, amount }]) => ({ currency, count, amount: formatDecimal(micros(amount)), amountMicros: String(amount) }));
}

function money(costs: readonly Cost[]): string {
  return costs.map(({ currency, amount }) => `${currency} ${amount}`).join(' + ') || '0';
}

function time(ms: number | null): string {
  return ms === null ? '–' : hoursAndMinutes(ms);
}

function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}
