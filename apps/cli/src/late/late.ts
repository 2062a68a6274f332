import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDays, lastWeekend, startOfDay } from '@parley/domain';
import { readSandbox } from '../phone/sandbox.js';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import type { LateAnswers, LateCost, Replies, Waiting } from './answers.js';
import { askPlatform, type PlatformAccess } from './platform.js';
import { reportOf } from './report.js';

export interface LateOptions {
  readonly data: string;
  readonly url?: string;
  readonly keyFile?: string;
  /** From PARLEY_API_KEY. */
  readonly apiKey?: string | undefined;
  /** Days (YYYY-MM-DD, in the zone of the business) or instants. */
  readonly from?: string;
  readonly to?: string;
  readonly until?: string;
  readonly country?: string;
  readonly region?: string;
  readonly closed?: string;
  readonly json: boolean;
}

/** Reports on late replies: response times, what they cost, and what is open. Throws Failure. */
export async function reportLate(options: LateOptions, terminal: Terminal, fetch: typeof globalThis.fetch = globalThis.fetch): Promise<0> {
  const answers = await gather(options, { ...accessOf(options), fetch }, terminal);
  if (options.json) terminal.line(JSON.stringify(answers, null, 2));
  else for (const line of reportOf(answers, terminal.ink)) terminal.line(line);
  return 0;
}

async function gather(options: LateOptions, access: PlatformAccess, terminal: Terminal): Promise<LateAnswers> {
  const step = <Answer>(done: number, path: string, query: Parameters<typeof askPlatform>[2]): Promise<Answer> => {
    terminal.replace(`Asking the platform, ${done + 1} of 4 …`);
    return askPlatform<Answer>(access, path, query);
  };
  try {
    // The first answer says which zone the days are those of.
    const first = await step<Waiting>(0, '/windows/v1/insight/waiting', { until: isDay(options.until) ? undefined : options.until });
    const { zone } = first;
    const waiting = isDay(options.until) ? await step<Waiting>(0, '/windows/v1/insight/waiting', { until: instantOf(options.until, zone, 0) }) : first;
    const period = { from: instantOf(options.from, zone, 0), to: instantOf(options.to, zone, 1) };
    const { country, region, closed } = options;
    const replies = await step<Replies>(1, '/windows/v1/insight/replies', { ...period, country, region, closed });
    const cost = await step<LateCost>(2, '/billing/v1/late-replies', { from: replies.from, to: replies.to, by: 'written' });
    const weekend = lastWeekend(Date.parse(first.now), zone);
    const over = await step<LateCost>(3, '/billing/v1/late-replies', { from: iso(weekend.from), to: iso(weekend.to), by: 'closed' });
    return { replies, cost, lastWeekend: over, waiting };
  } finally {
    terminal.replace('');
  }
}

function accessOf({ data, url, keyFile, apiKey }: LateOptions): Omit<PlatformAccess, 'fetch'> {
  const key = keyFile === undefined ? apiKey : keyIn(keyFile);
  if (url !== undefined && key !== undefined) return { url, apiKey: key };
  const sandbox = readSandbox(join(data, 'sandbox.json'));
  const found = { url: url ?? sandbox?.url, apiKey: key ?? sandbox?.apiKey };
  if (found.url !== undefined && found.apiKey !== undefined) return { url: found.url, apiKey: found.apiKey };
  const what = sandbox === null ? `There is no data in ${data}` : `The sandbox in ${data} names no platform or no key`;
  throw new Failure(`${what}, so there is no business to report on.`, 'start the platform there (npm start), name its folder with --data, or give --url and PARLEY_API_KEY.', 2);
}

function keyIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`, 'give a file that holds the key and nothing else.', 2);
  }
}

const isDay = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text);

/** A day begins at its local midnight; `daysLater` 1 is the end of it. An instant is taken as it is. */
function instantOf(text: string | undefined, zone: string, daysLater: number): string | undefined {
  return isDay(text) ? iso(startOfDay(addDays(text, daysLater), zone)) : text;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
