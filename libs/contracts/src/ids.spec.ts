import { describe, expect, test } from '@jest/globals';
import { conversationIdOf, isId, partiesOf, toId } from './ids.js';

describe('ids', () => {
  test('a conversation is its business and its contact, and gives both back', () => {
    const ends = { businessId: toId('Business', 'biz_1'), contactId: toId('Contact', 'c-8f14') };
    const conversationId = conversationIdOf(ends.businessId, ends.contactId);
    expect(conversationId).toBe('biz_1.c-8f14');
    expect(isId('Conversation', conversationId)).toBe(true);
    expect(partiesOf(conversationId)).toEqual(ends);
  });

  test.each(['', 'a.b', 'a b', 'ä', 'x'.repeat(65), 'a\n'])('%j is no business id', (text) => {
    expect(isId('Business', text)).toBe(false);
    expect(() => toId('Business', text)).toThrow(RangeError);
  });

  test('a refused text is not repeated in the error', () => {
    expect(() => toId('Contact', '+49 170 1234567')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('1234567') }));
  });

  test.each(['biz_1', '.c', 'b.', 'a.b.c'])('%j has no two ends', (text) => {
    expect(() => partiesOf(text as never)).toThrow(RangeError);
  });

  test('a message id may be longer than the others', () => {
    expect(isId('Message', 'm'.repeat(128))).toBe(true);
    expect(isId('Message', 'm'.repeat(129))).toBe(false);
  });
});
