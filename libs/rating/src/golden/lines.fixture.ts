import { readdirSync, readFileSync } from 'node:fs';
import type { Category, Lane } from '@parley/contracts';
import { micros, parseDecimal, type Micros } from '@parley/money';
import type { Given } from '../rate/usage.fixture.js';
import type { BusinessFacts } from '../rate/usage.js';

const folder = new URL('../../golden/', import.meta.url);

/** One line of a golden ledger: messages, and what they have to cost. */
export interface UseLine {
  readonly kind: 'use';
  readonly conversation: string;
  readonly messages: readonly { readonly given: Given; readonly amount: Micros }[];
  readonly rule: string;
  readonly shown: string;
  readonly type: string;
  readonly tier: string;
  readonly allowance: string;
  readonly session: string;
  readonly total: Micros;
}
export interface CarryLine {
  readonly kind: 'carry';
  readonly month: string;
  readonly key: string;
  readonly count: number;
}
export interface MonthLine {
  readonly kind: 'month';
  readonly month: string;
  readonly total: Micros;
}
export type GoldenLine = { readonly at: string } & (UseLine | CarryLine | MonthLine);

export interface GoldenLedger {
  readonly policyId: string;
  readonly rateCardId: string;
  readonly facts: BusinessFacts;
  readonly lines: readonly GoldenLine[];
}

/** The policies that have a golden ledger, by its file's name. */
export function goldenPolicies(): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => name.replace('.txt', '')).sort();
}

/** Reads golden/<policy>.txt; its form is told in the README beside it. */
export function readGolden(name: string): GoldenLedger {
  const [head = '', ...rest] = readFileSync(new URL(`${name}.txt`, folder), 'utf8').split('\n');
  const match = /^policy (\w+) \| card ([\w-]+) \| zone ([\w/]+)(?: \| abroad from (\S+), at home in (\w+))?$/.exec(head);
  if (!match) throw new SyntaxError(`golden/${name}.txt begins with "${head}"`);
  const [, policyId = '', rateCardId = '', zone = '', from, homeMarket = ''] = match;
  const international = from === undefined ? null : { startsAt: Date.parse(from), homeMarket };
  const lines = rest.flatMap((text, index) => (text === '' || text.startsWith('#') ? [] : [readLine(text, `${name}.txt:${index + 2}`)]));
  return { policyId, rateCardId, facts: { zone, currency: 'USD', international }, lines };
}

function readLine(text: string, at: string): GoldenLine {
  const [kind, ...cells] = text.split('|').map((cell) => cell.trim());
  if (kind === 'use' && cells.length === 19) return { at, ...readUse(cells) };
  const [month = '', second = '', third = ''] = cells;
  if (kind === 'carry' && cells.length === 3) return { at, kind, month, key: second, count: Number(third) };
  if (kind === 'month') return { at, kind, month, total: parseDecimal(second) };
  throw new SyntaxError(`${at} is not a line of a golden ledger: ${text}`);
}

function readUse(cells: readonly string[]): UseLine {
  const [sent = '', receipt = '', conversation = '', sender = '', lanes = '', category = '', markets = '', wrote = '', came = '', times = ''] = cells;
  const [rule = '', shown = '', type = '', tier = '', allowance = '', session = '', amounts = '', total = ''] = cells.slice(10);
  const [businessId = '', numberId = ''] = sender.split('/');
  const sentAt = Date.parse(sent);
  const before = (ago: string): number | null => (ago === '-' ? null : sentAt - msOf(ago));
  const given = { businessId, numberId, category: category as Category, sentAt, deliveredAt: sentAt + msOf(receipt), lastInboundAt: before(wrote), entryPointAt: before(came) };
  const prices = amounts.split(',').map(parseDecimal);
  const messages = lanes.split(',').flatMap((lane) =>
    markets.split(',').flatMap((market, index) =>
      Array.from({ length: Number(times) }, () => ({ given: { ...given, lane: lane as Lane, market }, amount: prices[index] ?? micros(-1n) })),
    ),
  );
  return { kind: 'use', conversation, messages, rule, shown, type, tier, allowance, session, total: parseDecimal(total) };
}

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function msOf(text: string): number {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  if (!match) throw new SyntaxError(`"${text}" is not a duration such as 24h`);
  return Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0);
}
