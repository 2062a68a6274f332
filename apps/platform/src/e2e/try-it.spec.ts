// The console's page "Try it": a newcomer is a customer and the business in one browser, and sees what it costs.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { barriers, startBrowser, suite, visit } from '@parley/testing';
import type { Visitor } from '@parley/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import { greeting } from '../greeting.js';
import { stage } from '../platform.fixture.js';
import type { Stage } from '../platform.fixture.js';
import { cast } from '../sandbox/cast.js';
import { PlatformProcess } from './platform-process.fixture.js';

const started = await startBrowser();
const skip = 'unavailable' in started ? started.unavailable : undefined;
const browser = started as Browser;
/** Where pictures are kept, if they are asked for: npm run screenshots -w @parley/console. */
const album = process.env['PARLEY_SCREENSHOTS'];
const hourMs = 3_600_000;
let visitor: Visitor;

afterEach(async () => {
  const { complaints } = visitor;
  await visitor.leave();
  expect(complaints).toEqual([]);
});
afterAll(async () => {
  if (skip === undefined) await browser.close();
});

/** The link that the greeting prints for this page. */
const linkIn = (printed: string): string => /http:\S+view=phone#\S+/.exec(printed)![0];
const phoneOf = (page: Page): Locator => page.getByRole('log', { name: 'Messages on the phone' });
const inboxOf = (page: Page): Locator => page.getByRole('log', { name: 'Messages in the inbox' });

let registered = 0;
/** The number of the phone that is tried with, of those that nobody has. */
let number = '';

async function register(page: Page): Promise<void> {
  number = `+4917139200${30 + registered++}`;
  await page.getByLabel('Phone number').fill(number);
  await page.getByRole('button', { name: 'Register' }).click();
  await phoneOf(page).waitFor();
}

async function sendTemplate(page: Page, ...values: readonly string[]): Promise<void> {
  for (const [at, value] of values.entries()) await page.getByLabel(`Value ${at + 1}`).fill(value);
  await page.getByText(`Your order ${values[0]} is on its way and should arrive on ${values[1]}.`).waitFor();
  await page.getByRole('button', { name: 'Send template' }).click();
}

suite('a newcomer, from npm start’s last line', skip, () => {
  let platform: PlatformProcess;

  beforeAll(async () => {
    platform = await PlatformProcess.make();
  });
  afterAll(() => platform.remove());

  it('sees a message travel both ways and its price within a minute', async () => {
    await platform.start();
    const startedAt = performance.now();
    visitor = await visit(browser, { url: linkIn(platform.printed), scheme: 'light' });
    const { page } = visitor;
    await register(page);
    await page.getByRole('button', { name: 'Where is my parcel?' }).click();
    await inboxOf(page).getByText('Where is my parcel?').waitFor();
    await page.getByRole('status', { name: 'Price before sending' }).getByText(/^Free until .*: 23:5\d:\d\d left\.$/).waitFor();
    await page.getByLabel('Reply to the customer').fill('It left this morning.');
    await page.getByRole('button', { name: 'Reply', exact: true }).click();
    await phoneOf(page).getByText('It left this morning.').waitFor();
    await inboxOf(page).getByRole('button', { name: 'free · S0/inside-window' }).waitFor();
    await page.getByText('Template', { exact: true }).click();
    await page.getByText('Costs USD 0.055 now.').waitFor(); // Germany's rate.
    await sendTemplate(page, 'A-1042', 'Friday');
    const charged = inboxOf(page).getByRole('button', { name: 'USD 0.055 · S0/template' });
    await charged.waitFor();
    expect(performance.now() - startedAt).toBeLessThan(60_000);
    expect(await phoneOf(page).innerText()).toMatch(/Template · utility\s+Your order A-1042 is on its way and should arrive on Friday\./);
    await phoneOf(page).getByRole('img', { name: 'read' }).waitFor(); // The business has seen what was written.
    await inboxOf(page).getByRole('img', { name: 'read' }).nth(1).waitFor();
    await charged.click();
    const drawer = page.getByRole('dialog', { name: 'Charge' });
    await drawer.getByText('Its place on the log').waitFor();
    expect(await drawer.innerText()).toContain('S0/template');
  }, 120_000);
});

