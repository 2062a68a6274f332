import { describe, expect, it } from '@jest/globals';
import { Arrivals } from './arrivals.js';

const never = new AbortController().signal;

describe('a reader who waits', () => {
  it('is woken by what arrives, and told where', async () => {
    const arrivals = new Arrivals();
    const watch = arrivals.watch();
    const next = watch.next(60_000, never);
    arrivals.arrived(2);
    expect(await next).toEqual([2]);
  });

  it('does not miss what arrives between two waits', async () => {
    const arrivals = new Arrivals();
    const watch = arrivals.watch();
    arrivals.arrived(1);
    arrivals.arrived(3);
    expect(await watch.next(60_000, never)).toEqual([1, 3]);
    expect(await watch.next(1, never)).toEqual([]);
  });

  it('stops waiting when the time is over, when called off, and hears nothing after its end', async () => {
    const arrivals = new Arrivals();
    const watch = arrivals.watch();
    const stop = new AbortController();
    const next = watch.next(60_000, stop.signal);
    stop.abort();
    expect(await next).toEqual([]);
    watch.end();
    arrivals.arrived(1);
    expect(await watch.next(1, never)).toEqual([]);
  });
});
