import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { micros } from '@parley/money';
import { barriers, startBrowser, suite, visit } from '@parley/testing';
import type { Visitor } from '@parley/testing';
import type { Browser, Page } from 'playwright-core';
import { writeMoney } from '../amount/amount.js';
import { sumOf } from '../charges/charges.js';
import { inZone } from '../calendar/clock.js';
import { currency, lateIn, month, spendIn, zone } from './history.fixture.js';
import { startFakePlatform } from './platform.fixture.js';
import type { FakePlatform } from './platform.fixture.js';

const started = await startBrowser();
const skip = 'unavailable' in started ? started.unavailable : undefined;
const browser = started as Browser;
/** Where pictures are kept, if they are asked for: npm run screenshots. */
const album = process.env['PARLEY_SCREENSHOTS'];

suite('the console', skip, () => {
  let platform: FakePlatform;
  let visitor: Visitor;

  beforeAll(async () => {
    platform = await startFakePlatform();
    if (album !== undefined) mkdirSync(album, { recursive: true });
  });
  afterEach(async () => {
    platform.recover();
    const { complaints } = visitor;
    await visitor.leave();
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.stop();
  });

  const open = async (search = '', { scheme = 'light', key = platform.key }: { scheme?: 'light' | 'dark'; key?: string } = {}): Promise<Page> => {
    visitor = await visit(browser, { url: `${platform.address}/console/${search}#key=${key}`, scheme });
    return visitor.page;
  };
  const figure = (page: Page, name: string): Promise<string> => page.locator('.figure', { has: page.getByText(name, { exact: true }) }).locator('dd').first().innerText();
  const money = (amount: string): string => writeMoney(micros(BigInt(amount)), currency);

  describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
    it.each([
      ['spend', '', 'Spend by day'],
      ['late', '?view=late', 'Saturday'],
      ['windows', '?view=windows', 'within 1 h'],
      ['charges', '?view=charges&day=2026-11-21&market=Germany', '11 found'],
      ['charge', '?view=charges&charge=charge-001802', 'Its place on the log'],
      ['what-if', '?view=what-if&rules=P6', 'Choose a price list, then work it out'],
    ] as const)('%s is on one screen, without a barrier', async (name, search, sign) => {
      const page = await open(search, { scheme });
      await page.getByText(sign).first().waitFor();
      if (name === 'charge') await page.getByText('2,227 found').waitFor();
      if (name === 'what-if') {
        await page.getByRole('button', { name: 'Work it out' }).click();
        await page.locator('.recharts-bar-rectangle').first().waitFor();
      }
      if (album !== undefined) await page.screenshot({ path: `${album}/${name}-${scheme}.png` });
      expect(await page.evaluate('document.documentElement.scrollHeight - window.innerHeight')).toBeLessThanOrEqual(0);
      expect(await barriers(page)).toEqual([]);
    });
  });

  it('takes the key out of the address, and keeps it in the tab alone', async () => {
    const page = await open();
    await page.getByText('Spend by day').waitFor();
    expect(page.url()).toBe(`${platform.address}/console/`);
    expect(await page.evaluate('[sessionStorage.getItem("parley.key"), Object.values(localStorage).join(), document.cookie]')).toEqual([platform.key, expect.not.stringContaining(platform.key), '']);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').fill(platform.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Spend by day').waitFor();
  });

  it.each(['light', 'dark'] as const)('says of a wrong key what is wrong, and what to do, in %s', async (scheme) => {
    const page = await open('', { key: 'pk_wrong', scheme });
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/No valid credentials[\s\S]*The key is not known[\s\S]*Fix: Sign in again/);
    expect(await page.evaluate('sessionStorage.getItem("parley.key")')).toBeNull();
    expect(await barriers(page)).toEqual([]);
  });

  it('leads from a country to its charges, to one charge, and back: the same number all the way', async () => {
    const page = await open();
    const row = page.getByRole('row', { name: /^Germany/ });
    const spent = await row.getByRole('cell').nth(2).innerText();
    await page.getByRole('button', { name: 'Germany', exact: true }).click();
    await page.getByText(/^[\d,]+ found$/).waitFor();
    const german = platform.charges.filter(({ market }) => market === 'Germany');
    expect(await figure(page, 'These charges add up to')).toBe(writeMoney(sumOf(german), currency));
    expect(spent.replace(/0+$/, '')).toBe(writeMoney(sumOf(german), currency).replace('USD ', '').replace(/0+$/, ''));
    await page.locator('tbody .link').first().click();
    const dialog = page.getByRole('dialog', { name: 'Charge' });
    const latest = german.at(-1)!;
    await dialog.getByText(latest.chargeId).waitFor();
    const { usage, receipt, catalogOffset } = latest.evidence;
    const text = await dialog.innerText();
    for (const said of [latest.rule, 'S0, version 1', 'usd-2026-01, version 1'].slice(0, latest.rateCard ? 3 : 2)) expect(text).toContain(said);
    for (const said of [`${usage.topic}, partition ${usage.partition}, offset ${usage.offset}`, `${receipt!.topic}, partition ${receipt!.partition}, offset ${receipt!.offset}`, `up to offset ${catalogOffset}`]) expect(text).toContain(said);
    expect(text).toMatch(/illustrative prices/i);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.goBack(); // The drawer, before it was closed.
    await page.goBack();
    await page.goBack();
    await page.getByText('Spend by day').waitFor();
  });

  it('leads from a bar in the chart to the charges of that day and country', async () => {
    const page = await open();
    const bar = page.locator('.recharts-bar-rectangle').first();
    await bar.hover();
    await page.locator('.tooltip').getByText('Wed 28 Oct 2026').waitFor();
    await bar.click();
    await page.getByText(/^[\d,]+ found$/).waitFor();
    const first = platform.charges.filter(({ deliveredAt }) => inZone(deliveredAt, zone).day === month.from);
    expect(await figure(page, 'These charges add up to')).toBe(writeMoney(sumOf(first.filter(({ market }) => market === 'Germany')), currency));
    await page.goBack();
    await page.getByText('By country').waitFor();
    const box = (await bar.boundingBox())!;
    const above = [box.x + box.width / 2, (await page.locator('.recharts-wrapper').boundingBox())!.y + 20] as const; // Its bars: the whole day.
    await page.mouse.move(...above);
    await page.locator('.tooltip').getByText('Wed 28 Oct 2026').waitFor();
    await page.mouse.click(...above);
    await page.getByText(`${first.length} found`).waitFor();
    expect(await figure(page, 'These charges add up to')).toBe(writeMoney(sumOf(first), currency));
    await page.getByRole('button', { name: 'Take away: Wed 28 Oct 2026' }).click();
    await page.getByText('2,227 found').waitFor();
  });

  it('leads from a day’s free messages to them', async () => {
    const page = await open();
    await page.getByText('Free and paid').click();
    await page.locator('.recharts-bar').nth(1).locator('.recharts-bar-rectangle').first().click();
    const free = platform.charges.filter(({ deliveredAt, amountMicros }) => inZone(deliveredAt, zone).day === month.from && amountMicros === '0');
    await page.getByText(`${free.length} found`).waitFor();
    expect([await figure(page, 'Free'), await figure(page, 'Paid')]).toEqual([String(free.length), '0']);
  });

  it('is used by the keyboard alone: tabs, the table beside the chart, the heat map', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Spend' }).focus();
    await page.keyboard.press('ArrowRight');
    const late = lateIn(platform.charges, month);
    await page.getByRole('grid', { name: 'Late replies by hour of the week' }).waitFor();
    expect(await figure(page, 'Late replies cost')).toBe(money(late.total.micros));
    await page.locator('td[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/day 00:00–01:00: 0 late, USD 0\.00$/);
    for (let hour = 0; hour < 14; hour += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(/^[\d,]+ found$/).waitFor();
    const chip = await page.locator('.chip').innerText();
    const cell = late.cells.find(({ weekday, hour }) => hour === 14 && chip.includes(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][weekday - 1]!))!;
    expect(await figure(page, 'These charges add up to')).toBe(money(cell.micros));
    expect(await figure(page, 'Charges')).toBe(String(cell.late));
  });

  it('works out what other rules would cost, and says how far it is', async () => {
    const page = await open('?view=what-if');
    await page.getByRole('combobox', { name: 'Price list' }).click();
    await page.getByRole('option', { name: 'P6: replies are paid again, 2026-10' }).click();
    await page.waitForURL(/rules=P6/);
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('Read 20,000 of 52,310 records of the log, 151,000 a second').waitFor();
    await page.locator('.recharts-bar-rectangle').first().waitFor();
    expect(platform.asked).toEqual([{ policy: 'P6', ...month }]);
    expect([await figure(page, 'As was'), await figure(page, 'Would be'), await figure(page, 'Change'), await figure(page, 'Win, lose'), await figure(page, '95 of 100 businesses')]).toEqual(['USD 627.00', 'USD 695.25', 'USD 68.25', '3, 6', '+65.00 %']);
    expect(await page.getByRole('row', { name: /^airline/ }).innerText()).toMatch(/250\.00\s+187\.50\s+-25\.00 %/);
    expect(await page.getByRole('row', { name: /^library/ }).innerText()).toMatch(/0\.00\s+1\.40\s+new/);
    const panel = page.getByRole('region', { name: 'P6: replies are paid again, 2026-10' });
    expect(await panel.getByText('Illustrative prices').count()).toBe(1);
    expect(await page.getByText('52,310 messages; 1,204 of them at prices that are examples.').count()).toBe(1);
    expect(await page.getByText('12 without a price, in no sum: the card has no price for Iceland').count()).toBe(1);
  });

  it('takes a policy of one’s own and a rate card, and says what is wrong with them', async () => {
    const page = await open('?view=what-if&rules=own');
    await page.getByRole('button', { name: 'Work it out' }).click();
    expect(await page.getByRole('alert').innerText()).toMatch(/There is no policy yet[\s\S]*Fix: Paste the whole document/);
    await page.getByLabel('A policy of your own').fill('{ "format": ');
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText(/It is not JSON/).waitFor();
    expect(await barriers(page)).toEqual([]);
    const policy = { format: 'parley-policy-2', title: 'Mine' };
    await page.locator('input[type=file]').nth(1).setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(policy)) });
    await page.locator('input[type=file]').first().setInputFiles({ name: 'rates.csv', mimeType: 'text/csv', buffer: Buffer.from('Market,Currency,Utility\nGermany,USD,cheap\n') });
    await page.getByRole('button', { name: 'rates.csv' }).waitFor();
    platform.fail('POST /billing/v1/what-if', { status: 400, title: 'Some fields are wrong', detail: '1 wrong: sheet.text. See errors.', errors: [{ path: 'sheet.text', hint: 'line 2, column 13: "cheap": this is not a price' }] });
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText(/line 2, column 13: "cheap": this is not a price/).waitFor();
    expect(platform.asked.at(-1)).toEqual({ document: policy, sheet: { text: 'Market,Currency,Utility\nGermany,USD,cheap\n' }, ...month });
    await page.getByRole('button', { name: 'As published', exact: true }).click();
    expect(await page.getByRole('button', { name: 'rates.csv' }).count()).toBe(0);
  });

  it('cancels a question, and one that is left', async () => {
    platform.stall();
    const page = await open('?view=what-if&rules=catalog%2Fharbour%2F2');
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('Read 20,000 of 52,310').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The question was cancelled').waitFor();
    expect(platform.asked).toEqual([{ document: { title: 'Harbour terms' }, ...month }, { deleted: '/billing/v1/what-if/job-1' }]);
    await page.getByRole('button', { name: 'Work it out' }).click();
    await page.getByText('Read 20,000 of 52,310').waitFor();
    await page.getByRole('tab', { name: 'Spend' }).click();
    await page.getByText('Spend by day').waitFor();
    await page.waitForTimeout(200);
    expect(platform.asked.filter((one) => 'deleted' in one)).toHaveLength(2);
  });

  it('answers for the days that are chosen', async () => {
    const page = await open();
    await page.getByRole('button', { name: /^Days/ }).click();
    await page.getByRole('button', { name: 'Last 7 days' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Last 7 days' }).click();
    await page.waitForURL(/from=/);
    const { searchParams } = new URL(page.url());
    expect(Date.parse(searchParams.get('to')!) - Date.parse(searchParams.get('from')!)).toBe(6 * 86_400_000);
    await page.goto(`${platform.address}/console/?from=2026-11-02&to=2026-11-03`);
    const { total } = spendIn(platform.charges, { from: '2026-11-02', to: '2026-11-03' });
    await page.getByText('2 Nov – 3 Nov 2026').first().waitFor();
    expect(await figure(page, 'Spent')).toBe(money(total.micros));
    expect(await figure(page, 'Free')).toBe(String(total.free));
  });

  it('counts the time left down, by the platform’s clock', async () => {
    const page = await open('?view=windows');
    const left = page.locator('.left time').first();
    const before = await left.innerText();
    expect(before).toMatch(/^00:11:0\d$/); // This machine's clock is of another day.
    await page.waitForTimeout(2_100);
    const after = await left.innerText();
    expect(Number(before.slice(-2)) - Number(after.slice(-2))).toBeGreaterThanOrEqual(2);
    expect(await left.getAttribute('aria-label')).toBe('12 minutes left');
  });

  it('of a business in which nothing happened says so, in each view', async () => {
    platform.empty();
    for (const [search, sign] of [['', 'No message was delivered in these days'], ['?view=late', 'No late reply cost anything'], ['?view=windows', 'No window is open'], ['?view=charges', 'No charge belongs to this selection']] as const) {
      if (search !== '') await visitor.leave();
      const page = await open(search);
      await page.getByText(sign).waitFor();
      expect(await barriers(page)).toEqual([]);
    }
  });

  it('shows what an answer that failed says, and asks again', async () => {
    platform.fail('/billing/v1/spend', { status: 503, title: 'Too busy just now', detail: 'The queue is full.' });
    const page = await open();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/Too busy just now[\s\S]*The queue is full\.[\s\S]*Fix: The platform is busy/);
    expect(await barriers(page)).toEqual([]);
    platform.recover();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Spend by day').waitFor();
  });

  it('lists charges also where spend cannot be had, by days of UTC', async () => {
    platform.fail('/billing/v1/spend', { status: 404, title: 'There is no such thing', detail: 'No route.' });
    const page = await open('?view=charges');
    await page.getByText('2,227 found').waitFor();
    expect(await page.getByText('times are of UTC').count()).toBe(1);
  });
});
