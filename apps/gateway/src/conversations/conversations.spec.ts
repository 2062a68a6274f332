import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Conversations, maxKept, maxKeptCharacters } from './conversations.js';
import { keptStatuses, moved, type KeptMessage, type KeptStatus } from './kept.js';

const message = (wireId: string, more: Partial<KeptMessage> = {}): KeptMessage => ({
  wireId, messageId: wireId, direction: 'out', conversationId: 'b.c', contactId: 'c', phoneNumberId: '2', phone: '1', at: 0, text: 't', template: null, replyTo: null, status: 'queued', problem: null, ...more,
}); // prettier-ignore
const moves = fc.array(fc.constantFrom(...keptStatuses), { maxLength: 6 });
const after = (statuses: readonly KeptStatus[], from: KeptMessage) => statuses.reduce((before, status) => moved(before, { wireId: 'm', status, problem: null }), from);

describe('a kept message', () => {
  it('never goes back, in whatever order statuses come, and a status that comes again changes nothing', () => {
    const rank = (status: KeptStatus) => keptStatuses.indexOf(status);
    fc.assert(
      fc.property(moves, (statuses) => {
        const once = after(statuses, message('m'));
        expect(rank(once.status)).toBeGreaterThanOrEqual(rank('queued'));
        expect(after(statuses, once)).toEqual(once);
        if (statuses.includes('read') && !statuses.includes('failed')) expect(once.status).toBe('read');
      }),
    );
  });

  it('that came in stays received', () => {
    fc.assert(fc.property(moves, (statuses) => expect(after(statuses, message('m', { direction: 'in', status: 'received' })).status).toBe('received')));
  });
});

describe('conversations', () => {
  it('keep so many messages, the newest', () => {
    const all = new Conversations();
    for (let n = 0; n < maxKept + 5; n++) all.apply({ type: 'MessageKept', message: message(String(n)) });
    expect([all.messages.size, all.messages.has('4'), all.messages.has('5')]).toEqual([maxKept, false, true]);
  });

  it('keep so many characters, whatever becomes of them', () => {
    const all = new Conversations();
    const text = 'x'.repeat(1_000_000);
    for (let n = 0; n < 40; n++) {
      all.apply({ type: 'MessageKept', message: message(String(n), { text }) });
      all.apply({ type: 'KeptMessageMoved', move: { wireId: String(n), status: 'failed', problem: 'A reason.' } });
    }
    expect(all.messages.size).toBe(Math.floor(maxKeptCharacters / 1_000_200));
    all.apply({ type: 'ConversationsForgotten' });
    expect(all.latest()).toEqual([]);
  });

  it('are listed by their latest message, the latest first', () => {
    const all = new Conversations();
    for (const [wireId, contactId] of [['1', 'a'], ['2', 'b'], ['3', 'a'], ['4', 'c']] as const) all.apply({ type: 'MessageKept', message: message(wireId, { contactId, conversationId: `b.${contactId}` }) });
    expect(all.latest().map(({ wireId }) => wireId)).toEqual(['4', '3', '2']);
    expect(all.of('a').map(({ wireId }) => wireId)).toEqual(['1', '3']);
  });
});
