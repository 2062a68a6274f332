import { describe, expect, it } from '@jest/globals';
import { askedPlatform } from '../platform/platform.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runImport, type ImportOptions } from './import.js';

const { data, nowhere, file } = askedPlatform();
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const later = day(40);


/** Beside the card of the sandbox: Chile 0.0889, 0.0200, 0.0200 there, Iceland priced as Other (0.0604, 0.0077, 0.0077). */
const sheet = `Our prices
Market,Currency,Marketing,Utility,Authentication,"Authentication-
International",Service
Chile,$US,0.0700,0.0200,0.0210,n/a,0
Iceland,$US,0.0604,0.0036,0.0077,n/a,n/a
Other,$US,0.0604,0.0077,0.0077,n/a,n/a

* Without taxes.
`;

const usual = { owners: [], businesses: [], illustrative: false, ignoredColumns: [], publish: false, correction: false, all: false, json: false, data, environment: {} } as const;

async function importing(options: Partial<ImportOptions> = {}, content: string | Buffer = sheet) {
  const terminal = memoryTerminal();
  const posted: Record<string, unknown>[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (init?.method === 'POST') posted.push(JSON.parse(String(init.body)) as Record<string, unknown>);
    return globalThis.fetch(input, init);
  };
  const run = runImport({ ...usual, file: file('rates.csv', content), ...options }, terminal, { fetch, now: Date.now() });
  const outcome = await run.then((exit) => ({ exit, said: '' }), (error: Error & { fix?: string; exitCode?: number }) => ({ exit: error.exitCode, said: `${error.message}\nFix: ${error.fix}` }));
  return { ...outcome, posted, text: terminal.lines.join('\n'), remarks: terminal.remarks.join('\n') };
}

const json = async (options: Partial<ImportOptions>, content?: string) => JSON.parse((await importing({ ...options, json: true }, content)).text) as Record<string, unknown>;

describe('a rate card that is only looked at', () => {
  it('is shown as it was understood, and against the card in force, exactly', async () => {
    const { exit, text, posted } = await importing();
    expect([exit, posted]).toEqual([0, []]);
    expect(text).toMatch(/: a rate card, 3 markets, 5 cells n\/a, in USD \(as its column says\)\.\nThe header is line 2; commas between cells, decimals after a point\./);
    expect(text).toContain('Left out above the table: line 1, Our prices');
    expect(text).toContain('Left out below the table: line 8, * Without taxes.');
    expect(text).toMatch(/│ +6 │ Authentication-International │ authentication-international │/);
    expect(text).toContain('Against usd-for-s0 version 1 (from 2018-01-01 on, illustrative): ');
    // 0.0189 of 0.0889 less; 0.0010 of 0.0200 more; 0.0041 of 0.0077 less.
    expect(text).toMatch(/│ Chile +│ marketing +│ 0\.0889 │ 0\.0700 │ +-21\.26 % │/);
    expect(text).toMatch(/│ Chile +│ authentication +│ 0\.0200 │ 0\.0210 │ +\+5\.00 % │/);
    expect(text).toMatch(/│ Chile +│ service +│ +n\/a │ 0\.0000 │ +new │/);
    expect(text).toMatch(/│ Iceland +│ utility +│ 0\.0077 │ 0\.0036 │ +-53\.25 % │/);
    expect(text).not.toMatch(/│ Chile +│ utility/);
    expect(text).toContain('With a row of their own from now on, before priced as Other: Iceland.');
    expect(text).toMatch(/Without a row of their own from now on, priced as Other: .*Germany/);
    expect(text).toContain('Nothing was published. To publish it as usd-for-s0 version 2, add --publish --effective-from YYYY-MM-DD. It is marked illustrative');
  });

  it('shows also what stays the same where it is asked for', async () => {
    const { text } = await importing({ all: true });
    expect(text).toMatch(/│ Chile +│ utility +│ 0\.0200 │ 0\.0200 │ +0\.00 % │/);
    expect(text).toMatch(/│ Iceland │ +0\.0604 │ +0\.0036 │ +0\.0077 │ +n\/a │/);
  });

  it('is JSON for programs: decimals in text, no float', async () => {
    const answer = await json({ source: 'a spec' });
    expect(answer).toMatchObject({ kind: 'rates', currency: 'USD', markets: 3, notAvailable: 5, outcome: 'shown', against: { rateCardId: 'usd-for-s0', version: 1 }, card: { rateCardId: 'usd-for-s0', version: 2, illustrative: false, source: 'a spec', effectiveFrom: null } });
    expect((answer['difference'] as { prices: object[] }).prices).toContainEqual({ market: 'Chile', column: 'marketing', before: '0.0889', after: '0.07', change: 'lowered', percent: '-21.26 %' });
  });

  it('needs no platform, and has nothing to compare with where no card is in its currency', async () => {
    const alone = await importing({ data: nowhere });
    expect([alone.exit, alone.remarks, alone.text]).toEqual([0, expect.stringContaining('There is no platform to ask for what is in force.'), expect.stringMatching(/│ Chile +│ +0\.0700 │ +0\.0200/)]);
    const euros = await importing({}, sheet.replaceAll('$US', 'EUR'));
    expect([euros.exit, euros.text]).toEqual([0, expect.stringContaining('No card in EUR is in force today: there is nothing to compare with.')]);
    const away = await importing({ url: 'http://127.0.0.1:1' });
    expect([away.exit, away.said]).toEqual([1, expect.stringMatching(/^The platform at http:\/\/127\.0\.0\.1:1 does not answer\.\nFix: start it/)]);
  });

  it('may be a spreadsheet’s Unicode text', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(sheet.replaceAll(',', '\t'), 'utf16le')]);
    expect((await importing({}, utf16)).text).toContain('tabs between cells');
  });
});

