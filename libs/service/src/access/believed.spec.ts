import { describe, expect, it } from '@jest/globals';
import { Believed } from './believed.js';

function believedAt() {
  const time = { now: 1_000 };
  return { time, believed: new Believed<string | null>(() => time.now) };
}

describe('what is believed of credentials', () => {
  it('is known for three seconds from when the database was asked, and then no more', () => {
    const { time, believed } = believedAt();
    believed.keep('a', 'known', 900);
    time.now = 3_899;
    expect(believed.get('a')).toBe('known');
    time.now += 1;
    expect(believed.get('a')).toBeUndefined();
  });

  it('tells an id that does not exist from one that nobody asked about', () => {
    const { believed } = believedAt();
    believed.keep('made-up', null, 1_000);
    expect([believed.get('made-up'), believed.get('other')]).toEqual([null, undefined]);
  });

  it('ends at once where it is told to', () => {
    const { believed } = believedAt();
    believed.keep('a', 'one', 1_000);
    believed.keep('b', 'two', 1_000);
    believed.keep('c', 'two', 1_000);
    believed.forget('a');
    believed.forgetWhere((known) => known === 'two');
    expect([believed.get('a'), believed.get('b'), believed.get('c')]).toEqual([undefined, undefined, undefined]);
  });

  it('holds ten thousand, and forgets them all rather than one more', () => {
    const { believed } = believedAt();
    for (let id = 0; id < 10_000; id += 1) believed.keep(String(id), 'known', 1_000);
    believed.keep('0', 'again', 1_000);
    expect([believed.get('0'), believed.get('9999')]).toEqual(['again', 'known']);
    believed.keep('10000', 'new', 1_000);
    expect([believed.get('0'), believed.get('10000')]).toEqual([undefined, 'new']);
  });
});
