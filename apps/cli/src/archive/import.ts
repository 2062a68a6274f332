import type { Database, EmbeddedLog, Transaction } from '@parley/bus-postgres';
import type { BusinessId, Category, OwnerId } from '@parley/contracts';
import { ArchiveFault, Comparison, findBusiness, foldConversation, policyInForce, readPiece, type ArchivedMessage, type BilledFailure, type FoldCounts, type KnownRules, type Reading } from '@parley/domain';
import { bundledMarketPrefixes, inForce, localDate, marketOf, marketPrefixesOf } from '@parley/rating';
import { withDatabase } from '../database/database.js';
import { rulesOf } from '../reprice/rules-file.js';
import { Failure } from '../terminal/failure.js';
import { progressLine } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';
import { archiveFile, piecesOf, type ArchiveFile } from './archive-file.js';
import { DifferenceReport } from './difference-report.js';
import { conversationsIn, factsIn, factTablesSql, FactWriter, keepMessages, messagesIn } from './fact-table.js';
import { historyFolder, type HistoryFolder, type HistorySettings } from './history-folder.js';
import { HistoryLog } from './history-log.js';
import { pseudonyms } from './pseudonyms.js';
import { publishedIn } from './published.js';
import { settingsOf } from './settings.js';
import { showImport, type Imported } from './show.js';

export interface ImportOptions {
  readonly files: readonly string[];
  readonly into: string;
  readonly append: boolean;
  readonly policy: string;
  readonly rates?: string;
  readonly zone?: string;
  readonly currency?: string;
  readonly owner?: string;
  readonly waba?: string;
  readonly business?: string;
  readonly category?: Category;
  readonly skipBroken: boolean;
  readonly failOnDifference: boolean;
  readonly top: number;
  readonly csv?: string;
  readonly json: boolean;
}

/**
 * Reads archives of past traffic into a history of its own, prices it, and holds the operator's prices against ours. One transaction: an import that
 * fails leaves the history as it was. Resolves with the exit code: 1 where a difference was to fail. Throws Failure.
 */
export async function runImport(options: ImportOptions, terminal: Terminal): Promise<0 | 1> {
  if (options.policy === 'published') throw new Failure('A history has nothing published but what it is imported under.', 'give --policy history, P5, or the file of a policy.', 2);
  const rules = rulesOf(options.policy, options.rates);
  const files = options.files.map(archiveFile);
  const folder = historyFolder(options.into, options.append);
  try {
    const settings = settingsOf(options, folder, rules, terminal);
    const imported = await withDatabase({ data: folder.path, url: undefined }, 'parley import', (database) => new Import(database, folder, settings, rules, options, terminal).run(files));
    folder.keep(settings);
    showImport(imported, options, terminal);
    return options.failOnDifference && imported.findings.differences > 0 ? 1 : 0;
  } catch (error) {
    folder.abandon();
    throw error;
  }
}

const mostFaults = 20;

class Import {
  #startedAt = performance.now();
  readonly #ignored = new Map<string, number>();
  readonly #faults: string[] = [];
  #broken = 0;
  #pieces = 0;
  readonly #counts = { undelivered: 0, failed: 0, sentMissing: 0, unknownCategory: 0, uncertain: 0 };
  #folded = 0;

  constructor(
    private readonly database: Database,
    private readonly folder: HistoryFolder,
    private readonly settings: HistorySettings,
    private readonly rules: KnownRules,
    private readonly options: ImportOptions,
    private readonly terminal: Terminal,
  ) {}

  async run(files: readonly ArchiveFile[]): Promise<Imported> {
    const { rows } = await this.database.query<{ there: boolean }>(`select to_regclass('archive.fact') is not null as there`);
    if (rows[0]?.there !== true) await this.database.query(factTablesSql());
    const log = await HistoryLog.tables(this.database);
    const report = new DifferenceReport(this.options.csv, this.options.top);
    try {
      return await this.database.transaction(async (transaction) => {
        const facts = await this.#read(files, transaction);
        return this.#priced(log, transaction, facts, report);
      });
    } finally {
      report.close();
      this.terminal.replace('');
    }
  }