describe('volume tiers', () => {
  const tiers = 'Market,Currency,Category,Volume tier,Rate\nIndia,$US,Utility,1:750000,0.0014\n,,,750001:MAX,0.0011\n';

  it('are checked, shown, and compared with what is paid so far', async () => {
    const { exit, text, posted } = await importing({}, tiers);
    expect([exit, posted]).toEqual([0, []]);
    expect(text).toMatch(/volume tiers, 1 market, 2 bands, in USD[^]*Against S0 version 1 \(from 2018-01-01 on\):\nTiers of 1 market and category: 0 changed, 1 new, 0 gone, 0 the same\./);
    expect(text).toMatch(/│ India +│ utility +│ +1 │ +750,000 │ none │ 0\.0014 │\n│ +│ +│ +750,001 │ +and above │ none │ 0\.0011 │/);
    expect(text).toContain('Nothing was published. To publish them as S0 version 2, add --publish --effective-from YYYY-MM-DD. Its tiers are marked illustrative');
    expect((await json({}, tiers))['tiers']).toEqual([{ market: 'India', category: 'utility', bands: [{ from: 1, to: 750_000, price: '0.0014' }, { from: 750_001, to: null, price: '0.0011' }] }]);
  });

  it('are only shown where there is no platform', async () => {
    const { text } = await importing({ data: nowhere }, tiers);
    expect(text).toMatch(/│ India +│ utility +│ +1 │ +750,000 │ 0\.0014 │[^]*Nothing was published\.$/);
  });

  it('are published as the next version of the policy in force, once; then compared with themselves', async () => {
    const day1 = day(60);
    const wanted = { publish: true, effectiveFrom: day1, source: 'a spec' };
    const first = await importing(wanted, tiers);
    expect(first.text).toContain(`Published S0 version 2, in force from ${day1} on.`);
    expect(first.posted).toMatchObject([{ policyId: 'S0', version: 2, effectiveFrom: day1, illustrative: false, source: 'Volume tiers: a spec. Otherwise as version 1.', document: { title: expect.any(String), tiers: { illustrative: false, source: 'a spec', tables: [{ categories: ['utility'], markets: ['India'], prices: { currency: 'USD', bands: { '1:750000': '0.0014', '750001:MAX': '0.0011' } } }] } } }]);
    expect(await importing(wanted, tiers)).toMatchObject({ exit: 0, posted: [], text: expect.stringContaining('These tiers are published already') });
    const dearer = await json({ effectiveFrom: day(61), source: 'a spec' }, tiers.replace('0.0011', '0.0012').replace('India', 'Brazil'));
    expect(dearer).toMatchObject({ against: { policyId: 'S0', version: 2 }, policy: { policyId: 'S0', version: 3 }, outcome: 'shown', difference: { restGone: [], unlikeCard: [{ market: 'Brazil', category: 'utility' }], tiers: [{ market: 'Brazil', change: 'new' }, { market: 'India', change: 'gone', after: null, before: [{ bounds: '1:750000', price: '0.0014' }, { bounds: '750001:MAX', price: '0.0011' }] }] } });
  });

  it('are refused for a day that has begun, as a correction, as another policy, and cell by cell', async () => {
    const refused = async (options: Partial<ImportOptions>, content = tiers): Promise<string> => (await importing({ publish: true, source: 'a spec', ...options }, content)).said;
    expect(await refused({ effectiveFrom: day(0) })).toContain('has begun');
    expect(await refused({ effectiveFrom: '2018-01-01', correction: true, reason: 'too dear' })).toContain('Volume tiers are part of a policy, which is published ahead.');
    expect(await refused({ effectiveFrom: day(70), id: 'other' })).toContain('The policy in force is S0, and tiers are part of it.');
    expect(await refused({ effectiveFrom: '2017-01-01', publish: false })).toBe('');
    expect(await refused({ effectiveFrom: day(70) }, tiers.replace('750001:MAX', '750002:MAX'))).toMatch(/line 3, column 4: "750002:MAX": India, utility: no band holds the messages 750001 to 750001/);
    const long = ['Market,Currency,Category,Volume tier,Rate', ...Array.from({ length: 300 }, (_, index) => `Market number ${index},$US,Utility,1:MAX,0.${String(index + 1_000)}`), ''].join('\n');
    expect(await refused({ effectiveFrom: day(70) }, long)).toContain('a policy has at most 16384');
  });
});

