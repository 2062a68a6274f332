import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptedEvents, createCodec, type Log } from '@parley/bus';
import type { Database } from '@parley/bus-postgres';
import type { AnyEvent, ChargePosted, Meta, OwnerId, Payload, RateRow, TopicName } from '@parley/contracts';
import { partitionOf } from '@parley/contracts';
import { adjustmentIdOf } from '@parley/domain';
import { bundledRateCards } from '@parley/rating';
import { filledDatabase } from '../lanes/filled-database.fixture.js';
import { openLog } from '../log/place.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runVerify } from './verify.js';

let database: Database;
const codec = createCodec();
const [card] = bundledRateCards();
const doubled = (price: bigint | null): bigint | null => (price === null ? null : price * 2n);
/** Twice the prices since the first of the month: each charge lacks what it came to. */
const correctedRows = card!.rows.map(({ market, marketing, utility, authentication, authenticationInternational, service }): RateRow => ({
  market, marketing: doubled(marketing), utility: doubled(utility), authentication: doubled(authentication), authenticationInternational: doubled(authenticationInternational), service: doubled(service),
}));

/** The story of August 2018 on a log, whose card is corrected afterwards. */
beforeAll(async () => void (database = await filledDatabase()), 60_000);
afterAll(() => database.close());

async function withLog<T>(work: (log: Log) => Promise<T>): Promise<T> {
  const { log, close } = await openLog(database, {});
  try {
    return await work(log);
  } finally {
    await close();
  }
}

let appended = 0;

/** Appends as billing's HTTP does. */
function append(topic: TopicName, partition: number, payload: Payload<AnyEvent>): Promise<void> {
  appended += 1;
  const meta = { eventId: `00000000-0000-4000-8000-${`${appended}`.padStart(12, '0')}`, at: Date.parse('2018-09-01T00:00:00Z'), recordedAt: Date.now(), link: `spec-${appended}`, number: 1, cause: null, catalogOffset: 99 } as unknown as Meta;
  return withLog(async (log) => void (await log.append({ topic, partition, records: [{ key: 'spec', value: codec.encode({ ...payload, meta } as AnyEvent) }] })));
}

interface Found {
  readonly differences: readonly { readonly ownerId: string; readonly missing: string }[];
  readonly chargeDifferences: readonly { readonly chargeId: string; readonly missingMicros: string }[];
}

async function verified(): Promise<Found & { readonly exit: number; readonly words: string }> {
  const [json, words] = [memoryTerminal(), memoryTerminal()];
  const exit = await runVerify(database, { json: true, environment: {} }, json);
  expect(await runVerify(database, { json: false, environment: {} }, words)).toBe(exit);
  return { exit, words: words.lines.join('\n'), ...(JSON.parse(json.lines.at(-1)!) as Found) };
}

/** Of the story's one owner, those that cost something. */
function paid(): Promise<readonly ChargePosted[]> {
  return withLog(async (log) => {
    const charges: ChargePosted[] = [];
    for (const partition of Array.from({ length: log.partitions('parley.ledger.v1') }, (_, index) => index)) {
      for await (const { event } of acceptedEvents({ topic: 'parley.ledger.v1', partition, types: ['ChargePosted'], log, codec })) if (event.amount > 0n) charges.push(event);
    }
    return charges;
  });
}

async function adjust({ chargeId, amount, currency, message: { ownerId, businessId } }: ChargePosted, by = amount): Promise<void> {
  const [place, partitions] = await withLog(async (log) => [(await log.end('parley.catalog.v1', 0)) - 1, log.partitions('parley.ledger.v1')] as const);
  const correction = { kind: 'rate_card', id: card!.rateCardId, version: 2, catalogOffset: place };
  const of = { month: '2018-08', market: null, pricingCategory: null, tier: null, illustrative: true, reason: '', causedBy: 'rate card', correction };
  await append('parley.ledger.v1', partitionOf(ownerId as OwnerId, partitions), { type: 'AdjustmentPosted', adjustmentId: adjustmentIdOf(correction, chargeId), chargeId, ownerId, businessId, currency, amount: by, ...of });
}

describe('the ledger of the story', () => {
  it('is what it should be before anything is corrected', async () => {
    expect(await verified()).toMatchObject({ exit: 0, corrections: 0, adjustments: 0, unexplained: 0, differences: [], words: expect.stringContaining('Nothing is left to adjust') });
  });

  it('lacks its adjustments once its card is corrected: each charge is named, with what it lacks', async () => {
    await append('parley.catalog.v1', 0, { ...card!, version: 2, rows: correctedRows, effectiveFrom: '2018-08-01', correction: { id: card!.rateCardId, version: 1, reason: 'the half was charged' } });
    const found = await verified();
    expect(found).toMatchObject({ exit: 1, corrections: 1, unexplained: 0, words: expect.stringContaining('parley pricing corrections') });
    const lacking = new Map(found.chargeDifferences.map(({ chargeId, missingMicros }) => [chargeId, missingMicros]));
    expect(lacking).toEqual(new Map((await paid()).map(({ chargeId, amount }) => [chargeId, `${amount}`])));
    expect(lacking.size).toBeGreaterThan(2);
  });

  it('is what it should be once every charge is adjusted, and not before', async () => {
    const [first, second, ...others] = await paid();
    for (const charge of others) await adjust(charge);
    await adjust(first!, first!.amount + 1n);
    await adjust(second!, second!.amount - 1n);
    // The sum is right, and two charges are not.
    const found = await verified();
    expect(found).toMatchObject({ exit: 1, differences: [{ missing: '0' }] });
    expect(found.chargeDifferences.map(({ missingMicros }) => missingMicros).sort()).toEqual(['-1', '1']);
    await adjust(first!, -1n);
    await adjust(second!, 1n);
    expect(await verified()).toMatchObject({ exit: 0, differences: [], words: expect.stringContaining('to the micro') });
  });
});