suite('the page with both ends', skip, () => {
  let set: Stage;

  beforeAll(async () => {
    set = await stage();
    if (album !== undefined) mkdirSync(album, { recursive: true });
  }, 120_000);
  afterAll(() => set.end(), 30_000);

  const open = async (scheme: 'light' | 'dark' = 'light'): Promise<Page> => {
    visitor = await visit(browser, { url: linkIn(greeting({ ...set.platform, folder: '.parley', databaseUrl: null })), scheme });
    return visitor.page;
  };
  const write = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('Message to the business').fill(text);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('region', { name: 'The business’s inbox' }).getByText(number).waitFor(); // Earlier ones are of other phones.
    await inboxOf(page).getByText(text).waitFor();
  };
  const reply = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('Reply to the customer').fill(text);
    await page.getByRole('button', { name: 'Reply', exact: true }).click();
    await phoneOf(page).getByText(text).waitFor();
  };

  it.each(['light', 'dark'] as const)('is on one screen, without a barrier, and fits a phone, in %s', async (scheme) => {
    const page = await open(scheme);
    await page.getByRole('button', { name: 'Register' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await register(page);
    await write(page, 'Where is my parcel?');
    await reply(page, 'It left this morning. You will have a message when it is near.');
    await page.getByText('Template', { exact: true }).click();
    await sendTemplate(page, 'A-1042', 'Friday');
    await inboxOf(page).getByRole('button', { name: /USD 0\.055/ }).waitFor();
    await write(page, 'Thank you!');
    await page.getByText('Text', { exact: true }).click();
    await page.getByText(/^Free until/).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    if (album !== undefined) await page.screenshot({ path: `${album}/try-it-${scheme}.png` });
    expect(await page.evaluate('document.documentElement.scrollHeight - window.innerHeight')).toBeLessThanOrEqual(0);
    expect(await barriers(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    if (album !== undefined) await page.screenshot({ path: `${album}/try-it-narrow-${scheme}.png`, fullPage: true });
    expect(await barriers(page)).toEqual([]);
  }, 60_000);

  it('offers templates once the window is closed, says what a reply would cost, and the template arrives filled in', async () => {
    const page = await open();
    await register(page);
    await write(page, 'Are you open?');
    set.pass(25 * hourMs);
    await page.reload();
    await page.getByText('Window closed').waitFor();
    await page.getByText('Costs USD 0.055 now.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await sendTemplate(page, 'B-7', 'Monday');
    await phoneOf(page).getByText('Your order B-7 is on its way and should arrive on Monday.').waitFor();
    await inboxOf(page).getByRole('button', { name: 'USD 0.055 · S0/template' }).waitFor();
    await page.getByText('Text', { exact: true }).click();
    await page.getByText('The window is closed: a reply costs what is said here.').waitFor();
    await reply(page, 'Yes, until six.');
    await inboxOf(page).getByRole('button', { name: 'USD 0.055 · S0/late-free-form' }).waitFor();
    await write(page, 'Good!');
    await page.getByText(/^Free until/).waitFor(); // It opened again.
  }, 60_000);

  it('keeps the phone when it is loaded anew, gives it to one tab alone, and forgets it when asked', async () => {
    const page = await open();
    await register(page);
    await write(page, 'Keep this.');
    await page.reload();
    await phoneOf(page).getByText('Keep this.').waitFor();
    const other = await page.context().newPage();
    await other.goto(linkIn(greeting({ ...set.platform, folder: '.parley', databaseUrl: null })));
    await other.getByText('This device is open in another tab or window of this browser.').waitFor();
    await other.close();
    await page.getByRole('button', { name: 'More on this phone' }).click();
    await page.getByRole('menuitem', { name: 'Safety number' }).click();
    await page.getByRole('img', { name: 'The safety number as a QR code' }).waitFor();
    expect((await page.getByRole('group', { name: 'Safety number' }).innerText()).replace(/\s/g, '')).toMatch(/^\d{60}$/);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More on this phone' }).click();
    await page.getByRole('menuitem', { name: 'Forget this phone' }).click();
    await page.getByRole('button', { name: 'Register' }).waitFor();
  }, 60_000);

  it('shows after STOP that the business may not write, and why its message failed', async () => {
    const page = await open();
    await register(page);
    await write(page, 'Hello');
    await page.getByRole('button', { name: 'More on this phone' }).click();
    await page.getByRole('menuitem', { name: 'Say STOP' }).click();
    await page.getByText('You said STOP').waitFor();
    await page.getByLabel('Reply to the customer').fill('One more thing');
    await page.getByRole('button', { name: 'Reply', exact: true }).click();
    await inboxOf(page).getByText(/^The contact has opted out\./).waitFor();
    expect(await phoneOf(page).getByText('One more thing').count()).toBe(0);
  }, 60_000);

  it('takes a wrong code or token for what it is, and says what to do', async () => {
    const page = await open();
    await page.getByLabel('Code').fill('nonsense');
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('alert').getByText(/Fix:/).waitFor();
    await page.evaluate('sessionStorage.setItem("parley.token", "gt_wrong")');
    await page.reload();
    await page.getByText('The gateway does not know this token.').waitFor();
    await page.getByLabel('Gateway token').fill(set.platform.sandbox.apiToken);
    await page.getByRole('button', { name: 'Open the inbox' }).click();
    await page.getByRole('heading', { name: `${cast.business.name}: inbox` }).waitFor();
  }, 60_000);
});
