// Golden ledgers as text, for the specs of whoever prices; the form is told in golden/README.md.
import type { Category, Lane } from '@parley/contracts';
import { micros, parseDecimal, type Micros } from '@parley/money';
import type { Usage } from '../rate/usage.js';

/** A message of a golden ledger, and what it has to cost, micros of the card's currency. */
export interface GoldenMessage {
  readonly usage: Usage;
  readonly amount: Micros;
}

/** One line of a golden ledger: messages, and what they have to cost. */
export interface UseLine {
  readonly kind: 'use';
  /** `new`: one of its own for each message. */
  readonly conversation: string;
  readonly messages: readonly GoldenMessage[];
  readonly rule: string;
  readonly shown: string;
  readonly type: string;
  readonly tier: string;
  readonly allowance: string;
  readonly session: string;
  readonly total: Micros;
}

/** What the owner's counters say at this point. */
export interface CarryLine {
  readonly kind: 'carry';
  readonly month: string;
  readonly key: string;
  readonly count: number;
}

/** To which markets a business pays the international price, from a day of its zone on. */
export interface AbroadLine {
  readonly kind: 'abroad';
  readonly businessId: string;
  readonly effectiveFrom: string;
  readonly homeMarket: string;
  readonly markets: readonly string[];
}

/** What a month comes to, exactly and on its bill, in whole minor units. */
export interface MonthLine {
  readonly kind: 'month';
  readonly month: string;
  readonly total: Micros;
  readonly billed: Micros;
}

/** `at`: the line's file and number. */
export type GoldenLine = { readonly at: string } & (UseLine | CarryLine | MonthLine | AbroadLine);

export interface GoldenLedger {
  readonly policyId: string;
  readonly rateCardId: string;
  readonly zone: string;
  readonly lines: readonly GoldenLine[];
}

/** Reads the text of golden/<name>.txt. Throws a SyntaxError that names the line. */
export function readGoldenLedger(name: string, text: string): GoldenLedger {
  const [head = '', ...rest] = text.split('\n');
  const match = /^policy (\w+) \| card ([\w-]+) \| zone ([\w/]+)$/.exec(head);
  if (!match) throw new SyntaxError(`golden/${name}.txt begins with "${head}"`);
  const [, policyId = '', rateCardId = '', zone = ''] = match;
  const lines = rest.flatMap((line, index) => (line === '' || line.startsWith('#') ? [] : [readLine(line, `${name}.txt:${index + 2}`)]));
  return { policyId, rateCardId, zone, lines };
}

function readLine(text: string, at: string): GoldenLine {
  const [kind, ...cells] = text.split('|').map((cell) => cell.trim());
  if (kind === 'use' && cells.length === 19) return { at, ...readUse(cells) };
  const [first = '', second = '', third = '', fourth = ''] = cells;
  if (kind === 'carry' && cells.length === 3) return { at, kind, month: first, key: second, count: parseInt(third, 10) };
  if (kind === 'month' && cells.length === 4) return { at, kind, month: first, total: parseDecimal(second), billed: parseDecimal(third) };
  if (kind === 'abroad' && cells.length === 4) return { at, kind, businessId: first, effectiveFrom: second, homeMarket: third, markets: fourth === '-' ? [] : fourth.split(',') };
  throw new SyntaxError(`${at} is not a line of a golden ledger: ${text}`);
}

function readUse(cells: readonly string[]): UseLine {
  const [sent = '', receipt = '', conversation = '', sender = '', lanes = '', category = '', markets = '', wrote = '', came = '', times = ''] = cells;
  const [rule = '', shown = '', type = '', tier = '', allowance = '', session = '', amounts = '', total = ''] = cells.slice(10);
  const [businessId = '', numberId = ''] = sender.split('/');
  const kind = category === 'service' ? 'free_form' : 'template';
  const sentAt = Date.parse(sent);
  const before = (ago: string): number | null => (ago === '-' ? null : sentAt - msOf(ago));
  const facts = { sentAt, deliveredAt: sentAt + msOf(receipt), lastInboundAt: before(wrote), entryPointAt: before(came) };
  const prices = amounts.split(',').map(parseDecimal);
  const messages = lanes.split(',').flatMap((lane) =>
    markets.split(',').flatMap((market, index) => {
      const message = { businessId, numberId, kind, lane: lane as Lane, category: category as Category } as Usage['message'];
      return Array.from({ length: parseInt(times, 10) }, (): GoldenMessage => ({ usage: { ...facts, market, message }, amount: prices[index] ?? micros(-1n) }));
    }),
  );
  return { kind: 'use', conversation, messages, rule, shown, type, tier, allowance, session, total: parseDecimal(total) };
}

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function msOf(text: string): number {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  if (!match) throw new SyntaxError(`"${text}" is not a duration such as 24h`);
  return parseInt(match[1] ?? '', 10) * (unitMs[match[2] ?? ''] ?? 0);
}