  async #read(files: readonly ArchiveFile[], transaction: Transaction): Promise<FactWriter> {
    const writer = new FactWriter(transaction);
    const reading = this.#reading();
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let before = 0;
    for (const file of files) {
      let done = 0;
      for await (const piece of piecesOf(file, (bytes) => (done = bytes))) {
        const source = `${file.path}:${piece.line}`;
        if ('fault' in piece) this.#fault(`${source} ${piece.fault}`);
        else await this.#take(piece.value, source, reading, writer);
        if (this.#pieces % 500 === 0) this.#progress('Reading (KiB)', (before + done) / 1_024, total / 1_024);
      }
      before += file.bytes;
    }
    await writer.end();
    if (this.#broken > 0 && !this.options.skipBroken) this.#refuse();
    return writer;
  }

  async #take(value: unknown, source: string, reading: Reading, writer: FactWriter): Promise<void> {
    this.#pieces += 1;
    try {
      const { facts, numbers, ignored } = readPiece(value, reading);
      for (const name of ignored) this.#ignored.set(name, (this.#ignored.get(name) ?? 0) + 1);
      await writer.take(facts, numbers, source);
    } catch (error) {
      if (!(error instanceof ArchiveFault)) throw error;
      this.#fault(`${source} ${error.field}: ${error.message}`);
    }
  }

  #fault(text: string): void {
    this.#broken += 1;
    if (this.#faults.length < mostFaults) this.#faults.push(text);
  }

  #refuse(): never {
    const more = this.#broken > mostFaults ? [`… and ${this.#broken - mostFaults} more`] : [];
    throw new Failure(['Nothing was imported, for some of it cannot be read:', ...this.#faults, ...more].join('\n'), 'correct these, or leave them out with --skip-broken.');
  }

  #reading(): Reading {
    const { waba = null, business } = this.options;
    const prefixes = bundledMarketPrefixes().map(marketPrefixesOf);
    return {
      ...pseudonyms(this.folder.key),
      marketOf: (phone, at) => marketOf(phone, inForce(prefixes, localDate(at, this.settings.zone)) ?? prefixes[0]!),
      account: waba, only: waba, businessId: business === undefined ? null : (business as BusinessId),
    };
  }

  async #priced(log: EmbeddedLog, transaction: Transaction, facts: FactWriter, report: DifferenceReport): Promise<Imported> {
    const history = await HistoryLog.begin(log, transaction, Date.now());
    const catalog = await history.publish(await publishedIn(transaction, this.rules, this.settings));
    const comparison = new Comparison(catalog);
    this.#startedAt = performance.now();
    const failures = await this.#fold(catalog, transaction);
    this.#startedAt = performance.now();
    let done = 0;
    for await (const message of messagesIn(transaction)) {
      const compared = comparison.take(message);
      await history.take(compared);
      if (compared.difference !== null) report.take(compared.difference);
      done += 1;
      if (done % 1_000 === 0) this.#progress('Pricing', done, this.#folded);
    }
    for (const failure of failures) report.take(comparison.takeFailure(failure));
    await history.flush();
    await transaction.query('delete from archive.message');
    return {
      title: this.rules.title, settings: this.settings, pieces: this.#pieces, facts: facts.taken, repeated: facts.repeated, broken: this.#faults, brokenCount: this.#broken,
      ignored: [...this.#ignored], counts: this.#counts, findings: comparison.findings, examples: report.examples,
    };
  }

  async #fold(catalog: Parameters<typeof findBusiness>[0], transaction: Transaction): Promise<readonly BilledFailure[]> {
    const failures: BilledFailure[] = [];
    let waiting: ArchivedMessage[] = [];
    let facts = 0;
    const total = await factsIn(transaction);
    for await (const told of conversationsIn(transaction)) {
      const business = findBusiness(catalog, told[0]!.fact.businessId);
      const terms = { ownerId: this.settings.owner as OwnerId, category: this.options.category ?? null, policyAt: (instant: number) => business && policyInForce(catalog, business, instant) };
      const { messages, billedFailures, counts } = foldConversation(told, terms);
      this.#count(counts);
      facts += told.length;
      failures.push(...billedFailures);
      waiting.push(...messages);
      this.#folded += messages.length;
      if (waiting.length < 1_000) continue;
      await keepMessages(transaction, waiting);
      waiting = [];
      this.#progress('Sorting', facts, total);
    }
    await keepMessages(transaction, waiting);
    return failures;
  }

  #count(counts: FoldCounts): void {
    for (const name of Object.keys(this.#counts) as (keyof FoldCounts)[]) this.#counts[name] += counts[name];
  }

  #progress(label: string, done: number, total: number): void {
    this.terminal.replace(progressLine({ label, done, total, elapsedMs: performance.now() - this.#startedAt }));
  }
}
