import { describe, expect, it } from '@jest/globals';
import type { AnyEvent, EventOf, Meta } from '@parley/contracts';
import { anyEventOf } from '@parley/testing';
import fc from 'fast-check';
import { createCodec } from '../codec/codec.js';
import { MemoryLog } from '../memory/log.js';
import { decidedPages, pickedPages, type DecidedPage } from './decided.js';

const codec = createCodec();
const topology = { name: 'billing', source: 'parley.usage.v1', decisions: 'parley.ledger.v1', commands: ['UsageRecorded'] } as const;
const [usage] = fc.sample(anyEventOf('UsageRecorded'), { numRuns: 1, seed: 3 }) as [EventOf<'UsageRecorded'>];
const [charge] = fc.sample(anyEventOf('ChargePosted'), { numRuns: 1, seed: 3 }) as [EventOf<'ChargePosted'>];

const metaOf = (link: string, number: number, offset: number | null): Meta => ({ ...usage.meta, link, number, cause: offset === null ? null : { topic: topology.source, partition: 0, offset } });

/** So many commands, and decisions on the ones at these offsets in this order; on both partitions others' records lie between. */
async function logOf(commands: number, decided: readonly number[]): Promise<MemoryLog> {
  const log = new MemoryLog(() => 1);
  const write = (topic: 'parley.usage.v1' | 'parley.ledger.v1', events: readonly AnyEvent[]) => log.append({ topic, partition: 0, records: events.map((event) => ({ key: 'o', value: codec.encode(event) })) });
  await write(topology.source, Array.from({ length: commands }, (_, index) => ({ ...usage, sentAt: usage.sentAt + index, meta: metaOf('delivery/0', index + 1, index) })));
  await write(topology.decisions, decided.flatMap((offset, index) => [
    { ...charge, amount: BigInt(offset), meta: metaOf('billing/0', index + 1, offset) },
    { ...charge, amount: -1n, meta: metaOf('billing/1', index + 1, offset) },
  ]));
  return log;
}

async function pagesOf(log: MemoryLog, pageRecords: number): Promise<readonly DecidedPage[]> {
  const pages: DecidedPage[] = [];
  for await (const page of decidedPages({ topology, partition: 0, log, codec, pageRecords })) pages.push(page);
  return pages;
}

/** Offsets of commands in the order in which they were given, with what is charged for each. */
const given = (pages: readonly DecidedPage[]) => pages.flatMap(({ decided }) => decided.map(({ offset, decision }) => [offset, decision && Number((decision as typeof charge).amount)]));

describe('commands with their decisions', () => {
  it('come in the order of the log, each with its own', async () => {
    const pages = await pagesOf(await logOf(5, [0, 1, 2, 3, 4]), 2);
    expect(given(pages)).toEqual([[0, 0], [1, 1], [2, 2], [3, 3], [4, 4]]);
    expect(pages.map(({ decided, offset, givenTo, end }) => [decided.length, offset, givenTo, end])).toEqual([[2, 2, 2, 5], [2, 4, 4, 5], [1, 5, 5, 5]]);
    expect(pages[0]!.decided[1]!.command).toEqual({ ...usage, sentAt: usage.sentAt + 1, meta: metaOf('delivery/0', 2, 1) });
  });

  it('that waited come when they were decided; until then no page says that they were given', async () => {
    const pages = await pagesOf(await logOf(6, [0, 2, 3, 1, 4, 5]), 2);
    expect(given(pages)).toEqual([[0, 0], [2, 2], [3, 3], [1, 1], [4, 4], [5, 5]]);
    expect(pages.map(({ givenTo }) => givenTo)).toEqual([1, 5, 6]);
  });

  it('that nobody decided come last, and without', async () => {
    expect(given(await pagesOf(await logOf(5, [0, 2]), 10))).toEqual([[0, 0], [2, 2], [3, null], [4, null], [1, null]]);
    expect(given(await pagesOf(await logOf(3, []), 2))).toEqual([[0, null], [1, null], [2, null]]);
  });

  it('come once each, with their own, whatever waited for how long and however the log is cut into pages', async () => {
    const order = fc.array(fc.record({ delay: fc.oneof(fc.constant(0), fc.nat(40)), decided: fc.boolean() }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 9 }), async (drawn, pageRecords) => {
        const decided = drawn.flatMap((one, offset) => (one.decided ? [{ at: offset + one.delay, offset }] : [])).sort((one, other) => one.at - other.at || one.offset - other.offset).map(({ offset }) => offset);
        const pages = await pagesOf(await logOf(drawn.length, decided), pageRecords);
        expect([...given(pages)].sort(([one], [other]) => one! - other!)).toEqual(drawn.map((one, offset) => [offset, one.decided ? offset : null]));
        for (const [index, { givenTo }] of pages.entries()) {
          const left = pages.slice(index + 1).flatMap(({ decided: later }) => later.map(({ offset }) => offset));
          expect(left.every((offset) => offset >= givenTo)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same where only some fields are picked', async () => {
    const log = await logOf(7, [0, 1, 3, 2, 4]);
    const whole = given(await pagesOf(log, 3));
    const picked: unknown[] = [];
    for await (const { decided } of pickedPages({ topology, partition: 0, log, codec, pageRecords: 3, picks: { UsageRecorded: { sentAt: true }, ChargePosted: { amount: true } } })) {
      for (const { offset, command, decision } of decided) {
        expect(command).toEqual({ type: 'UsageRecorded', meta: { link: 'delivery/0', number: offset + 1, cause: { offset } }, sentAt: usage.sentAt + offset });
        picked.push([offset, decision?.type === 'ChargePosted' ? Number(decision.amount) : null]);
      }
    }
    expect(picked).toEqual(whole);
  });

  it('are refused where a record is missing', async () => {
    const log = await logOf(4, [0, 1, 2, 3]);
    const read = log.read.bind(log);
    log.read = async (topic, ...rest) => (await read(topic, ...rest)).filter(({ offset }) => topic !== topology.decisions || offset !== 2);
    await expect(pagesOf(log, 2)).rejects.toThrow('offset 2 is missing');
  });
});
