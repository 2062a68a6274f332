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

  it('keeps what else came with the address until it is forgotten, and not without a key', () => {
    const { session, storage, addresses } = tab('#key=pk_1&token=gt_1&code=123456');
    session.open();
    expect([session.ends(), addresses]).toEqual([{ token: 'gt_1', code: '123456' }, ['/console/?view=late']]);
    session.keepToken('gt_2');
    expect(session.ends().token).toBe('gt_2');
    session.forget();
    expect(storage.size).toBe(0);
    const bare = tab('#token=gt_1');
    bare.session.open();
    expect(bare.session.ends()).toEqual({ token: null, code: null });
  });

  it('goes on with the kept key, until it is forgotten', () => {
    const { session, addresses } = tab('#key=', 'pk_old');
    expect(session.open()).toBe('pk_old');
    session.forget();
    expect([session.open(), addresses]).toEqual([null, []]);
  });
});
