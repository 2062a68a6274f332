import { describe, expect, it } from '@jest/globals';
import { localMonth } from '@parley/rating';
import { endedEverywhere, invoicedFrom, invoiceTerms, monthAfter } from './month-end.js';

describe('the end of a month', () => {
  // Both ends of the world, half and quarter hours, and zones whose clocks change at or near a month's end.
  const zones = ['Etc/GMT+12', 'Pacific/Pago_Pago', 'America/Sao_Paulo', 'America/Santiago', 'UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Kiritimati'];
  const months = ['2018-02', '2018-03', '2018-10', '2018-12', '2020-02', '2026-03', '2026-10'];

  it.each(zones)('has come in %s', (zone) => {
    for (const month of months) expect([zone, localMonth(endedEverywhere(month), zone) > month]).toEqual([zone, true]);
  });

  it('comes no sooner than it must: one millisecond before, it is still that month in the last zone', () => {
    for (const month of months) expect(localMonth(endedEverywhere(month) - 1, 'Etc/GMT+12')).toBe(month);
  });

  it('is billed two days later', () => {
    expect(new Date(invoicedFrom('2018-12', invoiceTerms)).toISOString()).toBe('2019-01-03T12:00:00.000Z');
    expect(new Date(invoicedFrom('2020-02', { graceMs: 0 })).toISOString()).toBe('2020-03-01T12:00:00.000Z');
  });

  it('is followed by the next month', () => {
    expect([monthAfter('2018-08'), monthAfter('2018-12'), monthAfter('2020-01')]).toEqual(['2018-09', '2019-01', '2020-02']);
  });
});
