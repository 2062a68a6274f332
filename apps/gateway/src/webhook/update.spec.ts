import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../state/fact.js';
import type { Template } from '../wire/template.js';
import { preferenceUpdates, seenOf, templateUpdates } from './update.js';

const template = (name: string, change: Partial<Template> = {}): Template => ({ name, language: 'en', version: 1, category: 'utility', status: 'approved', body: 'x', parameters: [], hash: 'h', ...change });
const never = () => false;
const updates = (before: readonly Template[], after: readonly Template[], isDeleted: (one: { readonly name: string }) => boolean = never) => templateUpdates(before.map(seenOf), after, isDeleted);

describe('what has happened to templates', () => {
  it('is nothing when they are looked at for the first time', () => {
    expect(templateUpdates(null, [template('a')], never)).toEqual([]);
  });

  it.each<[string, Partial<Template>, string]>([
    ['approved', { status: 'approved' }, 'APPROVED'], ['rejected', { status: 'rejected' }, 'REJECTED'], ['paused', { status: 'paused' }, 'PAUSED'], ['disabled', { status: 'disabled' }, 'DISABLED'],
    ['edited', { version: 2 }, 'PENDING'],
  ])('is told when one is %s', (_, change, event) => {
    expect(updates([template('a', { status: 'pending' })], [template('a', { status: 'pending', ...change })])).toEqual([
      { field: 'message_template_status_update', value: { event, message_template_id: expect.any(Number), message_template_name: 'a', message_template_language: 'en', reason: 'NONE', message_template_category: 'UTILITY' } },
    ]);
  }); // prettier-ignore

  it('is told of new ones, of a category that has changed, and of what the business has deleted, not of what is merely missing', () => {
    expect(updates([], [template('a', { status: 'pending' })])).toMatchObject([{ value: { event: 'PENDING', message_template_name: 'a' } }]);
    expect(updates([template('a')], [template('a', { category: 'marketing' })])).toEqual([
      { field: 'template_category_update', value: { message_template_id: expect.any(Number), message_template_name: 'a', message_template_language: 'en', previous_category: 'UTILITY', new_category: 'MARKETING' } },
    ]);
    expect(updates([template('a'), template('b')], [], ({ name }) => name === 'a')).toMatchObject([{ value: { event: 'DELETED', message_template_name: 'a' } }]);
  });

  it('is nothing when one looks again', () => {
    const one = fc.record({ name: fc.constantFrom('a', 'b', 'c'), language: fc.constantFrom('en', 'de'), status: fc.constantFrom('approved' as const, 'pending' as const), version: fc.integer({ min: 1, max: 3 }) });
    fc.assert(fc.property(fc.uniqueArray(one, { selector: ({ name, language }) => `${name} ${language}` }), (some) => {
      const all = some.map((change) => template(change.name, change));
      expect(updates(all, all, () => true)).toEqual([]);
      expect(updates([], all)).toHaveLength(all.length);
    })); // prettier-ignore
  });
});

describe('what a contact wants', () => {
  const number = { phoneNumberId: '7', numberId: 'n1', displayPhoneNumber: '+1 555-078-3881', verifiedName: 'Shop' };
  const call = (body: object, path = '/ingest/v1/consents'): Fact => ({ type: 'CallQueued', call: { id: 'stop.x', line: 'b.c', path, body: JSON.stringify(body), lane: 'api', queuedAt: 0, wireId: null } });
  const noted: readonly Fact[] = [
    { type: 'MessageNoted', note: { wireId: 'x', messageId: 'm', direction: 'in', conversationId: 'b.c', numberId: 'n1', phone: '1555', at: 0, callbackData: null, isRead: false } },
    { type: 'ContactNoted', contact: { contactId: 'c', phone: '1555', name: 'Ada' } },
  ];

  it('is told when it says STOP', () => {
    expect(preferenceUpdates([...noted, call({ contactId: 'c', action: 'revoke' })], [number], 1_739_321_024_900)).toEqual([{
      field: 'user_preferences',
      value: {
        messaging_product: 'whatsapp', metadata: { display_phone_number: '15550783881', phone_number_id: '7' }, contacts: [{ profile: { name: 'Ada' }, wa_id: '1555' }],
        user_preferences: [{ wa_id: '1555', detail: 'User requested to stop marketing messages', category: 'marketing_messages', value: 'stop', timestamp: 1_739_321_024 }],
      },
    }]); // prettier-ignore
  });

  it.each<[string, readonly Fact[]]>([['another message', noted], ['another call', [...noted, call({ contactId: 'c', action: 'revoke' }, '/ingest/v1/messages')]], ['an opt-in', [...noted, call({ contactId: 'c', action: 'grant' })]]])('is not told for %s', (_, facts) => {
    expect(preferenceUpdates(facts, [number], 0)).toEqual([]);
  });
});
