import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keptStatuses, type KeptMessage } from '../conversations/kept.js';
import type { Fact, Note } from './fact.js';
import { notesKeptMs, State } from './state.js';

const id = fc.constantFrom('a', 'b', 'c', 'd');
const at = fc.integer({ min: 0, max: 3 * notesKeptMs });
const note = (wireId: string, instant: number): Note => ({
  wireId, messageId: wireId, direction: 'in', conversationId: 'b.c', numberId: 'n', phone: '1', at: instant, callbackData: null, isRead: false,
}); // prettier-ignore
const value = { messaging_product: 'whatsapp', metadata: { display_phone_number: '1', phone_number_id: '2' } } as const;
const call = (callId: string) => ({ id: callId, line: 'b.c', path: '/', body: '{}', lane: 'api', queuedAt: 0, wireId: null }) as const;

const kept = (wireId: string, instant: number): KeptMessage => ({
  wireId, messageId: wireId, direction: 'out', conversationId: 'b.c', contactId: 'c', phoneNumberId: '2', phone: '1', at: instant, text: 't', template: null, replyTo: null, status: 'queued', problem: null,
}); // prettier-ignore

const fact: fc.Arbitrary<Fact> = fc.oneof(
  id.map((wabaId): Fact => ({ type: 'AccountSet', account: { wabaId, businessId: 'b', name: 'n', appSecret: 's', apiKey: 'k', appKey: null } })),
  id.map((phoneNumberId): Fact => ({ type: 'NumberSet', number: { phoneNumberId, numberId: 'n', displayPhoneNumber: '1', verifiedName: 'v' } })),
  id.map((hash): Fact => ({ type: 'TokenSet', hash, lane: 'api' })),
  id.map((key): Fact => ({ type: 'TokenKeySet', key })),
  fc.array(fc.record({ key: id, value: fc.option(id) })).map((changes): Fact => ({ type: 'RecordsChanged', changes })),
  fc.option(id).map((url): Fact => ({ type: 'CallbackSet', callback: url === null ? null : { url, verifyToken: 't' } })),
  fc.option(at).map((since): Fact => ({ type: 'CallbackFailing', since })),
  at.map((instant): Fact => ({ type: 'CallbackDisabled', at: instant, reason: 'it was away' })),
  fc.tuple(id, fc.boolean()).map(([replayId, ended]): Fact => ({ type: 'ReplaySet', replay: { id: replayId, askedAt: 0, wanted: { ids: ['1.0'] }, total: 1, sent: 0, after: null, ended: ended ? { at: 1, how: 'done' } : null } })),
  id.map((name): Fact => ({ type: 'TemplatesSeen', templates: [{ name, language: 'en', version: 1, category: 'utility', status: 'approved' }] })),
  fc.tuple(id, fc.integer({ min: 1, max: 3 })).map(([name, version]): Fact => ({ type: 'TemplateDeleted', name, language: 'en', version })),
  id.map((callId): Fact => ({ type: 'CallQueued', call: call(callId) })),
  id.map((callId): Fact => ({ type: 'CallSettled', id: callId })),
  fc.tuple(id, at).map(([eventId, instant]): Fact => ({ type: 'EventQueued', event: { id: eventId, at: instant, value } })),
  fc.array(id).map((ids): Fact => ({ type: 'EventsSettled', ids })),
  fc.tuple(id, at).map(([wireId, instant]): Fact => ({ type: 'MessageNoted', note: note(wireId, instant) })),
  id.map((contactId): Fact => ({ type: 'ContactNoted', contact: { contactId, phone: '1', name: 'n' } })),
  fc.tuple(id, at).map(([wireId, instant]): Fact => ({ type: 'MessageKept', message: kept(wireId, instant) })),
  fc.tuple(id, fc.constantFrom(...keptStatuses)).map(([wireId, status]): Fact => ({ type: 'KeptMessageMoved', move: { wireId, status, problem: null } })),
  fc.constant<Fact>({ type: 'ConversationsForgotten' }),
  id.map((cursor): Fact => ({ type: 'CursorMoved', cursor })),
);

function folded(facts: Iterable<Fact>): State {
  const state = new State();
  for (const one of facts) state.apply(one);
  return state;
}

/** All of a state, with the order of its maps, which counts. */
const shown = (state: State) => Object.entries(state).map(([name, field]) => [name, field instanceof Map ? [...field] : field]);

describe('the state', () => {
  it('is the same when folded from its own snapshot', () => {
    fc.assert(fc.property(fc.array(fact, { maxLength: 60 }), (facts) => {
      const state = folded(facts);
      expect(shown(folded(state.snapshot()))).toEqual(shown(state));
    })); // prettier-ignore
  });

  it('counts what its events and calls take exactly, also when one is queued or settled twice', () => {
    fc.assert(fc.property(fc.array(fact, { maxLength: 60 }), (facts) => {
      const state = folded(facts);
      const characters = [...state.events.values()].reduce((sum, event) => sum + JSON.stringify(event).length, 0);
      expect(state.eventCharacters).toBe(characters);
      expect(state.callCharacters).toBe(2 * state.calls.size);
    })); // prettier-ignore
  });

  it('knows a callback that is set anew for well, and remembers the last hundred replays that have ended and all that go on', () => {
    const set: Fact = { type: 'CallbackSet', callback: { url: 'u', verifyToken: 't' } };
    const ill: readonly Fact[] = [set, { type: 'CallbackFailing', since: 1 }, { type: 'CallbackDisabled', at: 2, reason: 'r' }];
    expect(folded(ill).callbackCondition).toEqual({ failingSince: 1, disabled: { at: 2, reason: 'r' } });
    expect(folded([...ill, set]).callbackCondition).toEqual({ failingSince: null, disabled: null });
    const replay = (n: number): Fact => ({ type: 'ReplaySet', replay: { id: String(n), askedAt: n, wanted: { since: 0, until: 1 }, total: 0, sent: 0, after: null, ended: n < 2 ? null : { at: n, how: 'done' } } });
    const ids = [...folded(Array.from({ length: 150 }, (_, n) => replay(n))).replays.keys()];
    expect([ids.length, ids[0], ids[1], ids[2], ids.at(-1)]).toEqual([102, '0', '1', '50', '149']);
  });

  it('forgets notes after 30 days', () => {
    const state = folded([0, 1, notesKeptMs + 1].map((instant, n): Fact => ({ type: 'MessageNoted', note: note(String(n), instant) })));
    expect([...state.notes.keys()]).toEqual(['1', '2']);
  });
});
