import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';

export interface Visit {
  readonly address: string;
  /** The API key, in the address's fragment. */
  readonly key: string;
  readonly scheme: 'light' | 'dark';
  /** The query of the address. */
  readonly search?: string;
}

export interface Visitor {
  readonly page: Page;
  /** What the page should never do: errors on its console, refusals by the policy, requests to another host. */
  readonly complaints: readonly string[];
  leave(): Promise<void>;
}

/** Opens the console as a person with that API key does. */
export async function visit(browser: Browser, { address, key, scheme, search = '' }: Visit): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: scheme, locale: 'en-GB', timezoneId: 'America/New_York', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const complaints: string[] = [];
  // An answer with an error status is logged by the browser itself; the page says it in its own words.
  page.on('console', (message) => message.type() === 'error' && !/^Failed to load resource/.test(message.text()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => new URL(request.url()).origin === address || complaints.push(`asked another host: ${request.url()}`));
  await page.goto(`${address}/console/${search}#key=${key}`);
  return { page, complaints, leave: () => context.close() };
}

/** What axe finds on the page that is serious or critical: the rule, and where. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as axe.AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary ?? ''}`));
}
