import { wrapped } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { perform, type Happening, type Performance, type Played } from './performance.js';
import { prove, type Proof } from './proof.js';
import { businesses, currency, customers, weekend, zone } from './script.js';
import { costByMarket, costTable, illustrativeMark, price, proofTable, scenesTable } from './table.js';
import type { KeptLane } from './virtual-platform.js';

export interface StoryOptions {
  /** One JSON object in place of the tables. */
  readonly json: boolean;
  /** For a spec: changes what was folded before it is folded again. */
  readonly tamper?: (lanes: readonly KeptLane[]) => Promise<void>;
}

/** Plays the announcement on virtual time, prints what it costs, and proves that the log says all of it. Resolves with the exit code. */
export async function tellStory(terminal: Terminal, { json, tamper }: StoryOptions): Promise<0 | 1> {
  const performance = await perform();
  const proof = await prove(performance, tamper);
  if (json) terminal.line(JSON.stringify(asJson(performance, proof)));
  else printStory(terminal, performance, proof);
  for (const { lane, entry, change } of proof.differences) terminal.remark(terminal.ink.bad(`${lane}: ${entry}: ${change}`));
  for (const text of proof.leaks) terminal.remark(terminal.ink.bad(`in clear on the platform: ${text}`));
  if (!proof.isIdentical) terminal.remark('What was kept is not what the log says. In a real database, `parley rebuild` folds it again; then find out what changed it.');
  return proof.isIdentical && proof.leaks.length === 0 ? 0 : 1;
}

function printStory(terminal: Terminal, performance: Performance, proof: Proof): void {
  const { ink } = terminal;
  const { played } = performance;
  const title = (text: string): void => [``, ink.strong(text)].forEach((line) => terminal.line(line));
  const print = (lines: readonly string[]): void => lines.forEach((line) => terminal.line(line));

  terminal.line(ink.strong('Paid business messaging as announced in 2018, played on virtual time'));
  print(scenesTable(played, ink));
  print(cardNote(performance));
  title('What Monday morning’s answers cost');
  print(costTable(costByMarket(weekendOf(performance)), ink));
  title('All states and rows are dropped; the log is folded again, with every decision replaced by a throw');
  print(proofTable(proof, ink));
  if (proof.isIdentical) terminal.line(ink.good(verdict(performance, proof)));
  if (proof.leaks.length === 0) terminal.line(ink.good(`None of the ${performance.texts.length} texts above is anywhere in the log or in those rows: the platform saw them sealed.`));
}

const widest = 106;

/** Where the prices come from, as the catalog says it. */
function cardNote({ platform, played }: Performance): string[] {
  const outcomes = played.flatMap(({ happenings }) => happenings.map(({ outcome }) => outcome));
  const charges = outcomes.flatMap((outcome) => (outcome.type === 'ChargePosted' && outcome.rateCardId !== null ? [outcome] : []));
  const published = platform.events('parley.catalog.v1').flatMap((event) => (event.type === 'RateCardPublished' ? [event] : []));
  const cards = published.filter(({ rateCardId, version }) => charges.some((charge) => charge.rateCardId === rateCardId && charge.rateCardVersion === version));
  return cards.flatMap(({ rateCardId, version, source }) => wrapped(`${illustrativeMark} Rate card ${rateCardId} version ${version}, utility column. ${source}`, widest));
}

function weekendOf({ played }: Performance): Played {
  return played.find(({ scene }) => scene === weekend)!;
}

function verdict({ platform }: Performance, { lanes }: Proof): string {
  const rows = lanes.reduce((sum, lane) => sum + Object.values(lane.rows).reduce((a, b) => a + b, 0), 0);
  const count = lanes.reduce((sum, lane) => sum + lane.lanes, 0);
  const charges = platform.events('parley.ledger.v1').filter(({ type }) => type === 'ChargePosted').length;
  return `Windows and ledger are the same, row for row: ${count} lanes, ${rows} rows, ${charges} charges.`;
}

function asJson(performance: Performance, proof: Proof): object {
  const scenes = performance.played.map(({ scene, happenings }) => ({ title: scene.title, happenings: happenings.map(happeningAsJson) }));
  const weekendCost = costByMarket(weekendOf(performance)).map(({ amount, ...cost }) => ({ ...cost, amount: price(amount) }));
  return { zone, currency, scenes, weekend: weekendCost, proof };
}

function happeningAsJson({ at, act, outcome }: Happening): object {
  const who = { at: new Date(at).toISOString(), business: businesses[act.business].name, customer: customers[act.customer].name };
  switch (outcome.type) {
    case 'ChargePosted': {
      const { rule, market, amount, rateCardId, rateCardVersion, illustrative } = outcome;
      return { ...who, event: outcome.type, rule, market, amount: price(amount), rateCardId, rateCardVersion, illustrative };
    }
    case 'MessageRefused':
      return { ...who, event: outcome.type, reason: outcome.reason, detail: outcome.detail };
    case 'MessageReceived':
      return { ...who, event: outcome.type, market: outcome.market, windowClosesAt: outcome.windowClosesAt };
    case 'WindowExpiring':
    case 'WindowClosed':
      return { ...who, event: outcome.type, closesAt: outcome.closesAt };
    default:
      return outcome satisfies never;
  }
}
