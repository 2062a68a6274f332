import { describe, expect, it } from '@jest/globals';
import { sessionOf } from './session.js';

function tab(hash: string, kept?: string) {
  const storage = new Map<string, string>(kept === undefined ? [] : [['parley.key', kept]]);
  const addresses: string[] = [];
  const store = { getItem: (name: string) => storage.get(name) ?? null, setItem: (name: string, value: string) => void storage.set(name, value), removeItem: (name: string) => void storage.delete(name) };
  return { storage, addresses, session: sessionOf(store, { hash, pathname: '/console/', search: '?view=late' }, (address) => void addresses.push(address)) };
}

describe('a session', () => {
  it('takes the key out of the address', () => {
    const { session, addresses } = tab('#key=pk_1');
    expect(session.open()).toBe('pk_1');
    expect(addresses).toEqual(['/console/?view=late']);
  });

  it('prefers the key that comes with the address, and keeps it', () => {
    const { session, storage } = tab('#key=pk_new', 'pk_old');
    expect(session.open()).toBe('pk_new');
    expect([...storage]).toEqual([['parley.key', 'pk_new']]);
  });

  it('goes on with the kept key, until it is forgotten', () => {
    const { session, addresses } = tab('#key=', 'pk_old');
    expect(session.open()).toBe('pk_old');
    session.forget();
    expect([session.open(), addresses]).toEqual([null, []]);
  });
});