describe('a sheet that cannot be read', () => {
  const broken = sheet.replace('0.0700', 'soon').replace('Iceland,$US', 'Iceland,$');

  it('is refused with line, column, text and fix, and nothing is asked of the platform', async () => {
    const { exit, said, posted, text } = await importing({ publish: true, effectiveFrom: later }, broken);
    expect([exit, posted, text]).toEqual([1, [], '']);
    expect(said).toMatch(/ cannot be read:\nline 5, column 9: "\$": this sign is used by more than one currency\. Fix: write the code, such as USD/);
    const both = await importing({}, sheet.replace('0.0700', 'soon').replace('0.0036', '-1'));
    expect(both.said.split('\n').slice(1, 3).map((line) => line.slice(0, 18))).toEqual(['line 4, column 11:', 'line 5, column 20:']);
  });

  it('names its faults to programs', async () => {
    const { exit, text } = await importing({ json: true }, broken);
    expect([exit, (JSON.parse(text) as { faults: object[] }).faults]).toEqual([1, [{ line: 5, column: 9, cell: '$', problem: 'this sign is used by more than one currency', fix: 'write the code, such as USD, AUD, CAD or MXN' }]]);
  });

  it.each([
    ['a spreadsheet', Buffer.from('504b030414000600', 'hex'), / is a spreadsheet \(xlsx, ods\), not a text\.\nFix: open it, and save the sheet as "CSV UTF-8"\./],
    ['a PDF', Buffer.from('%PDF-1.7'), / is a PDF, not a text\./],
    ['Latin-1', Buffer.from(sheet.replace('Chile', 'Côte'), 'latin1'), /line 4, column 2: "\ufffd": this character is not UTF-8/],
  ])('is refused where it is %s', async (_, content, expected) => expect((await importing({}, content)).said).toMatch(expected));
});

