// An owner's budget, end to end: set aside, refused beyond a hard cap, given back, told, raised.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let set: Stage;
const { ownerId, businessId } = cast.business;

const get = (path: string, token = set.platform.sandbox.apiKey): Promise<Answer> => ask(set.platform.address, path, token);
const operator = (): string => set.folder.open().operatorKey;
const setBudget = (body: object, key: string): Promise<Answer> => ask(set.platform.address, '/ingest/v1/budgets', operator(), { body: { ownerId, currency: 'USD', zone: 'Europe/Berlin', hard: true, ...body }, key });
const budgets = async () => ((await get('/windows/v1/budgets')).body as { data: Record<string, unknown>[] }).data;
const parameters = ['A-1', 'Friday'].map((text) => ({ type: 'text', text }));
const notify = (): Promise<Answer> => send(set.platform, set.platform.sandbox.apiToken, { type: 'template', template: { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] } });
const failures = async (): Promise<readonly { reason: string; detail: string }[]> =>
  ((await get('/delivery/v1/inbox?limit=100')).body['items'] as { status?: string; reason: string; detail: string }[]).filter(({ status }) => status === 'failed');

beforeAll(async () => {
  set = await stage();
  await set.phone.write(cast.number.phone, 'Are you open?');
  await eventually(() => get(`/windows/v1/conversations/${businessId}.${set.platform.sandbox.contactId}`), ({ body }) => body['open'] === true);
}, 120_000);
afterAll(() => set.end(), 30_000);

describe('a hard cap', () => {
  it('is set by the operator, and seen by the business', async () => {
    expect(await budgets()).toEqual([]);
    const { status, body } = await setBudget({ cap: '0.10' }, 'budget-1');
    expect([status, body]).toEqual([201, { ownerId, currency: 'USD', zone: 'Europe/Berlin', hard: true, cap: '0.1', capMicros: '100000' }]);
    expect(await budgets()).toMatchObject([{ ownerId, currency: 'USD', hard: true, cap: '0.1', spent: '0', reserved: '0', left: '0.1', toldPercent: 0, month: expect.stringMatching(/^\d{4}-\d\d$/) }]);
    expect((await get('/windows/v1/budgets', operator())).body).toMatchObject({ data: [{ ownerId }], next: null });
    expect((await get('/windows/v1/budgets?ownerId=somebody-else')).body).toEqual({ data: [], next: null });
  });

  it.each([
    [{ cap: '-1' }, 'cap'],
    [{ cap: '1.0000001' }, 'cap'],
    [{ cap: '1', zone: 'Mars/Olympus' }, 'zone'],
    [{ cap: '1', currency: 'XXQ' }, 'currency'],
  ])('is not set to %j', async (body, path) => {
    const { status, body: problem } = await setBudget(body, `wrong-${path}-${JSON.stringify(body)}`);
    expect([status, problem['errors']]).toEqual([400, [{ path, hint: expect.any(String) }]]);
  });

  it('sets aside what a message can cost, and settles what it cost', async () => {
    await notify();
    await receive(set.phone, (text) => text.startsWith('Your order'));
    const [budget] = await eventually(budgets, ([one]) => one!['spent'] !== '0');
    expect(budget).toMatchObject({ cap: '0.1', spent: '0.055', reserved: '0', left: '0.045' });
    const { data } = (await get('/billing/v1/charges')).body as { data: object[] };
    expect(data).toMatchObject([{ amount: '0.055', budget: { month: budget!['month'], reserved: '0.055', waived: '0', waivedMicros: '0' } }]);
  });

  it('tells the owner what part is spent', async () => {
    await eventually(budgets, ([one]) => one!['toldPercent'] === 50);
  });

  it('refuses what could cost more than is left, before it is sent, and says why', async () => {
    await notify();
    const [failure] = await eventually(failures, (found) => found.length > 0);
    expect(failure).toMatchObject({ reason: 'over_budget', detail: expect.stringMatching(/^It could cost 0\.055 USD; of the owner's budget of 0\.1 USD for \d{4}-\d\d, 0\.055 USD is spent or set aside already\./) });
  });

  it('lets free answers through all the same', async () => {
    await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes, until six.'));
    await receive(set.phone, (text) => text === 'Yes, until six.');
    expect(await failures()).toHaveLength(1);
  });

  it('can be raised, and taken back', async () => {
    await setBudget({ cap: '0.11' }, 'budget-2');
    await notify();
    await receive(set.phone, (text) => text.startsWith('Your order'));
    await eventually(budgets, ([one]) => one!['spent'] === '0.11' && one!['left'] === '0' && one!['toldPercent'] === 100);
    expect((await setBudget({ cap: 'none' }, 'budget-3')).body).toMatchObject({ cap: null, capMicros: null });
    expect(await budgets()).toEqual([]);
    await notify();
    await receive(set.phone, (text) => text.startsWith('Your order'));
  });
});
