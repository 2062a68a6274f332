import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readState, writeState } from './state-text.js';

const initial = { at: null, count: 0, told: { near: null, past: null, by: {} }, ids: [], byId: {} };
type State = Record<string, unknown>;

describe('the text of a state', () => {
  it('holds what differs from the initial state', () => {
    const state = { ...initial, at: 5, told: { ...initial.told, past: 7 }, ids: ['a'], byId: { x: { ids: [], at: null } } };
    expect(JSON.parse(writeState(state, initial))).toEqual({ at: 5, told: { past: 7 }, ids: ['a'], byId: { x: { ids: [], at: null } } });
    expect(writeState(initial, initial)).toBe('{}');
    expect(writeState(structuredClone(initial), initial)).toBe('{}');
  });

  it('reads what was written, whatever the state', () => {
    const value = fc.jsonValue() as fc.Arbitrary<unknown>;
    const some = fc.record({
      at: value, count: value, ids: fc.oneof(fc.array(value), value), byId: fc.oneof(fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), value), value),
      told: fc.oneof(fc.record({ near: value, past: value, by: fc.dictionary(fc.string(), value) }), fc.constant(initial.told), fc.constant(null)),
    });
    fc.assert(fc.property(some, (state) => expect(readState(writeState(state, initial), initial)).toEqual(JSON.parse(JSON.stringify(state)))));
  });

  it('reads a state that was written in full', () => {
    const state: State = { ...initial, told: { near: 1, past: null, by: { a: 1 } } };
    expect(readState(JSON.stringify(state), initial)).toEqual(state);
  });

  it('is the same for the same state, however it came about', () => {
    const state = { ...initial, at: 5, byId: { y: 1, x: 2 } };
    expect(writeState(readState(writeState(state, initial), initial), initial)).toBe(writeState(state, initial));
  });

  it('shares what is as it was at first', () => {
    const state = readState('{"at":5}', initial) as typeof initial;
    expect(state.told).toBe(initial.told);
    expect(initial.at).toBeNull();
  });

  it('refuses a state without a field of the initial one', () => {
    const { at, ...rest } = initial;
    expect(at).toBeNull();
    expect(() => writeState(rest, initial)).toThrow('a state lacks the field at');
  });

  it('takes what is no object as it is', () => {
    for (const state of [3, 'a', null, [1, { a: 2 }]]) expect(readState(writeState(state, initial), initial)).toEqual(state);
    expect(readState(writeState({ a: 1 }, 0), 0)).toEqual({ a: 1 });
  });
});
