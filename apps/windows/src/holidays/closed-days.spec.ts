import { describe, expect, it } from '@jest/globals';
import { startOfDay } from '@parley/domain';
import { closedDays, countryOf, isCountry, regionsOf } from './closed-days.js';

const berlin = 'Europe/Berlin';
const period = (from: string, to: string, zone = berlin) => ({ from: startOfDay(from, zone), to: startOfDay(to, zone) });
const days = (from: string, to: string, region: string | null = null, own: readonly string[] = []) => closedDays(period(from, to), berlin, { country: 'DE', region }, own).map(({ day, name }) => `${day} ${name}`);

describe('the country of a zone', () => {
  it.each([[berlin, 'DE'], ['America/Sao_Paulo', 'BR'], ['Asia/Kolkata', 'IN'], ['Asia/Calcutta', 'IN'], ['America/New_York', 'US'], ['UTC', null]])('%s is %s', (zone, country) => {
    expect(countryOf(zone)).toBe(country);
    expect(countryOf(zone)).toBe(country); // As it is remembered.
  });

  it('is one whose holidays are known', () => {
    expect([isCountry('DE'), isCountry('XX'), isCountry('de')]).toEqual([true, false, false]);
    expect(regionsOf('DE')).toContain('BY');
    expect(regionsOf('VA')).toEqual([]);
  });
});

describe('closed days', () => {
  it('are the public holidays of the country, over the turn of the year', () => {
    expect(days('2026-12-20', '2027-01-10')).toEqual(['2026-12-25 Christmas Day', '2026-12-26 Boxing Day', "2027-01-01 New Year's Day"]);
  });

  it('are those of its part as well, where one is named', () => {
    expect(days('2027-01-02', '2027-01-10')).toEqual([]);
    expect(days('2027-01-02', '2027-01-10', 'BY')).toEqual(['2027-01-06 Epiphany']);
  });

  it('are those that move with the year: Easter, and Thanksgiving', () => {
    expect(days('2026-03-30', '2026-04-07')).toEqual(['2026-04-03 Good Friday', '2026-04-06 Easter Monday']);
    expect(closedDays(period('2026-11-20', '2026-12-01', 'America/New_York'), 'America/New_York', { country: 'US', region: null }, [])).toEqual([{ day: '2026-11-26', name: 'Thanksgiving Day' }]);
  });

  it('are those the business names, within the period, and a holiday keeps its name', () => {
    expect(days('2026-12-24', '2026-12-26', null, ['2026-12-24', '2026-12-25', '2026-12-31'])).toEqual(['2026-12-24 closed', '2026-12-25 Christmas Day']);
  });

  it('are none where no country is known', () => {
    expect(closedDays(period('2026-12-20', '2027-01-10'), 'UTC', { country: null, region: null }, [])).toEqual([]);
  });

  it('begin and end at local midnight: the last instant before it still counts', () => {
    const boxingDay = { from: startOfDay('2026-12-26', berlin), to: startOfDay('2026-12-26', berlin) + 1 };
    expect(closedDays(boxingDay, berlin, { country: 'DE', region: null }, [])).toHaveLength(1);
    expect(closedDays({ from: boxingDay.from - 1, to: boxingDay.from }, berlin, { country: 'DE', region: null }, [])).toEqual([{ day: '2026-12-25', name: 'Christmas Day' }]);
  });
});
