import { describe, expect, it } from '@jest/globals';
import type { PendingEvent } from '../state/fact.js';
import { Aside } from './aside.js';
import { nextBatch, nextSize } from './batch.js';
import { waitAfter } from './retry.js';

const event = (id: string, padding = ''): PendingEvent => ({
  id,
  at: 0,
  value: { messaging_product: 'whatsapp', metadata: { display_phone_number: padding, phone_number_id: '1' } },
});
const none = () => null;
const limits = { events: 3, characters: 1_000 };
const ids = (next: ReturnType<typeof nextBatch>) => (next.kind === 'batch' ? next.batch.map(({ id }) => id) : next);

describe('the next batch', () => {
  it('takes the oldest, up to the limit of events and of characters', () => {
    expect(ids(nextBatch(['a', 'b', 'c', 'd'].map((id) => event(id)), none, limits, 0))).toEqual(['a', 'b', 'c']);
    const large = [event('a', 'x'.repeat(600)), event('b', 'x'.repeat(600))];
    expect(ids(nextBatch(large, none, limits, 0))).toEqual(['a']);
    expect(ids(nextBatch([event('a', 'x'.repeat(5_000))], none, limits, 0))).toEqual(['a']);
  });

  it('steps over an event set aside until it is due, and sends that one alone', () => {
    const events = ['a', 'b', 'c'].map((id) => event(id));
    const aside = (id: string) => (id === 'a' ? 50 : null);
    expect(ids(nextBatch(events, aside, limits, 49))).toEqual(['b', 'c']);
    expect(ids(nextBatch(events, aside, limits, 50))).toEqual(['a']);
  });

  it('says when there will be something', () => {
    const aside = (id: string) => (id === 'a' ? 50 : 40);
    expect(nextBatch([event('a'), event('b')], aside, limits, 0)).toEqual({ kind: 'wait', until: 40 });
    expect(nextBatch([], none, limits, 0)).toEqual({ kind: 'wait', until: null });
  });

  it('grows while all goes well and halves down to the one at fault', () => {
    expect([nextSize(1, true, 50), nextSize(40, true, 50), nextSize(50, false, 50), nextSize(1, false, 50)]).toEqual([2, 50, 25, 1]);
  });
});

describe('an event that fails alone', () => {
  const wait = (convictions: number) => 100 * convictions;

  it('is tried three times, then lets the next one try, for the endpoint may be down', () => {
    const aside = new Aside();
    for (const expected of [0, 0, Infinity]) {
      aside.failedAlone('a', 7, wait);
      expect(aside.dueAt('a')).toBe(expected);
    }
    expect(aside.release()).toBe(true);
    expect(aside.dueAt('a')).toBe(0);
    expect(aside.release()).toBe(false);
  });

  it('comes back when something else gets through, and waits ever longer if it then fails again', () => {
    const aside = new Aside();
    for (let n = 0; n < 3; n++) aside.failedAlone('a', 7, wait);
    aside.acknowledged(['b']);
    expect(aside.dueAt('a')).toBe(0);
    aside.failedAlone('a', 7, wait);
    expect(aside.dueAt('a')).toBe(107);
    aside.acknowledged(['c']);
    expect(aside.dueAt('a')).toBe(107);
    aside.failedAlone('a', 200, wait);
    expect(aside.dueAt('a')).toBe(400);
    aside.acknowledged(['a']);
    expect(aside.dueAt('a')).toBeNull();
  });
});

describe('the wait after a failure', () => {
  const backoff = { firstMs: 1_000, longestMs: 60_000 };

  it('doubles up to the longest, half of it by chance', () => {
    expect([1, 2, 3, 6, 7, 1_000].map((failures) => waitAfter(failures, backoff, 1))).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
    expect(waitAfter(3, backoff, 0)).toBe(2_000);
  });
});
