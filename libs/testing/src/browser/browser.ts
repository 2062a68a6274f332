import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { requireOr } from '../servers/server.js';
import type { Unavailable } from '../servers/server.js';

const programs = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** What a browser would do by itself beside what it is told, left out: no host but ours is asked for anything. */
const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

function installed(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find((path) => existsSync(path));
}

/** A headless Chromium, the one that this machine has; nothing is downloaded. Whoever starts it closes it. */
export async function startBrowser(): Promise<Browser | Unavailable> {
  const executablePath = installed();
  if (executablePath === undefined) return { unavailable: requireOr('browser', 'no Chromium on the PATH') };
  // Only who needs it waits for it.
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: quiet });
}