describe('publishing', () => {
  it.each([
    ['without a day', {}, 'It is not said from which day on it holds.'],
    ['for a day that is none', { effectiveFrom: '2027-02-30' }, '2027-02-30 is not a day.'],
    ['for a day that has begun', { effectiveFrom: day(0) }, `${day(0)} has begun: what was delivered since may be charged already.`],
    ['as a correction without a reason', { effectiveFrom: '2026-01-01', correction: true }, 'It is not said why the card in force is corrected.'],
    ['as a correction of days to come', { effectiveFrom: later, correction: true }, `${later} has not begun: there is nothing to correct.`],
    ['nowhere', { effectiveFrom: later, data: nowhere }, 'It is not known where the platform is, or with which key to ask it.'],
    ['in a currency that is none', { effectiveFrom: later, currency: 'USX' }, 'USX is not a currency.'],
  ])('%s is refused', async (_, options, expected) => {
    expect(await importing({ publish: true, ...options })).toMatchObject({ exit: 2, posted: [], said: expect.stringContaining(`${expected}\nFix: `) });
  });

  it('needs a name where none of its currency is in force', async () => {
    const euros = sheet.replaceAll('$US', 'EUR');
    expect((await importing({ publish: true, effectiveFrom: later }, euros)).said).toContain('Fix: give it one, such as --id list-prices');
    const named = await importing({ publish: true, effectiveFrom: later, id: 'euros', source: 'a spec' }, euros);
    expect([named.exit, named.text]).toEqual([0, expect.stringContaining(`Published euros version 1, in force from ${later} on. Source: a spec`)]);
  });

  it('takes the next version, once: the same call again finds it there', async () => {
    const first = await importing({ publish: true, effectiveFrom: later, source: 'the price page of a spec' });
    expect(first.posted).toMatchObject([{ rateCardId: 'usd-for-s0', version: 2, effectiveFrom: later, currency: 'USD', illustrative: false, source: 'the price page of a spec' }]);
    expect(first.posted[0]!['rows']).toContainEqual({ market: 'Chile', marketing: '0.07', utility: '0.02', authentication: '0.021', authenticationInternational: null, service: '0' });
    expect(first.text).toContain(`Published usd-for-s0 version 2, in force from ${later} on. Source: the price page of a spec`);
    const again = await importing({ publish: true, effectiveFrom: later, source: 'the price page of a spec' });
    expect([again.exit, again.posted, again.text]).toEqual([0, [], expect.stringContaining(`This card is published already, in force from ${later} on.`)]);
    const changed = await importing({ publish: true, effectiveFrom: later, source: 'x', version: 2 }, sheet.replace('0.0700', '0.0800'));
    expect([changed.exit, changed.said]).toEqual([1, expect.stringMatching(/other content[^]*Fix: publish it as a new version/)]);
  });

  it('marks a card without a source, and says so', async () => {
    const { posted, text } = await importing({ publish: true, effectiveFrom: day(50) });
    expect(posted).toMatchObject([{ version: 3, illustrative: true, source: 'Not stated. Imported from rates.csv.' }]);
    expect(text).toContain('It is marked illustrative, no bill may be made of it: say where the prices are from with --source.');
  });

  it('says what a correction corrects', async () => {
    const { posted, exit } = await importing({ publish: true, effectiveFrom: '2026-01-01', correction: true, reason: 'Chile was wrong', source: 'a spec' });
    expect([exit, posted]).toEqual([0, [expect.objectContaining({ version: 4, correction: { rateCardId: 'usd-for-s0', version: 1, reason: 'Chile was wrong' } })]]);
  });

  it('names the fix where the key is not accepted', async () => {
    const operatorKeyFile = file('key', `pk_${'a'.repeat(16)}_${'a'.repeat(52)}\n`);
    expect(await importing({ publish: true, effectiveFrom: later, operatorKeyFile })).toMatchObject({ exit: 1, said: expect.stringMatching(/^The platform does not accept the key[^]*PARLEY_OPERATOR_KEY/) });
  });

  it('is a contract where it names an owner or a business: compared with what is in force for them, else for everybody', async () => {
    const contract = { businesses: ['sandbox'], publish: true, effectiveFrom: day(90), source: 'a contract' };
    const first = await importing(contract);
    expect(first.text).toMatch(/Against usd-for-s0 version \d+ [^]*Published usd-for-s0 version \d+, in force from .* on for sandbox\. Source: a contract/);
    expect(first.posted).toMatchObject([{ rateCardId: 'usd-for-s0', scope: { owners: [], businesses: ['sandbox'] } }]);
    expect(await importing(contract)).toMatchObject({ posted: [], text: expect.stringContaining('This card is published already') });
    const forAll = await json({ effectiveFrom: day(95), source: 'a spec' }, sheet.replace('0.0700', '0.0710'));
    expect(forAll).toMatchObject({ against: { effectiveFrom: expect.not.stringContaining(day(90)) }, card: { scope: null } });
    expect((await importing({ ...contract, businesses: ['nobody'] })).said).toContain('scope.businesses: no business nobody is registered');
    expect((await importing({ ...contract, businesses: [], owners: ['nobody'] })).said).toContain('scope.owners: nobody owns no business that is registered');
  });
});
