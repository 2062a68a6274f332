import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@parley/bus-postgres';
import { filledDatabase } from '../lanes/filled-database.fixture.js';
import { openLanes } from '../lanes/lanes.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { printLog, topicOf, type LogOptions } from './records.js';

let database: Database;
beforeAll(async () => void (database = await filledDatabase()), 60_000);
afterAll(async () => database.close());

async function lines(options: Partial<LogOptions> & { readonly topic: string }): Promise<readonly string[]> {
  const terminal = memoryTerminal();
  await printLog(database, { follow: false, json: false, environment: {}, ...options }, terminal, new AbortController().signal);
  return terminal.lines;
}

describe('the log, printed', () => {
  it('shows each charge with its evidence', async () => {
    const charges = await lines({ topic: 'ledger' });
    expect(charges).toHaveLength(12);
    const late = charges.find((line) => line.includes('market=India'));
    expect(late).toMatch(/^\d\/\d+ +2018-08-06T07:05:00\.000Z ChargePosted blue-door-ltd /);
    expect(late).toMatch(/ amount=0\.0014 .*rule=S0\/late-free-form .*\[billing\/\d \d+ ← usage\/\d\/\d+\]$/);
  });

  it('shows sealed content by its size only', async () => {
    const [first] = await lines({ topic: 'parley.envelopes.v1' });
    expect(first).toMatch(/EnvelopeStored .* bytes=\(\d+ bytes\)/);
    const [json] = await lines({ topic: 'envelopes', json: true, limit: 1 });
    expect(JSON.parse(json!)).toMatchObject({ topic: 'parley.envelopes.v1', event: { type: 'EnvelopeStored', bytes: expect.stringMatching(/^\(\d+ bytes\)$/) } });
  });

  it('shows one partition, from an offset on, at most so many, of one key', async () => {
    const all = await lines({ topic: 'conversations', partition: 0 });
    expect(await lines({ topic: 'conversations', partition: 0, from: 3 })).toEqual(all.slice(3));
    expect(await lines({ topic: 'conversations', partition: 0, from: 3, limit: 2 })).toEqual(all.slice(3, 5));
    const key = /ReceiptReported (\S+)/.exec(all.join('\n'))![1]!;
    const ofKey = await lines({ topic: 'conversations', key });
    expect(ofKey.length).toBeGreaterThan(3);
    expect(ofKey.every((line) => line.includes(key))).toBe(true);
  });

  it('goes on behind a record that it cannot read', async () => {
    const { log, close } = await openLanes(database, {});
    const unreadable = { key: 'shop', value: Uint8Array.of(1, 2, 3) };
    await log.append({ topic: 'parley.requests.rejected.v1', partition: 0, records: [unreadable, unreadable] });
    await close();
    expect(await lines({ topic: 'requests.rejected' })).toEqual([0, 1].map((offset) => expect.stringMatching(new RegExp(`^0/${offset} +cannot be read \\(3 bytes\\): FrameError`))));
  });

  it('names the topics, partitions and offsets there are', async () => {
    expect(topicOf('requests.rejected')).toBe('parley.requests.rejected.v1');
    await expect(lines({ topic: 'messages' })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('conversations') });
    await expect(lines({ topic: 'ledger', partition: 7 })).rejects.toMatchObject({ exitCode: 2, message: 'parley.ledger.v1 has the partitions 0 to 1.' });
    await expect(lines({ topic: 'ledger', partition: 0, from: 9_999 })).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('holds the offsets 0 to') });
    await expect(lines({ topic: 'ledger', follow: true })).rejects.toMatchObject({ exitCode: 2, fix: expect.stringContaining('PARLEY_DATABASE_URL') });
  });
});
