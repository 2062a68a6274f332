import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partsOfDays } from '@parley/domain';
import { formatDecimal, micros } from '@parley/money';
import { Random, startPostgres, suite } from '@parley/testing';
import type { EntityManager } from 'typeorm';
import { Charge } from '../projections/charge.js';
import { invoiceOf, invoicesAfter } from '../projections/invoice.js';
import { trialBalance } from '../projections/ledger-entry.js';
import { spentBy } from '../projections/spend.js';
import { goldenHistory, goldenNames, type History } from './history.fixture.js';
import { liveThrough, rebuilt, repriced } from './life.fixture.js';
import { booksOnPglite, booksOnServer, type Books, type Place } from './place.fixture.js';

const server = await startPostgres();
afterAll(async () => {
  if ('stop' in server) await server.stop();
});

const places = [
  { name: 'PGlite', skip: undefined, open: booksOnPglite },
  { name: 'PostgreSQL', skip: 'unavailable' in server ? server.unavailable : undefined, open: () => booksOnServer('url' in server ? server.url : '') },
] as const;

const types: { readonly [type: string]: string } = { regular: 'regular', free_customer_service: 'window', free_entry_point: 'ad' };
const decimal = (amount: bigint): string => formatDecimal(micros(amount));
const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

for (const { name: placeName, skip, open } of places) suite(`the golden ledgers through billing's lanes on ${placeName}`, skip, () => {
  let books: Books;
  beforeAll(async () => void (books = await open()), 60_000);
  afterAll(() => books.close());
  const read = <Answer>(question: (manager: EntityManager) => Promise<Answer>): Promise<Answer> => books.rows.for({ businessId: '*' }, question);

  /** Each message as it was worked by hand, whatever happened to the processes that charged it. */
  async function expectCharges({ expected, name }: History): Promise<void> {
    const charges = await read((manager) => manager.find(Charge));
    const said = new Map(charges.map(({ messageId, rule, pricingCategory, pricingType, tier, amountMicros }) => [messageId, [rule, pricingCategory, types[pricingType ?? ''], tier ?? '-', decimal(amountMicros)].join()]));
    const worked = [...expected].map(([messageId, { line, amount }]) => [line.at, messageId, [`${name}/${line.rule}`, line.shown, line.type, line.tier, decimal(amount)].join()]);
    expect([...expected].map(([messageId, { line }]) => [line.at, messageId, said.get(messageId)])).toEqual(worked);
    expect(charges).toHaveLength(expected.size);
  }

  /** The bills by number: their months in order, the exact sums and the totals as worked by hand, and the lines sum to the total. */
  async function expectInvoices({ months }: History): Promise<void> {
    const invoices = await read((manager) => invoicesAfter(manager, '*', null, [0, 0], 100));
    const said = invoices.map(({ number, month, exactMicros, totalMicros }) => [number, month, decimal(exactMicros), decimal(totalMicros)]);
    expect(said).toEqual(months.map(({ month, total, billed }, index) => [index + 1, month, decimal(total), decimal(billed)]));
    for (const { invoiceId, totalMicros } of invoices) {
      const lines = (await read((manager) => invoiceOf(manager, '*', invoiceId)))!.lines;
      expect([invoiceId, sumOf(lines.map(({ amountMicros }) => amountMicros))]).toEqual([invoiceId, totalMicros]);
    }
  }

  /** Double entry: all is billed, what was earned is the months' exact sums, and the whole sums to nothing. */
  async function expectBalance({ months }: History): Promise<void> {
    const balances = await read((manager) => trialBalance(manager, '*'));
    const of = (account: string): bigint => sumOf(balances.filter((one) => one.account === account).map(({ debits, credits }) => debits - credits));
    const [exact, billed] = [sumOf(months.map(({ total }) => total)), sumOf(months.map((month) => month.billed))];
    expect(sumOf(balances.map(({ debits, credits }) => debits - credits))).toBe(0n);
    expect([of('revenue'), of('receivable_unbilled'), of('receivable_billed'), of('rounding')]).toEqual([-exact, 0n, billed, exact - billed]);
  }

  /** What dashboards are told of each month, over all businesses. */
  async function expectSpend({ months, published, zone }: History): Promise<void> {
    const businesses = published.flatMap((event) => (event.type === 'BusinessRegistered' ? [event.businessId] : []));
    for (const { month, total } of months) {
      const parts = partsOfDays(`${month}-01`, `${month}-${lastDayOf(month)}`, zone);
      const spent = await Promise.all(businesses.map((businessId) => read((manager) => spentBy(manager, { businessId, currency: 'USD', parts, by: [], after: null, limit: 10 }))));
      expect([month, decimal(sumOf(spent.map((page) => BigInt(page.total.micros))))]).toEqual([month, decimal(total)]);
    }
  }

  async function expectBooks(history: History): Promise<void> {
    await expectCharges(history);
    await expectInvoices(history);
    await expectBalance(history);
    await expectSpend(history);
  }

  describe.each(goldenNames())('%s', (name) => {
    const history = goldenHistory(name);
    let place: Place | undefined;
    afterAll(async () => place?.close());

    it('costs to the micro what was worked by hand, down to the bills', async () => {
      const whole = await books.emptied(true);
      await liveThrough(whole, history, { batchRecords: 2_000, deaths: [] });
      await expectBooks(history);
      await whole.close();
    });

    it('does so in other batches, commit and append apart, killed six times at seeded steps', async () => {
      const random = new Random(goldenNames().indexOf(name) + 1);
      place = await books.emptied(false);
      const deaths = Array.from({ length: 6 }, () => ({ call: 1 + random.below(60), happens: random.chance(0.5) }));
      await liveThrough(place, history, { batchRecords: 30 + random.below(120), deaths });
      await expectBooks(history);
    });

    it('is the same rebuilt from the log, row for row, and priced again from the usage', async () => {
      for (const { lane, before, after } of await rebuilt(place!, history)) expect({ lane, held: after }).toEqual({ lane, held: before });
      await expectBooks(history);
      const again = await repriced(place!, history);
      const worked = history.months.filter(({ month }) => !history.carried.has(month));
      expect([...again].map(([month, total]) => [month, decimal(total)])).toEqual(worked.map(({ month, total }) => [month, decimal(total)]));
    });
  });
});

function lastDayOf(month: string): number {
  const [year, ordinal] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, ordinal, 0)).getUTCDate();
}
