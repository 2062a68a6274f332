import { describe, expect, it } from '@jest/globals';
import type { MessageId, MessageSent } from '@parley/contracts';
import fc from 'fast-check';
import { aMessage, anAd, aTemplateMessage, dayMs, friday, hourMs, logged, received } from '../scenario/fixtures.js';
import { Scenario } from '../scenario/scenario.js';
import type { ReplyEvent } from './events.js';
import { isUnanswered } from './evolve.js';
import { repliesTopology } from './topology.js';

const after = (hours: number): number => friday + hours * hourMs;
const conversation = () => new Scenario(repliesTopology, expect);
const id = (text: string): MessageId => text as MessageId;

function sent(at: number, messageId = 'm1', change: Partial<MessageSent> = {}): MessageSent {
  const payload = { type: 'MessageSent', message: aMessage({ messageId }), market: 'Brazil', lastInboundAt: friday, entryPointAt: null, windowClosesAt: friday + dayMs, reservation: null, ...change } as const;
  return logged(payload, at);
}

/** The rows of one event, as far as a case looks at them. */
const rowsOf = (one: ReturnType<typeof conversation>, event: ReplyEvent): readonly unknown[] => one.fold(event).map(({ row }) => row);

describe('an unanswered stretch', () => {
  it('lasts from the first message to the first answer, whatever is written in between', () => {
    const one = conversation();
    expect(rowsOf(one, received(friday))).toMatchObject([{ number: 1, first_unanswered_at: friday, last_inbound_at: friday, answered_at: null, response_ms: null, kind: null, late: null }]);
    expect(rowsOf(one, received(after(2), { messageId: id('in2') }))).toMatchObject([{ number: 1, first_unanswered_at: friday, last_inbound_at: after(2) }]);
    expect(rowsOf(one, sent(after(3)))).toMatchObject([
      { number: 1, first_unanswered_at: friday, answered_at: after(3), response_ms: 3 * hourMs, answer_message_id: 'm1', lane: 'api', kind: 'free_form', late: false, market: 'Brazil' },
    ]);
    expect(rowsOf(one, sent(after(4), 'm2'))).toEqual([]);
  });

  it('is followed by the next when the contact writes again', () => {
    const one = conversation().given(received(friday), sent(after(1)));
    expect(isUnanswered(one.state)).toBe(false);
    expect(rowsOf(one, received(after(5), { messageId: id('in2'), entryPoint: anAd }))).toMatchObject([{ number: 2, first_unanswered_at: after(5), answered_at: null, entry_point_at: after(5) }]);
    expect(isUnanswered(one.state)).toBe(true);
  });

  it('is late from the instant on at which the window closes, and tells not where the record does not', () => {
    const answered = (at: number, windowClosesAt: number | null) => rowsOf(conversation().given(received(friday)), sent(at, 'm1', { windowClosesAt }));
    expect(answered(after(24) - 1, after(24))).toMatchObject([{ late: false }]);
    expect(answered(after(24), after(24))).toMatchObject([{ late: true }]);
    expect(answered(after(13), after(12))).toMatchObject([{ late: true }]);
    expect(answered(after(30), null)).toMatchObject([{ answered_at: after(30), late: null }]);
  });

  it('is ended by a template or by hand as well, and says so', () => {
    const template = { message: aTemplateMessage() };
    expect(rowsOf(conversation().given(received(friday)), sent(after(30), 'm1', template))).toMatchObject([{ kind: 'template', category: 'utility', late: true }]);
    const byHand = { message: aMessage({ lane: 'app' }) };
    expect(rowsOf(conversation().given(received(friday)), sent(after(30), 'm1', byHand))).toMatchObject([{ lane: 'app', kind: 'free_form', late: true }]);
  });

  it('does not begin with what the business writes by itself', () => {
    expect(rowsOf(conversation(), sent(friday, 'm1', { message: aTemplateMessage(), windowClosesAt: null }))).toEqual([]);
  });

  it('counts by event time: what is reported afterwards was answered by what was sent after it', () => {
    const reported = (at: number) => received(at, { messageId: id('late-report'), provenance: 'reported', market: 'Other' });
    const one = conversation().given(received(friday), sent(after(1)));
    expect(rowsOf(one, reported(after(0.5)))).toMatchObject([{ number: 1, answered_at: after(1), response_ms: hourMs }]);
    expect(rowsOf(one, reported(after(2)))).toMatchObject([{ number: 2, first_unanswered_at: after(2), market: 'Brazil' }]);
    expect(rowsOf(one, reported(after(1.5)))).toMatchObject([{ number: 2, first_unanswered_at: after(1.5), last_inbound_at: after(2) }]);
    expect(rowsOf(one, reported(after(0.7)))).toMatchObject([{ number: 2, first_unanswered_at: after(1.5) }]);
  });

  it('never takes less than no time, though two clocks may disagree', () => {
    expect(rowsOf(conversation().given(received(friday)), sent(friday - 40))).toMatchObject([{ answered_at: friday, response_ms: 0, late: false }]);
  });

  it('knows the market from the directory alone, and the newest word of it', () => {
    const one = conversation().given(received(friday, { provenance: 'reported', market: 'Mars' }));
    expect(one.state.market).toBeNull();
    one.given(received(after(2), { market: 'India' }), received(after(1), { market: 'Brazil' }));
    expect(one.state.market).toEqual({ name: 'India', saidAt: after(2) });
  });
});

describe('the state of a conversation', () => {
  const events = fc.array(fc.record({ isSent: fc.boolean(), minutes: fc.nat(3_000), reported: fc.boolean() }), { maxLength: 60 });
  const eventOf = ({ isSent, minutes, reported }: { isSent: boolean; minutes: number; reported: boolean }, index: number): ReplyEvent =>
    isSent ? sent(friday + minutes * 60_000, `m${index}`) : received(friday + minutes * 60_000, { messageId: id(`in${index}`), provenance: reported ? 'reported' : 'proven' });

  it('stays small, however long it goes on', () => {
    fc.assert(
      fc.property(events, (list) => {
        const one = conversation();
        for (const event of list.map(eventOf)) {
          one.given(event);
          expect(JSON.stringify(one.state).length).toBeLessThan(600);
        }
      }),
    );
  });

  it('has every stretch answered at most once, each after it began', () => {
    fc.assert(
      fc.property(events, (list) => {
        const one = conversation();
        const rows = list.map(eventOf).flatMap((event) => one.fold(event).map(({ row }) => row!));
        for (const number of new Set(rows.map((row) => row['number']))) {
          const ofStretch = rows.filter((row) => row['number'] === number);
          expect(new Set(ofStretch.map((row) => row['answered_at']).filter((at) => at !== null)).size).toBeLessThanOrEqual(1);
          for (const row of ofStretch) if (row['response_ms'] !== null) expect(row['response_ms']).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
