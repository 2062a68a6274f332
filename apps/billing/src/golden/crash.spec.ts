import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnyEvent, OwnerId, PayloadOf } from '@parley/contracts';
import { bundledPriceLists } from '@parley/rating';
import { goldenHistory, ownerId, type History } from './history.fixture.js';
import { eventsOn, liveThrough, rebuilt, type Life } from './life.fixture.js';
import { memoryPlace, type Place } from './place.fixture.js';

/** What stands on the ledger, each record once: readers drop repeats by link and number. */
async function ledgerOf({ log }: Place): Promise<readonly AnyEvent[]> {
  const byNumber = new Map<string, AnyEvent>();
  for (let partition = 0; partition < log.partitions('parley.ledger.v1'); partition += 1) {
    for (const event of await eventsOn(log, 'parley.ledger.v1', partition)) byNumber.set(`${partition} ${event.meta.link} ${event.meta.number}`, event);
  }
  return [...byNumber.values()];
}

/** Every message once at its hand-worked price, every month's bill once at its total, and lanes that hold what the log says. */
async function expectWorked(place: Place, history: History): Promise<void> {
  const ledger = await ledgerOf(place);
  const charged = ledger.flatMap((event) => (event.type === 'ChargePosted' ? [[event.message.messageId, event.amount]] : []));
  expect(charged).toEqual([...history.expected].map(([messageId, { amount }]) => [messageId, amount]));
  const billed = ledger.flatMap((event) => (event.type === 'InvoiceIssued' ? [[event.number, event.month, event.total]] : []));
  expect(billed).toEqual(history.months.map(({ month, billed: total }, index) => [index + 1, month, total]));
  for (const { lane, before, after } of await rebuilt(place, history)) expect({ lane, held: before }).toEqual({ lane, held: after });
}

async function lived(history: History, life: Life, appendsInCommit: boolean): Promise<number> {
  const place = memoryPlace(appendsInCommit);
  const calls = await liveThrough(place, history, life);
  await expectWorked(place, history);
  return calls;
}

/** The history on a catalog with other lists for everybody and for another owner, all published later and as late or later in force: its own is a contract of its owner. */
function underContract(history: History): History {
  const { policies, rateCards } = bundledPriceLists();
  const of = (owner: string): PayloadOf<'PolicyPublished'>['scope'] => ({ owners: [owner as OwnerId], businesses: [] });
  const latest = history.published.reduce((day, event) => ('effectiveFrom' in event && event.type !== 'InternationalEligibilityPublished' && event.effectiveFrom > day ? event.effectiveFrom : day), '2018-01-01');
  const others = [...policies, ...rateCards].map((one) => ({ ...one, version: 9, effectiveFrom: latest }));
  const own = history.published.map((event) => (event.type === 'PolicyPublished' || event.type === 'RateCardPublished' ? { ...event, scope: of(ownerId) } : event));
  return { ...history, published: [...own, ...others, ...others.map((one) => ({ ...one, version: 10, scope: of('others') }))] };
}

describe('a history lived through', () => {
  it.each(['P1', 'P3', 'P5', 'S0'])('of %s costs under a contract what it costs under the list alone, whatever others pay by', async (name) => {
    await lived(underContract(goldenHistory(name)), { batchRecords: 2_000, deaths: [] }, true);
  });

  it('costs the same wherever between two steps a process dies', async () => {
    const history = goldenHistory('S0');
    const steps = await lived(history, { batchRecords: 25, deaths: [] }, false);
    expect(steps).toBeGreaterThan(50);
    for (let call = 1; call <= steps; call += 1) await lived(history, { batchRecords: 25, deaths: [{ call, happens: false }] }, false);
  }, 120_000);

  it.each([['apart', false], ['as one', true]])('costs the same in batches of any size, by processes that die again and again, commit and append %s', async (_, appendsInCommit) => {
    const death = fc.record({ call: fc.integer({ min: 1, max: 120 }), happens: fc.boolean() });
    const lives = fc.record({ batchRecords: fc.integer({ min: 1, max: 80 }), deaths: fc.array(death, { maxLength: 8 }) });
    await fc.assert(fc.asyncProperty(fc.constantFrom('P1', 'P5', 'S0'), lives, async (name, life) => void (await lived(goldenHistory(name), life, appendsInCommit))), { numRuns: 25 });
  }, 120_000);
});
