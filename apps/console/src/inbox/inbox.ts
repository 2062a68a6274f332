import { pathOf } from '../api/client.js';
import type { Charge } from '../api/contract.js';
import { readMicros, writeMoney } from '../amount/amount.js';
import { inZone, writeTimeLeft } from '../calendar/clock.js';
import { shortDay } from '../calendar/day.js';
import type { Tick } from '../phone/phone.js';
import type { ConversationEntry, ConversationWindow, QuoteAnswer, Said, TemplateEntry } from './contract.js';

/** A message that is about to be sent, as far as its price is concerned. */
export type Sending = { readonly kind: 'free_form' } | { readonly kind: 'template'; readonly category: string };

/** The question what that would cost now. Null while the contact's country is not known. */
export function quotePath(window: ConversationWindow, market: string | null, sending: Sending): string | null {
  const { lastInboundAt, entryPointAt } = window;
  const known = window.market ?? market;
  if (known === null) return null;
  return pathOf('/billing/v1/quote', { market: known, kind: sending.kind, category: sending.kind === 'template' ? sending.category : null, lastInboundAt, entryPointAt });
}

/** The conversation to show: the chosen one, that of the phone beside the inbox, the one that was shown first, the latest. An answer must not go to another by itself. */
export function entryShown(entries: readonly ConversationEntry[], { chosen, ownPhone, first }: { readonly chosen: string | null; readonly ownPhone: string | null; readonly first: string | null }): ConversationEntry | null {
  const by = (fits: (entry: ConversationEntry) => boolean): ConversationEntry | undefined => entries.find(fits);
  return by(({ contactId }) => contactId === chosen) ?? by(({ phone }) => phone === ownPhone) ?? by(({ contactId }) => contactId === first) ?? entries[0] ?? null;
}

/** What the person is told before sending: the price, and until when it is that. */
export interface PriceLine {
  readonly text: string;
  readonly tone: 'free' | 'paid' | 'refused';
  readonly illustrative: boolean;
}

export function priceLine(quote: QuoteAnswer, nowMs: number, zone: string): PriceLine {
  const { verdict, reason, detail, amountMicros, currency, freeUntil } = quote;
  if (verdict === 'refused') return { text: reason === 'window_closed' ? 'Not allowed now: the window is closed. Send a template.' : `Not allowed now: ${detail ?? reason}.`, tone: 'refused', illustrative: false };
  if (verdict === 'unpriced' || amountMicros === null || currency === null) return { text: `No price is known: ${detail ?? reason}.`, tone: 'refused', illustrative: false };
  const amount = readMicros(amountMicros);
  const illustrative = quote.illustrative === true;
  if (amount > 0n) return { text: `Costs ${writeMoney(amount, currency)} now.`, tone: 'paid', illustrative };
  if (freeUntil === null) return { text: 'Free now.', tone: 'free', illustrative };
  const { day, time } = inZone(freeUntil, zone);
  return { text: `Free until ${shortDay(day)}, ${time.slice(0, 5)}: ${writeTimeLeft(Date.parse(freeUntil) - nowMs)} left.`, tone: 'free', illustrative };
}

/** How many places {{1}}, {{2}} … the template's text has. */
export function placesIn({ components }: TemplateEntry): number {
  return Math.max(0, ...[...textOf(components).matchAll(/\{\{\s*(\d+)\s*\}\}/g)].map(([, nth]) => Number(nth)));
}

/** What the customer will read; places without a value stay as they are. */
export function filledIn({ components }: TemplateEntry, values: readonly string[]): string {
  return textOf(components).replace(/\{\{\s*(\d+)\s*\}\}/g, (place, nth: string) => values[Number(nth) - 1] || place);
}

const textOf = (components: TemplateEntry['components']): string => components.find(({ type }) => type === 'BODY')?.text ?? '';

/** The request for `POST /gateway/{version}/{phoneNumberId}/messages`. */
export function textRequest(to: string, body: string): object {
  return { messaging_product: 'whatsapp', to, type: 'text', text: { body } };
}

export function templateRequest(to: string, { name, language }: TemplateEntry, values: readonly string[]): object {
  const components = values.length === 0 ? [] : [{ type: 'body', parameters: values.map((text) => ({ type: 'text', text })) }];
  return { messaging_product: 'whatsapp', to, type: 'template', template: { name, language: { code: language }, components } };
}

/** The mark beside what the business sent. */
export function tickOfSaid({ status, problem }: Pick<Said, 'status' | 'problem'>): Tick | null {
  switch (status) {
    case 'received':
      return null;
    case 'queued':
      return { mark: '◷', words: 'on its way', tone: 'dim' };
    case 'sent':
      return { mark: '✓', words: 'sent', tone: 'dim' };
    case 'delivered':
      return { mark: '✓✓', words: 'delivered', tone: 'dim' };
    case 'read':
      return { mark: '✓✓', words: 'read', tone: 'read' };
    case 'failed':
      return { mark: '!', words: problem ?? 'failed', tone: 'bad' };
    default:
      return status satisfies never;
  }
}

/** Whether a charge is to be expected: a message is charged when it was delivered or read. */
export function isCharged({ direction, status }: Said): boolean {
  return direction === 'out' && (status === 'delivered' || status === 'read');
}

/** The charge of a message: its amount, and the rule that decided it. */
export function chargeText({ amountMicros, currency, rule }: Pick<Charge, 'amountMicros' | 'currency' | 'rule'>): string {
  const amount = readMicros(amountMicros);
  return `${amount === 0n ? 'free' : writeMoney(amount, currency)} · ${rule}`;
}
