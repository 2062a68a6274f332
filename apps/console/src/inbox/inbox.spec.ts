import { describe, expect, it } from '@jest/globals';
import type { ConversationEntry, ConversationWindow, QuoteAnswer, Said, TemplateEntry } from './contract.js';
import { chargeText, entryShown, filledIn, isCharged, placesIn, priceLine, quotePath, templateRequest, textRequest, tickOfSaid } from './inbox.js';

const window: ConversationWindow = { open: true, closesAt: null, lastInboundAt: '2026-11-26T10:00:00.000Z', entryPointAt: null, market: null };
const template: TemplateEntry = { id: 'h', name: 'shipping', language: 'en_US', category: 'UTILITY', status: 'APPROVED', components: [{ type: 'BODY', text: 'Order {{1}} comes {{ 2 }}, {{1}}.' }] };
const quote: QuoteAnswer = { now: '2026-11-26T12:00:00.000Z', verdict: 'priced', reason: null, detail: null, amountMicros: '0', currency: 'USD', rule: 'S0/inside-window', freeUntil: null, illustrative: true };
const now = Date.parse(quote.now);

describe('the question of a price', () => {
  it('is asked for the conversation as it stands', () => {
    expect(quotePath(window, 'Germany', { kind: 'free_form' })).toBe('/billing/v1/quote?market=Germany&kind=free_form&lastInboundAt=2026-11-26T10%3A00%3A00.000Z');
    expect(quotePath({ ...window, market: 'France' }, 'Germany', { kind: 'template', category: 'utility' })).toContain('market=France&kind=template&category=utility');
    expect(quotePath(window, null, { kind: 'free_form' })).toBeNull();
  });

  it.each([
    ['what is free, and until when', { freeUntil: '2026-11-27T10:00:00.000Z' }, 'Free until 27 Nov, 11:00: 22:00:00 left.', 'free'],
    ['what is free without an end', {}, 'Free now.', 'free'],
    ['what it costs, to the micro', { amountMicros: '55000' }, 'Costs USD 0.055 now.', 'paid'],
    ['that it is not allowed', { verdict: 'refused', reason: 'window_closed', amountMicros: null }, 'Not allowed now: the window is closed. Send a template.', 'refused'],
    ['why there is no price', { verdict: 'unpriced', reason: 'no_rate', detail: 'the card has no price for Iceland', amountMicros: null }, 'No price is known: the card has no price for Iceland.', 'refused'],
  ] as const)('is answered with %s', (_, change, text, tone) => {
    expect(priceLine({ ...quote, ...change }, now, 'Europe/Berlin')).toMatchObject({ text, tone });
  });
});

describe('the conversation that is shown', () => {
  const entry = (contactId: string, phone: string) => ({ contactId, phone }) as ConversationEntry;
  const entries = [entry('a', '1'), entry('b', '2'), entry('c', '3')];

  it.each([
    ['the chosen one', { chosen: 'c', ownPhone: '2', first: 'a' }, 'c'],
    ['else that of the phone beside it', { chosen: null, ownPhone: '2', first: 'c' }, 'b'],
    ['else the one that was shown first, also when others are newer', { chosen: 'gone', ownPhone: '9', first: 'c' }, 'c'],
    ['else the latest', { chosen: null, ownPhone: null, first: null }, 'a'],
  ])('is %s', (_, wish, shown) => {
    expect(entryShown(entries, wish)?.contactId).toBe(shown);
    expect(entryShown([], wish)).toBeNull();
  });
});

describe('a template', () => {
  it('is filled in place by place', () => {
    expect(placesIn(template)).toBe(2);
    expect([filledIn(template, []), filledIn(template, ['A-1', 'today'])]).toEqual(['Order {{1}} comes {{ 2 }}, {{1}}.', 'Order A-1 comes today, A-1.']);
    expect(placesIn({ ...template, components: [] })).toBe(0);
  });

  it('and a text are asked for in the form of the Cloud API', () => {
    expect(textRequest('491', 'Hi')).toEqual({ messaging_product: 'whatsapp', to: '491', type: 'text', text: { body: 'Hi' } });
    expect(templateRequest('491', template, ['A', 'B'])).toMatchObject({ type: 'template', template: { name: 'shipping', language: { code: 'en_US' }, components: [{ type: 'body', parameters: [{ type: 'text', text: 'A' }, { type: 'text', text: 'B' }] }] } });
  });
});

describe('what the business sent', () => {
  it('is charged once it was delivered or read, and what it was sent never', () => {
    const statuses = ['queued', 'sent', 'delivered', 'read', 'failed'] as const;
    expect(statuses.filter((status) => isCharged({ direction: 'out', status } as Said))).toEqual(['delivered', 'read']);
    expect(isCharged({ direction: 'in', status: 'received' } as Said)).toBe(false);
  });

  it('says its charge with the rule', () => {
    expect(chargeText({ amountMicros: '55000', currency: 'USD', rule: 'S0/template' })).toBe('USD 0.055 · S0/template');
    expect(chargeText({ amountMicros: '0', currency: 'USD', rule: 'S0/inside-window' })).toBe('free · S0/inside-window');
  });

  it('says why it failed', () => {
    expect(tickOfSaid({ status: 'failed', problem: 'The contact has opted out.' })).toMatchObject({ words: 'The contact has opted out.', tone: 'bad' });
    expect(tickOfSaid({ status: 'received', problem: null })).toBeNull();
  });
});
