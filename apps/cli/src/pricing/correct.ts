import { sha256Hex } from '@parley/crypto';
import { parsePolicyDocument, PolicyDocumentError } from '@parley/rating';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isDay } from '../day.js';
import type { AccessOptions } from '../platform/access.js';
import { Failure } from '../terminal/failure.js';
import { progressLine } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { decimalRow, readSheet } from './import.js';
import { inForceAmong, PriceLists, type CorrectionStatus, type TrialResult } from './price-lists.js';
import { correctionsTable, trialPage } from './show-corrections.js';

export interface CorrectOptions extends AccessOptions {
  readonly file: string;
  readonly effectiveFrom: string;
  readonly reason: string;
  readonly source?: string;
  readonly illustrative: boolean;
  readonly currency?: string;
  readonly ignoredColumns: readonly string[];
  readonly dryRun: boolean;
  /** Whether to follow it until its adjustments are posted. */
  readonly wait: boolean;
  readonly json: boolean;
}

export interface CorrectWorld {
  readonly fetch: typeof globalThis.fetch;
  pause(ms: number): Promise<unknown>;
}

/** What is to be published in place of what was wrong. */
interface Planned {
  readonly kind: 'policy' | 'rate_card';
  readonly id: string;
  readonly version: number;
  readonly body: object;
  /** The very same is published already. */
  readonly isKnown: boolean;
}

const askEveryMs = 300;

/**
 * Publishes a rate card or a policy for days that have begun, in place of the one in force on the first of them, and follows its adjustments; or tells
 * what it would change. Resolves with the exit code. Throws Failure.
 */
export async function runCorrect(options: CorrectOptions, terminal: Terminal, { fetch, pause }: CorrectWorld): Promise<0 | 1> {
  const { effectiveFrom, dryRun, wait, json } = options;
  if (!isDay(effectiveFrom)) throw new Failure(`${effectiveFrom} is not a day.`, 'write it as YYYY-MM-DD, such as --effective-from 2026-11-01', 2);
  const lists = PriceLists.reached(options, fetch);
  const planned = options.file.endsWith('.json') ? await policyIn(options, lists) : await cardIn(options, lists, terminal);
  if (planned === null) return 1;
  if (dryRun && !planned.isKnown) return show(await tried(lists, planned, terminal, pause), planned, options, terminal);
  if (dryRun) terminal.remark('This is published already; what became of it:');
  else if (!planned.isKnown) await publish(lists, planned);
  const status = await followed(lists, planned, wait && !dryRun, terminal, pause);
  if (json) terminal.line(JSON.stringify(status));
  else for (const line of correctionsTable([status], terminal)) terminal.line(line);
  return status.state === 'failed' ? 1 : 0;
}

async function cardIn(options: CorrectOptions, lists: PriceLists, terminal: Terminal): Promise<Planned | null> {
  const { file, effectiveFrom, reason } = options;
  const sheet = readSheet(options, terminal);
  if (sheet === null) return null;
  if (sheet.kind === 'tiers') throw new Failure(`${file} holds volume tiers, not prices.`, 'tiers belong into the policy: correct that one, with a file .json.', 2);
  const all = await lists.cards(effectiveFrom);
  const wrong = inForceAmong(all.filter((card) => card.currency === sheet.currency), null);
  if (wrong === null) throw nothingToCorrect(`card in ${sheet.currency}`, effectiveFrom);
  const said = { effectiveFrom, currency: sheet.currency, rows: sheet.rows.map(decimalRow), ...marked(options) };
  const isKnown = wrong.effectiveFrom === effectiveFrom && wrong.illustrative === said.illustrative && JSON.stringify((await lists.rows(wrong)).map(decimalRow)) === JSON.stringify(said.rows);
  const version = isKnown ? wrong.version : 1 + Math.max(...all.filter(({ rateCardId }) => rateCardId === wrong.rateCardId).map((card) => card.version));
  const body = { rateCardId: wrong.rateCardId, version, ...said, correction: { rateCardId: wrong.rateCardId, version: wrong.version, reason } };
  return { kind: 'rate_card', id: wrong.rateCardId, version, body, isKnown };
}

