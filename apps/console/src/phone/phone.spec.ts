import { describe, expect, it } from '@jest/globals';
import { groupsOf, saidIn, suggestedNumber, tickOf, unreadOf } from './phone.js';

describe('a bubble', () => {
  it('is ticked once when the platform has it, twice when it was delivered, and otherwise when it was read', () => {
    const ticks = (['accepted', 'delivered', 'read'] as const).map((state) => tickOf({ state, problem: null })!);
    expect(ticks.map(({ mark, words, tone }) => [mark, words, tone])).toEqual([['✓', 'sent', 'dim'], ['✓✓', 'delivered', 'dim'], ['✓✓', 'read', 'read']]);
  });

  it('says why a message was not sent', () => {
    expect(tickOf({ state: 'refused', problem: 'Not yours to do' })).toMatchObject({ words: 'refused: Not yours to do', tone: 'bad' });
    expect(tickOf({ state: 'received', problem: null })).toBeNull();
  });

  it('shows words, or the reason why there are none', () => {
    expect([saidIn({ text: 'Hi', problem: null }), saidIn({ text: null, problem: 'template_mismatch' })]).toEqual(['Hi', 'This message cannot be shown here (template_mismatch).']);
  });
});

describe('a phone', () => {
  it('has read what it wrote itself', () => {
    const message = { messageId: 'm', conversationId: 'c', numberId: 'n', order: 1, at: 0, text: '', category: null, template: null, replyTo: null, problem: null } as const;
    const all = [{ ...message, direction: 'in', state: 'received' }, { ...message, direction: 'in', state: 'read' }, { ...message, direction: 'out', state: 'accepted' }] as const;
    expect(unreadOf(all)).toEqual([all[0]]);
  });

  it('is offered a number that nobody has, and never the sandbox’s own', () => {
    for (const dice of [0, 7, 89, 90, 4_294_967_295]) expect(suggestedNumber(dice)).toMatch(/^\+4917139200[1-9]\d$/);
  });

  it('shows its safety number in groups that can be read out', () => {
    expect(groupsOf('1'.repeat(60))).toEqual(Array(12).fill('11111'));
  });
});
