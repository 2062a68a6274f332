import { describe, expect, it } from '@jest/globals';
import { bundledMarketPrefixes } from './bundled.js';
import { marketOf, marketPrefixesOf, parseMarketPrefixes } from './market.js';

const [before, after] = bundledMarketPrefixes().map(marketPrefixesOf);

describe('the market of a phone number', () => {
  it.each([
    ['12025550123', 'North America'],
    ['14165550123', 'North America'],
    ['18095550123', 'Rest of Latin America'],
    ['18295550123', 'Rest of Latin America'],
    ['18495550123', 'Rest of Latin America'],
    ['16585550123', 'Rest of Latin America'],
    ['18765550123', 'Rest of Latin America'],
    ['17875550123', 'Rest of Latin America'],
    ['19395550123', 'Rest of Latin America'],
    ['5511987654321', 'Brazil'],
    ['919876543210', 'India'],
    ['2348012345678', 'Nigeria'],
    ['4930123456', 'Germany'],
    ['2991234567', 'Other'],
    ['999', 'Other'],
    ['', 'Other'],
  ])('%s is in %s, before and after October 2026', (phone, market) => {
    expect(marketOf(phone, before!)).toBe(market);
    expect(marketOf(phone, after!)).toBe(market);
  });

  it.each([
    ['79161234567', 'Russia', 'Russia'],
    ['77011234567', 'Russia', 'Kazakhstan'],
    ['76011234567', 'Russia', 'Kazakhstan'],
  ])('%s moves from %s to %s', (phone, then, now) => {
    expect(marketOf(phone, before!)).toBe(then);
    expect(marketOf(phone, after!)).toBe(now);
    expect(after!.effectiveFrom).toBe('2026-10-01');
  });
});

describe('a list of prefixes', () => {
  it('has 143 rows in the published table', () => expect(bundledMarketPrefixes()[0]!.rows).toHaveLength(143));

  it('may name a prefix twice for one market, never for two', () => {
    const list = (...rows: { prefix: string; country: string; market: string }[]) => marketPrefixesOf({ ...bundledMarketPrefixes()[0]!, rows });
    const canada = { prefix: '1', country: 'Canada', market: 'North America' };
    expect(list(canada, { ...canada, country: 'United States' }).markets).toEqual({ 1: 'North America' });
    expect(() => list(canada, { ...canada, market: 'Canada' })).toThrow('1 belongs to North America and to Canada');
  });

  it.each([
    ['+49,Germany,Germany', 'line 2, column 1: "+49" is not a calling prefix'],
    ['49,Germany,', 'line 2, column 12: the market is missing'],
  ])('is refused with the row %s', (row, message) => expect(() => parseMarketPrefixes(`prefix,country,market\n${row}`)).toThrow(message));
});