async function policyIn(options: CorrectOptions, lists: PriceLists): Promise<Planned> {
  const { file, effectiveFrom, reason } = options;
  const document = documentIn(file);
  const all = await lists.policies(effectiveFrom);
  const wrong = inForceAmong(all, null);
  if (wrong === null) throw nothingToCorrect('policy', effectiveFrom);
  const said = { effectiveFrom, document, ...marked(options) };
  const isKnown = wrong.effectiveFrom === effectiveFrom && wrong.illustrative === said.illustrative && JSON.stringify(wrong.document) === JSON.stringify(parsePolicyDocument(JSON.stringify(document)));
  const version = isKnown ? wrong.version : 1 + Math.max(...all.filter(({ policyId }) => policyId === wrong.policyId).map((policy) => policy.version));
  const body = { policyId: wrong.policyId, version, ...said, correction: { policyId: wrong.policyId, version: wrong.version, reason } };
  return { kind: 'policy', id: wrong.policyId, version, body, isKnown };
}

/** A document alone, or one as it is published. */
function documentIn(file: string): object {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as { readonly document?: object };
    const document = value.document ?? value;
    parsePolicyDocument(JSON.stringify(document));
    return document;
  } catch (error) {
    if (error instanceof PolicyDocumentError || error instanceof SyntaxError) throw new Failure(`${file} is not a policy: ${error.message}`, 'correct it; libs/rating/data/policies has some to go by.', 2, { cause: error });
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`, 'give the path of a rate card (CSV) or a policy (.json).', 2, { cause: error });
  }
}

function marked({ file, source, illustrative }: CorrectOptions): { readonly source: string; readonly illustrative: boolean } {
  return { source: source ?? `Not stated. Corrected from ${basename(file)}.`, illustrative: illustrative || source === undefined };
}

function nothingToCorrect(what: string, day: string): Failure {
  return new Failure(`No ${what} is in force on ${day}: there is nothing to correct.`, 'publish it: `parley pricing import --publish`, or POST /billing/v1/policies.', 2);
}

async function publish(lists: PriceLists, { kind, body }: Planned): Promise<void> {
  const key = `pricing-correct-${sha256Hex(JSON.stringify(body)).slice(0, 40)}`; // The same correction again is the same request.
  await (kind === 'policy' ? lists.publishPolicy(body, key) : lists.publish(body, key));
}

async function tried(lists: PriceLists, { kind, body }: Planned, terminal: Terminal, pause: CorrectWorld['pause']): Promise<TrialResult> {
  const id = await lists.try(kind, body);
  const startedAt = performance.now();
  for (;;) {
    const { state, progress, detail, result } = await lists.trial(id);
    if (result !== null) {
      terminal.replace('');
      return result;
    }
    if (state === 'failed' || state === 'cancelled') throw new Failure(`It could not be tried: ${detail ?? state}`, 'try again; where it stays so, look into the platform’s log.');
    if (progress !== null) terminal.replace(progressLine({ label: 'Pricing', ...progress, elapsedMs: performance.now() - startedAt }));
    await pause(askEveryMs);
  }
}

/** The correction, once its adjustments are posted, or at once where nobody waits. */
async function followed(lists: PriceLists, { kind, id, version, isKnown }: Planned, wait: boolean, terminal: Terminal, pause: CorrectWorld['pause']): Promise<CorrectionStatus> {
  const startedAt = performance.now();
  for (;;) {
    const status = (await lists.corrections()).find((one) => one.kind === kind && one.id === id && one.version === version);
    if (status === undefined && isKnown) throw new Failure(`${id} version ${version}, in force since that day, says the same, and corrects nothing.`, 'see that the file and the day are the right ones.');
    if (status !== undefined && (!wait || (status.state !== 'waiting' && status.state !== 'running'))) {
      terminal.replace('');
      return status;
    }
    const { done, total } = status?.progress ?? { done: 0, total: 0 };
    if (total > 0) terminal.replace(progressLine({ label: 'Adjusting', done, total, elapsedMs: performance.now() - startedAt }));
    await pause(askEveryMs);
  }
}

function show(result: TrialResult, { kind, id, version }: Planned, { json }: CorrectOptions, terminal: Terminal): 0 {
  if (json) terminal.line(JSON.stringify({ kind, id, version, outcome: 'tried', ...result }));
  else for (const line of trialPage(result, `${id} version ${version}`, terminal)) terminal.line(line);
  return 0;
}
