import type { Browser, Page } from 'playwright-core';

export interface VisitRequest {
  readonly url: string;
  /** What the visitor's machine prefers. */
  readonly scheme: 'light' | 'dark';
}

export interface Visitor {
  readonly page: Page;
  /** What a page of ours never does: errors on its console, refusals by its policy, requests to another host. */
  readonly complaints: readonly string[];
  leave(): Promise<void>;
}

/** Opens a page in a browser's session of its own, 1440 × 900, in another zone than any business of the tests. */
export async function visit(browser: Browser, { url, scheme }: VisitRequest): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: scheme, locale: 'en-GB', timezoneId: 'America/New_York', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  // An answer with an error status is logged by the browser itself; the page says it in its own words.
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => new URL(request.url()).origin === new URL(url).origin || complaints.push(`asked another host: ${request.url()}`));
  await page.goto(url);
  return { page, complaints, leave: () => context.close() };
}

/** What axe finds on the page that is serious or critical: the rule, where, and what to do. */
export async function barriers(page: Page): Promise<readonly string[]> {
  const { default: axe } = await import('axe-core');
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as { violations: readonly Violation[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`));
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}
