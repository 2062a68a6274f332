import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createCodec } from '@parley/bus';
import { EmbeddedLog, openPglite } from '@parley/bus-postgres';
import { TOPIC_NAMES, TOPICS } from '@parley/contracts';
import type { AnyEvent, Meta, PayloadOf } from '@parley/contracts';
import { bundledRateCards } from '@parley/rating';
import { Device } from '@parley/sdk';
import { openFileStore } from '@parley/sdk/node';
import { DataFolder } from './folder/data-folder.js';
import { startPlatform } from './platform.js';
import type { Platform } from './platform.js';
import { ask, eventually, receive, send, textOf } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';
import { phoneKeyOf } from './sandbox/sandbox-file.js';
import { readPlatformSettings } from './settings.js';

const home = mkdtempSync(join(tmpdir(), 'parley-restart-'));
const folder = new DataFolder(join(home, 'data'));
const hourMs = 3_600_000;
let aheadMs = 0;
let running: Platform | null = null;
afterAll(async () => {
  await running?.stop(5_000);
  rmSync(home, { recursive: true, force: true });
}, 30_000);

async function start(): Promise<Platform> {
  const settings = readPlatformSettings({ PARLEY_DATA: folder.path, PARLEY_PORT: '0', PARLEY_LOG_LEVEL: 'error', PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0' });
  running = await startPlatform({ settings, clock: () => Date.now() + aheadMs });
  return running;
}

async function stop(platform: Platform): Promise<void> {
  running = null;
  await platform.stop(5_000);
}

/** One late reply to Germany: 0.0550. */
async function chargeOne(platform: Platform): Promise<void> {
  const store = await openFileStore({ folder: folder.phone, secret: phoneKeyOf(platform.sandbox) });
  const phone = new Device({ baseUrl: platform.address, store });
  await phone.write(cast.number.phone, 'Are you open?');
  await eventually(() => send(platform, platform.sandbox.apiToken, textOf('Yes')), ({ status }) => status === 200);
  await receive(phone, (text) => text === 'Yes');
  aheadMs += 25 * hourMs;
  await send(platform, platform.sandbox.apiToken, textOf('Sorry, we were closed'));
  await receive(phone, (text) => text.startsWith('Sorry'));
  await eventually(() => ask(platform.address, '/billing/v1/charges', platform.sandbox.apiKey), ({ body }) => (body['data'] as object[]).length === 2);
  await store.close();
}

/** What a process leaves that is killed right after it published a correction: it is on the catalog, and nobody knows of it. */
async function leaveCorrection(): Promise<void> {
  const database = await openPglite({ folder: folder.database });
  const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: TOPICS[name].retentionMs }));
  const log = await EmbeddedLog.open(database, { topics, clock: Date.now });
  const [card] = bundledRateCards();
  const rows = card!.rows.map((row) => ({ ...row, utility: 60_000n }));
  const event: PayloadOf<'RateCardPublished'> = { ...card!, version: 2, rows, correction: { id: card!.rateCardId, version: 1, reason: 'Germany was too cheap' } };
  const meta = { eventId: '00000000-0000-4000-8000-000000000001', at: Date.now(), recordedAt: Date.now(), link: 'killed', number: 1, cause: null, catalogOffset: 0 } as unknown as Meta;
  await log.append({ topic: 'parley.catalog.v1', partition: 0, records: [{ key: card!.rateCardId, value: createCodec().encode({ ...event, meta } as AnyEvent) }] });
  await log.close();
  await database.close();
}

describe('a correction whose process was killed right after it was published', () => {
  it('is settled by the next one, once, and not again by the one after that', async () => {
    const first = await start();
    await chargeOne(first);
    await stop(first);
    await leaveCorrection();
    const adjusted = async (platform: Platform): Promise<object> => {
      const get = (path: string) => ask(platform.address, path, folder.open().operatorKey);
      const { body } = await eventually(() => get('/billing/v1/corrections'), (answer) => ['posted', 'settled'].includes((answer.body['data'] as { state: string }[])[0]?.state ?? ''));
      const balance = await eventually(() => get('/billing/v1/ledger/balance'), (answer) => (answer.body['data'] as { account: string }[]).some(({ account }) => account === 'adjustments'));
      return { correction: (body['data'] as object[])[0], adjustments: (balance.body['data'] as { account: string }[]).find(({ account }) => account === 'adjustments') };
    };
    // 0.0600 - 0.0550, in one adjustment.
    const said = { correction: { reason: 'Germany was too cheap', adjustments: 1, changes: [{ change: '0.005' }] }, adjustments: { balanceMicros: '-5000', entries: 1 } };
    const second = await start();
    expect(await adjusted(second)).toMatchObject(said);
    await stop(second);
    aheadMs += hourMs;
    const third = await start();
    await eventually(() => ask(third.address, '/billing/v1/corrections', folder.open().operatorKey), ({ body }) => (body['data'] as { state: string }[])[0]?.state === 'settled');
    expect(await adjusted(third)).toMatchObject(said);
  }, 180_000);
});
