import { describe, expect, it } from '@jest/globals';
import { askedPlatform } from '../platform/platform.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runEligibility, type EligibilityOptions } from './eligibility.js';

const { data, nowhere } = askedPlatform();

const usual = { home: 'Brazil', markets: [], none: false, publish: false, json: false, data, environment: {} };

async function asking(options: Partial<EligibilityOptions>) {
  const terminal = memoryTerminal();
  const businessId = 'sandbox'; // The one that a first start makes.
  const run = runEligibility({ businessId, ...usual, ...options }, terminal, { fetch: globalThis.fetch });
  const said = await run.then(() => '', (error: Error & { fix?: string }) => `${error.message}\nFix: ${error.fix}`);
  return { said, text: terminal.lines.join('\n') };
}

describe('eligibility for international authentication', () => {
  const published = { markets: ['Egypt', 'India'], effectiveFrom: '2098-01-01', source: 'a notice', publish: true };

  it('is shown, with what the cards have no price for, and nothing is published', async () => {
    const { text } = await asking({ markets: ['Egypt', 'France'] });
    expect(text).toContain('at home in Brazil: international prices of authentication to Egypt, France.\nIt is eligible nowhere so far.');
    expect(text).toContain('No card in force has an international price for France: there the domestic price holds as before.');
    expect(text).toContain('Nothing was published. To publish it as version 1, add --publish --effective-from YYYY-MM-DD --source TEXT.');
  });

  it('is published once, compared with what is in force that day, and ended', async () => {
    expect((await asking(published)).text).toContain('Published as version 1, in force from 2098-01-01 on.');
    expect((await asking({ ...published, markets: ['India', 'Egypt'] })).text).toContain('This is published already');
    const next = await asking({ ...published, markets: ['India', 'Nigeria'], effectiveFrom: '2098-06-01' });
    expect(next.text).toContain('Against version 1 (from 2098-01-01 on, at home in Brazil): 1 added (Nigeria), 1 dropped (Egypt).\nPublished as version 2');
    const { home: _, ...unsaid } = usual;
    const ended = JSON.parse((await asking({ ...unsaid, none: true, effectiveFrom: '2099-01-01', source: 'a notice', publish: true, json: true })).text) as object;
    expect(ended).toMatchObject({ eligibility: { version: 3, homeMarket: 'Brazil', markets: [] }, against: { version: 2, markets: ['India', 'Nigeria'] }, outcome: 'published' });
  });

  it.each([
    ['without a market', {}, 'name all of them, each with --market'],
    ['with markets and none', { markets: ['Egypt'], none: true }, 'or say that it no longer is with --none'],
    ['for a day that is none', { markets: ['Egypt'], effectiveFrom: '2027-02-30' }, '2027-02-30 is not a day.'],
    ['without a day', { ...published, effectiveFrom: undefined }, 'give --effective-from'],
    ['without a source', { ...published, source: undefined }, 'give --source'],
    ['of its own home', { ...published, markets: ['Brazil'], effectiveFrom: '2099-06-01' }, 'names Brazil, which is its home market'],
    ['of nobody', { ...published, businessId: 'nobody', effectiveFrom: '2099-06-01' }, 'businessId: no such business is registered'],
    ['where no platform is', { markets: ['Egypt'], data: nowhere }, 'start the platform in this folder'],
  ])('is refused %s', async (_, options, expected) => expect((await asking(options as Partial<EligibilityOptions>)).said).toContain(expected));
});
