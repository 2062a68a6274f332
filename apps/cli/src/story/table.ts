import type { ChargePosted } from '@parley/contracts';
import { formatDecimal, micros } from '@parley/money';
import type { Ink } from '../terminal/ink.js';
import { drawTable, type Cell, type Line } from '../terminal/table.js';
import { hoursAndMinutes, localTime, weekdayTime } from './local-time.js';
import type { Happening, Played } from './performance.js';
import type { Proof } from './proof.js';
import { businesses, customers, zone, type Act } from './script.js';

/** Marks an amount that comes from a card that no bill may be made of. */
export const illustrativeMark = '†';

/** All scenes as one table: when, what, why, and what it costs. */
export function scenesTable(played: readonly Played[], ink: Ink): string[] {
  const columns = [{ title: 'In Berlin' }, { title: 'What happens', most: 51 }, { title: 'Why', most: 22 }, { title: 'Price USD', align: 'right' }] as const;
  const lines = played.flatMap(({ scene, happenings }): Line[] => [
    { heading: scene.title, ink: ink.strong },
    ...happenings.map((happening): Line => [localTime(happening.at, zone), whatOf(happening), whyOf(happening), priceOf(happening, ink)]),
  ]);
  return drawTable(columns, lines, ink.faint);
}

function whatOf({ act, outcome }: Happening): string {
  const { name } = customers[act.customer];
  const shop = businesses[act.business].name;
  switch (outcome.type) {
    case 'MessageReceived':
      return `${name} (${outcome.market}): ${quoted(act)}`;
    case 'MessageRefused':
      return `${shop} to ${name}, who never wrote: ${quoted(act)}`;
    case 'ChargePosted':
      return `${shop} to ${name}${mannerOf(outcome)}: ${quoted(act)}`;
    case 'WindowExpiring':
      return `Parley to ${shop}: ${name}’s window closes in ${hoursAndMinutes(outcome.closesAt - outcome.meta.at)}.`;
    case 'WindowClosed':
      return `Parley to ${shop}: ${name}’s window has closed.`;
    default:
      return outcome satisfies never;
  }
}

/** How late, and how: from the charge's own evidence. */
function mannerOf({ message, sentAt, lastInboundAt }: ChargePosted): string {
  if (message.kind === 'template') return ', a template';
  const later = lastInboundAt === null ? '' : `, ${hoursAndMinutes(sentAt - lastInboundAt)} later`;
  return message.lane === 'app' ? `, by hand${later}` : later;
}

function quoted(act: Act): string {
  return act.does === 'notifies' ? `“…, order ${act.values.at(-1)} is …”` : `“${act.text}”`;
}

function whyOf({ act, outcome }: Happening): string {
  switch (outcome.type) {
    case 'MessageReceived':
      return outcome.windowClosesAt === null ? '' : `open until ${weekdayTime(outcome.windowClosesAt, zone)}`;
    case 'MessageRefused':
      return `refused: ${outcome.reason}`;
    case 'ChargePosted':
      return outcome.rule;
    case 'WindowExpiring':
    case 'WindowClosed':
      return `${hoursAndMinutes(outcome.meta.at - outcome.lastInboundAt)} after ${customers[act.customer].name} wrote`;
    default:
      return outcome satisfies never;
  }
}

function priceOf({ outcome }: Happening, ink: Ink): Cell {
  switch (outcome.type) {
    case 'ChargePosted':
      return outcome.amount === 0n ? { text: 'free', ink: ink.good } : { text: amountOf(outcome), ink: ink.warning };
    case 'MessageRefused':
      return { text: 'not sent', ink: ink.bad };
    case 'MessageReceived':
    case 'WindowExpiring':
    case 'WindowClosed':
      return '';
    default:
      return outcome satisfies never;
  }
}

function amountOf({ amount, illustrative }: ChargePosted): string {
  return `${price(amount)}${illustrative ? ` ${illustrativeMark}` : ''}`;
}

/** Micros as rate cards write them, with four decimals at least: 55000n → "0.0550". */
export function price(amount: bigint): string {
  const [units = '0', decimals = ''] = formatDecimal(micros(amount)).split('.');
  return `${units}.${decimals.padEnd(4, '0')}`;
}

/** What the replies to one market's customers cost. */
export interface MarketCost {
  readonly market: string;
  readonly replies: number;
  readonly late: number;
  /** Micros. */
  readonly amount: bigint;
}

/** The charges of one scene, added up by market, the dearest first. */
export function costByMarket({ happenings }: Played): MarketCost[] {
  const charges = happenings.flatMap(({ outcome }) => (outcome.type === 'ChargePosted' ? [outcome] : []));
  const costs = [...new Set(charges.map(({ market }) => market))].map((market) => {
    const group = charges.filter((charge) => charge.market === market);
    const late = group.filter(({ rule }) => rule.endsWith('/late-free-form'));
    return { market, replies: group.length, late: late.length, amount: group.reduce((sum, { amount }) => sum + amount, 0n) };
  });
  return costs.sort((a, b) => (a.amount === b.amount ? 0 : a.amount < b.amount ? 1 : -1));
}

export function costTable(costs: readonly MarketCost[], ink: Ink): string[] {
  const columns = ['Customers in', 'Replies', 'In time', 'Late', 'Each', 'USD'].map((title, index) => (index === 0 ? { title } : { title, align: 'right' as const }));
  const lines = costs.map(({ market, replies, late, amount }) => {
    const each = late === 0 ? '' : price(amount / BigInt(late));
    return [market, String(replies), String(replies - late), String(late), each, late === 0 ? 'free' : `${price(amount)} ${illustrativeMark}`];
  });
  const total = (count: (cost: MarketCost) => number): string => String(costs.reduce((sum, cost) => sum + count(cost), 0));
  const sum = costs.reduce((amount, cost) => amount + cost.amount, 0n);
  const last = ['All', total(({ replies }) => replies), total(({ replies, late }) => replies - late), total(({ late }) => late), '', `${price(sum)} ${illustrativeMark}`];
  return drawTable(columns, [...lines, last.map((text) => ({ text, ink: ink.strong }))], ink.faint);
}

const digits = 12;

export function proofTable({ lanes }: Proof, ink: Ink): string[] {
  const columns = ['Folded again', 'Records', 'Decisions', 'States', 'Rows', 'SHA-256, live', 'SHA-256, refolded', ''].map((title, index) =>
    index >= 1 && index <= 3 ? { title, align: 'right' as const } : { title },
  );
  const lines = lanes.map(({ topology, records, decisions, states, rows, live, refolded }): Line => [
    topology,
    String(records),
    String(decisions),
    String(states),
    Object.entries(rows).filter(([, count]) => count > 0).map(([table, count]) => `${count} ${table}`).join(', '),
    live.slice(0, digits),
    refolded.slice(0, digits),
    live === refolded ? { text: 'same', ink: ink.good } : { text: 'NOT THE SAME', ink: ink.bad },
  ]);
  return drawTable(columns, lines, ink.faint);
}
