import { describe, expect, it } from '@jest/globals';
import type { Charge } from '../api/contract.js';
import { history } from '../e2e/history.fixture.js';
import { belongs, nothingFound, readOn, sumOf } from './charges.js';
import type { Found, Selection } from './charges.js';

const any: Selection = { range: null, market: null, paid: 'all', lateAt: null };
const [sample] = history();
const charge = (change: Partial<Charge>): Charge => ({ ...sample!, ...change });

describe('a charge belongs to a number', () => {
  it('by the day of delivery in the business’s zone', () => {
    const one = charge({ deliveredAt: '2026-11-20T23:30:00.000Z' });
    const on = (day: string) => ({ ...any, range: { from: day, to: day } });
    expect([belongs(one, on('2026-11-21'), 'Europe/Berlin'), belongs(one, on('2026-11-20'), 'Europe/Berlin'), belongs(one, on('2026-11-20'), 'UTC')]).toEqual([true, false, true]);
  });

  it('by country, and by whether it cost anything', () => {
    const paid = charge({ market: 'India', amountMicros: '1' });
    const free = charge({ market: 'India', amountMicros: '0' });
    expect([paid, free].map((one) => belongs(one, { ...any, paid: 'paid' }, 'UTC'))).toEqual([true, false]);
    expect([paid, free].map((one) => belongs(one, { ...any, paid: 'free' }, 'UTC'))).toEqual([false, true]);
    expect([belongs(paid, { ...any, market: 'India' }, 'UTC'), belongs(paid, { ...any, market: 'Italy' }, 'UTC')]).toEqual([true, false]);
  });

  it('as a late reply by the hour it was sent, if it cost something', () => {
    const late = charge({ rule: 'S0/late-free-form', amountMicros: '55000', sentAt: '2026-11-21T19:59:59.000Z' }); // Saturday, 20:59:59 in Berlin.
    const at = { ...any, lateAt: { weekday: 6, hour: 20 } };
    expect(belongs(late, at, 'Europe/Berlin')).toBe(true);
    expect([{ amountMicros: '0' }, { rule: 'S0/template' }, { sentAt: '2026-11-21T20:00:00.000Z' }, { sentAt: '2026-11-20T19:59:59.000Z' }].map((change) => belongs({ ...late, ...change }, at, 'Europe/Berlin'))).toEqual([false, false, false, false]);
  });
});

describe('charges', () => {
  const charges = history().slice(0, 250);
  const asked: string[] = [];
  const ask = (after: string) => {
    asked.push(after);
    const start = Number(after);
    return Promise.resolve({ value: { data: charges.slice(start, start + 100), next: String(start + 100), more: start + 100 < charges.length } });
  };
  const start: Found = { ...nothingFound, next: '0' };

  it('are read to the end, the latest delivery first', async () => {
    const found = (await readOn(start, { ask, selection: any, zone: 'UTC' })) as Found;
    expect([found.charges.length, found.read, found.next]).toEqual([250, 250, null]);
    expect(found.charges[0]!.deliveredAt >= found.charges[249]!.deliveredAt).toBe(true);
    expect(asked).toEqual(['0', '100', '200']);
    expect(sumOf(found.charges)).toBe(charges.reduce((sum, { amountMicros }) => sum + BigInt(amountMicros), 0n));
  });

  it('are read on from where it stopped, each of them once', async () => {
    const first = (await readOn(start, { ask, selection: any, zone: 'UTC', mostPages: 2 })) as Found;
    expect([first.charges.length, first.next]).toEqual([200, '200']);
    const rest = (await readOn(first, { ask, selection: any, zone: 'UTC', mostPages: 2 })) as Found;
    expect(new Set(rest.charges.map(({ chargeId }) => chargeId)).size).toBe(250);
    expect(rest.next).toBeNull();
  });

  it('that cannot be read are a fault', async () => {
    const fault = { status: 503, title: 'Stopping', detail: 'd', fix: 'f' };
    expect(await readOn(start, { ask: () => Promise.resolve({ fault }), selection: any, zone: 'UTC' })).toEqual({ fault });
  });
});
