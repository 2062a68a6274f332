import { describe, expect, it } from '@jest/globals';
import type { ChargePage } from '../api/contract.js';
import { history } from '../e2e/history.fixture.js';
import { nothingFound, queryOf, readOn, sumOf } from './charges.js';
import type { Found, Selection } from './charges.js';

const any: Selection = { range: null, market: null, paid: 'all', lateAt: null };

describe('a selection', () => {
  it('is asked for as it is', () => {
    const given = (selection: Selection) => Object.fromEntries(Object.entries(queryOf(selection)).filter(([, value]) => value != null));
    expect(given(any)).toEqual({ order: 'delivered' });
    expect(given({ range: { from: '2026-11-20', to: '2026-11-21' }, market: 'India', paid: 'paid', lateAt: { weekday: 6, hour: 0 } })).toEqual({ order: 'delivered', from: '2026-11-20', to: '2026-11-21', market: 'India', cost: 'paid', lateHour: '6-0' });
  });
});

describe('charges', () => {
  const charges = history().slice(0, 250).toReversed();
  const asked: string[] = [];
  const ask = (after: string) => {
    asked.push(after);
    const start = Number(after);
    return Promise.resolve({ value: { data: charges.slice(start, start + 100), next: String(start + 100), more: start + 100 < charges.length } as ChargePage });
  };
  const start: Found = { ...nothingFound, next: '0' };

  it('are read to the end, the latest delivery first', async () => {
    const found = (await readOn(start, { ask })) as Found;
    expect([found.charges.length, found.next]).toEqual([250, null]);
    expect(found.charges[0]!.deliveredAt >= found.charges[249]!.deliveredAt).toBe(true);
    expect(asked).toEqual(['0', '100', '200']);
    expect(sumOf(found.charges)).toBe(charges.reduce((sum, { amountMicros }) => sum + BigInt(amountMicros), 0n));
  });

  it('are read on from where it stopped, each of them once', async () => {
    const first = (await readOn(start, { ask, mostPages: 2 })) as Found;
    expect([first.charges.length, first.next]).toEqual([200, '200']);
    const rest = (await readOn(first, { ask, mostPages: 2 })) as Found;
    expect(new Set(rest.charges.map(({ chargeId }) => chargeId)).size).toBe(250);
    expect(rest.next).toBeNull();
  });

  it('that cannot be read are a fault', async () => {
    const fault = { status: 503, title: 'Stopping', detail: 'd', fix: 'f' };
    expect(await readOn(start, { ask: () => Promise.resolve({ fault }) })).toEqual({ fault });
  });
});
