// Nothing is lost between services: the books of messages, at work and with a loss planted in each of their columns.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, ownerRole } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let set: Stage;
let database: Database;
const { businessId } = cast.business;

const get = (path: string, token = set.folder.open().operatorKey): Promise<Answer> => ask(set.platform.address, path, token);
type Books = Readonly<Record<'accepted' | 'charged' | 'free' | 'refused' | 'failed' | 'pending' | 'repeated' | 'residual', number>>;
const whole = async () => (await get('/conservation')).body as { residual: number; businesses: Books[]; partitions: Books[] };
const books = async (): Promise<Books> => (await whole()).businesses[0]!;
const parameters = ['A-1', 'Friday'].map((text) => ({ type: 'text', text }));
const notify = (count = 2): Promise<Answer> => send(set.platform, set.platform.sandbox.apiToken, { type: 'template', template: { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters: parameters.slice(0, count) }] } });

beforeAll(async () => {
  database = await openPglite({ memory: true });
  set = await stage(database);
  await set.phone.write(cast.number.phone, 'Are you open?');
  await eventually(() => get(`/windows/v1/conversations/${businessId}.${set.platform.sandbox.contactId}`, set.platform.sandbox.apiKey), ({ body }) => body['open'] === true);
}, 120_000);
afterAll(() => set.end(), 30_000);

describe('every accepted message', () => {
  it('is in one column of the books, from its acceptance to its charge', async () => {
    expect(await whole()).toEqual({ residual: 0, businesses: [], partitions: [] });
    await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes.'));
    await eventually(books, (found) => found?.pending === 1);
    expect(await books()).toMatchObject({ accepted: 1, charged: 0, free: 0, pending: 1, residual: 0 });
    await receive(set.phone, (text) => text === 'Yes.');
    await eventually(books, ({ free }) => free === 1);
    await notify();
    await receive(set.phone, (text) => text.startsWith('Your order'));
    await eventually(books, ({ charged }) => charged === 1);
    set.pass(25 * 3_600_000);
    await ask(set.platform.address, '/ingest/v1/budgets', set.folder.open().operatorKey, { body: { ownerId: cast.business.ownerId, currency: 'USD', zone: 'UTC', cap: '0', hard: true }, key: 'budget' });
    await notify();
    await eventually(books, ({ refused }) => refused === 1);
    expect(await books()).toEqual({ businessId, accepted: 3, charged: 1, free: 1, refused: 1, failed: 0, pending: 0, inTransit: 0, repeated: 0, overtaken: 0, residual: 0 });
    expect((await whole()).partitions).toMatchObject([{ businessId, accepted: 3, arrived: 2, refused: 1, pending: 0, residual: 0 }]);
  });

  it('is told as a metric', async () => {
    const text = await (await fetch(`${set.platform.address}/metrics`)).text();
    expect(text).toMatch(/^parley_conservation_residual_messages 0$/m);
  });

  it('is the operator’s to ask for', async () => {
    expect((await get('/conservation', set.platform.sandbox.apiKey)).status).toBe(403);
  });
});

describe('a message that is nowhere', () => {
  const broken = async (schema: string, sql: string): Promise<Books> => {
    await database.as({ role: ownerRole(schema) }).query(sql);
    return books();
  };

  it.each([
    ['a charge that does not come, as in transit', 'billing', `update billing.tally set count = count - 1 where what = 'charged'`, `update billing.tally set count = count + 1 where what = 'charged'`, { charged: 0, pending: 1, inTransit: 1, residual: 0 }],
    ['a charge too many', 'billing', `update billing.tally set count = count + 1 where what = 'free'`, `update billing.tally set count = count - 1 where what = 'free'`, { free: 2, overtaken: 1, residual: 0 }],
    ['a message that delivery forgot', 'delivery', `update delivery.tally set count = count + 1 where what = 'sent'`, `update delivery.tally set count = count - 1 where what = 'sent'`, { overtaken: 1, residual: 1 }],
    ['a row that says it is still under way', 'delivery', `update delivery.message set status = 'sent' where first_status = 'delivered' and category = 'utility'`, `update delivery.message set status = 'delivered' where status = 'sent'`, { pending: 1, residual: -1 }],
    ['a refusal that was decided twice', 'windows', `update windows.tally set count = count + 1 where what = 'refused'`, `update windows.tally set count = count - 1 where what = 'refused'`, { accepted: 3, refused: 2, overtaken: 1, residual: 0 }],
    ['a failure that nobody was told of', 'delivery', `update delivery.tally set count = count - 1 where what = 'arrived'`, `update delivery.tally set count = count + 1 where what = 'arrived'`, { overtaken: 1, residual: 1 }],
  ] as const)('shows: %s', async (_, schema, breaks, mends, expected) => {
    expect(await broken(schema, breaks)).toMatchObject(expected);
    expect(await broken(schema, mends)).toMatchObject({ residual: 0, overtaken: 0, pending: 0 });
  });
});
