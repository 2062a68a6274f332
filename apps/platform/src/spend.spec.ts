import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, eventually, receive, send, stage, textOf } from './platform.fixture.js';
import type { Answer, Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

let set: Stage;
const hourMs = 3_600_000;

/** A free answer, a template and a late reply of the sandbox: 0, 0.055 and 0.055. */
beforeAll(async () => {
  set = await stage();
  await set.phone.write(cast.number.phone, 'Are you open?');
  await eventually(() => get(`/windows/v1/conversations/${cast.business.businessId}.${set.platform.sandbox.contactId}`), ({ body }) => body['open'] === true);
  await send(set.platform, set.platform.sandbox.apiToken, textOf('Yes.'));
  await receive(set.phone, (text) => text === 'Yes.');
  const parameters = ['A-1', 'Friday'].map((text) => ({ type: 'text', text }));
  await send(set.platform, set.platform.sandbox.apiToken, { type: 'template', template: { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] } });
  await receive(set.phone, (text) => text.startsWith('Your order'));
  set.pass(25 * hourMs);
  await send(set.platform, set.platform.sandbox.apiToken, textOf('Late.'));
  await receive(set.phone, (text) => text === 'Late.');
  await eventually(() => get('/billing/v1/spend'), ({ body }) => messagesOf(body) === 3);
}, 120_000);

afterAll(() => set.end(), 30_000);

const get = (path: string): Promise<Answer> => ask(set.platform.address, path, set.platform.sandbox.apiKey);
const messagesOf = (body: Answer['body']): number => (body['total'] as { messages: number }).messages;

describe('what was spent', () => {
  it('is told by local day, the last 30 where nothing is asked', async () => {
    const { status, body } = await get('/billing/v1/spend');
    const { zone, currency } = cast.business;
    expect([status, body]).toMatchObject([200, { zone, currency, by: ['day'], total: { messages: 3, free: 1, paid: 2, amount: '0.11', micros: '110000' }, illustrative: true, next: null }]);
    const rows = body['rows'] as { day: string; messages: number }[];
    expect(rows.reduce((sum, { messages }) => sum + messages, 0)).toBe(3);
    expect(rows.at(-1)!.day).toBe(body['to']);
    expect(Date.parse(String(body['to'])) - Date.parse(String(body['from']))).toBe(29 * 24 * hourMs);
  });

  it('is told by what it is asked by', async () => {
    const { body } = await get('/billing/v1/spend?by=rule,template,number');
    expect(body['rows']).toEqual([
      { rule: 'S0/inside-window', template: null, number: cast.number.numberId, messages: 1, free: 1, paid: 0, amount: '0', micros: '0' },
      { rule: 'S0/late-free-form', template: null, number: cast.number.numberId, messages: 1, free: 0, paid: 1, amount: '0.055', micros: '55000' },
      { rule: 'S0/template', template: cast.template.name, number: cast.number.numberId, messages: 1, free: 0, paid: 1, amount: '0.055', micros: '55000' },
    ]);
    expect((await get('/billing/v1/spend?by=type,tier,category')).body['rows']).toMatchObject([
      { type: 'free_customer_service', tier: null, category: 'service', messages: 1, micros: '0' },
      { type: 'regular', tier: null, category: 'service', messages: 1, micros: '55000' },
      { type: 'regular', tier: null, category: 'utility', messages: 1, micros: '55000' },
    ]);
    expect((await get('/billing/v1/spend?by=')).body['rows']).toMatchObject([{ messages: 3 }]);
  });

  it.each([
    ['by=day,day', 'by'],
    ['by=colour', 'by'],
    ['by=day,market,category,number,template,lane,rule,type,tier', 'by'],
    ['by=half_hour&from=2026-01-01&to=2026-03-01', 'from'],
    ['from=2026-02-30', 'from'],
    ['from=2026-03-02&to=2026-03-01', 'from'],
    ['from=2020-01-01&to=2026-03-01', 'from'],
  ])('is not told for %s', async (query, path) => {
    const { status, body } = await get(`/billing/v1/spend?${query}`);
    expect([status, body['errors']]).toEqual([400, [{ path, hint: expect.any(String) }]]);
  });

  it('takes no cursor of another question', async () => {
    const cursor = Buffer.from(JSON.stringify([1, '2026-01-01', '2026-01-02', 'day', '2026-01-01'])).toString('base64url');
    expect((await get(`/billing/v1/spend?from=2026-01-01&to=2026-01-02&after=${cursor}`)).status).toBe(200);
    for (const other of ['?from=2026-01-01&to=2026-01-03', '?from=2026-01-01&to=2026-01-02&by=market', '?from=2026-01-01&to=2026-01-02&by=']) {
      expect((await get(`/billing/v1/spend${other}&after=${cursor}`)).body).toMatchObject({ type: 'urn:parley:problem:invalid-cursor' });
    }
  });

  it('is up to date within two seconds', async () => {
    const before = messagesOf((await get('/billing/v1/spend')).body);
    await set.phone.write(cast.number.phone, 'Still there?');
    await eventually(() => get(`/windows/v1/conversations/${cast.business.businessId}.${set.platform.sandbox.contactId}`), ({ body }) => body['open'] === true);
    await send(set.platform, set.platform.sandbox.apiToken, textOf('Fresh.'));
    await receive(set.phone, (text) => text === 'Fresh.');
    const receivedAt = performance.now();
    await eventually(() => get('/billing/v1/spend'), ({ body }) => messagesOf(body) === before + 1);
    // Two seconds are promised, and a few tenths are what it takes; a test shares its machine with others.
    expect(performance.now() - receivedAt).toBeLessThan(6_000);
  }, 30_000);
});

describe('late replies', () => {
  it('are told by local hour of the week', async () => {
    const { status, body } = await get('/billing/v1/late-cost');
    expect([status, body['total']]).toEqual([200, { late: 1, amount: '0.055', micros: '55000' }]);
    const cells = body['cells'] as { weekday: number; hour: number; late: number; amount: string }[];
    expect(cells).toHaveLength(168);
    expect(cells[0]).toMatchObject({ weekday: 1, hour: 0 });
    expect(cells.filter(({ late }) => late > 0)).toMatchObject([{ late: 1, amount: '0.055' }]);
  });
});

describe('one charge', () => {
  it('is found as the list shows it, and by its own business alone', async () => {
    const [listed] = (await get('/billing/v1/charges')).body['data'] as { chargeId: string }[];
    expect((await get(`/billing/v1/charges/${listed!.chargeId}`)).body).toEqual(listed);
    for (const other of ['nobody.c1.m1', 'no id at all']) expect((await get(`/billing/v1/charges/${encodeURIComponent(other)}`)).status).toBe(404);
  });
});

describe('the charges behind a number', () => {
  interface Shown { readonly chargeId: string; readonly rule: string; readonly amountMicros: string; readonly deliveredAt: string; readonly numberId: string }
  const found = async (query: string): Promise<readonly Shown[]> => (await get(`/billing/v1/charges?${query}`)).body['data'] as Shown[];
  const rulesOf = async (query: string): Promise<readonly string[]> => (await found(query)).map(({ rule }) => rule.replace('S0/', ''));

  it.each([
    ['cost=free', ['inside-window', 'inside-window']],
    ['cost=paid', ['late-free-form', 'template']],
    ['rule=S0/template', ['template']],
    [`template=${cast.template.name}`, ['template']],
    ['template=&cost=paid', ['late-free-form']],
    ['category=service&lane=api', ['inside-window', 'late-free-form', 'inside-window']],
    [`number=${cast.number.numberId}&market=Germany&category=utility`, ['template']],
    ['market=France', []],
    ['lane=app', []],
    ['order=delivered', ['inside-window', 'late-free-form', 'template', 'inside-window']],
  ])('are found by %s, the latest delivery first', async (query, rules) => {
    expect(await rulesOf(query)).toEqual(rules);
    const delivered = (await found(query)).map(({ deliveredAt }) => deliveredAt);
    expect(delivered).toEqual(delivered.toSorted().toReversed());
  });

  it('are those of the days of the zone, and add up to what each day’s row says', async () => {
    const { rows } = (await get('/billing/v1/spend?by=day,market,rule')).body as unknown as { rows: { day: string; market: string; rule: string; messages: number; micros: string }[] };
    expect(rows.length).toBeGreaterThan(2);
    for (const { day, market, rule, messages, micros } of rows) {
      const charges = await found(`from=${day}&to=${day}&market=${market}&rule=${rule}`);
      expect([day, rule, charges.length, String(charges.reduce((sum, { amountMicros }) => sum + BigInt(amountMicros), 0n))]).toEqual([day, rule, messages, micros]);
    }
  });

  it('of an hour of late replies are those that late-cost counts', async () => {
    const { cells } = (await get('/billing/v1/late-cost')).body as unknown as { cells: { weekday: number; hour: number; late: number; micros: string }[] };
    for (const { weekday, hour, late } of cells.filter((cell) => cell.late > 0 || cell.hour === 0)) {
      expect([weekday, hour, await rulesOf(`lateHour=${weekday}-${hour}`)]).toEqual([weekday, hour, Array.from({ length: late }, () => 'late-free-form')]);
    }
  });

  it('are read page by page, each once, however small the pages', async () => {
    const whole = (await found('order=delivered')).map(({ chargeId }) => chargeId);
    const paged: string[] = [];
    for (let after = ''; ; ) {
      const { body } = await get(`/billing/v1/charges?order=delivered&limit=1&after=${after}`);
      paged.push(...(body['data'] as Shown[]).map(({ chargeId }) => chargeId));
      expect(body['more']).toBe(body['next'] !== null);
      if (body['next'] === null) break;
      after = body['next'] as string;
    }
    expect([paged.length, paged]).toEqual([4, whole]);
  });

  it.each([
    ['from=2026-02-30', 'from'],
    ['from=2026-03-02&to=2026-03-01', 'from'],
    ['lane=sea', 'lane'],
    ['cost=cheap', 'cost'],
    ['lateHour=8-0', 'lateHour'],
    ['lateHour=1-0&from=2020-01-01&to=2026-03-01', 'from'],
    ['order=posted&market=Germany', 'market'],
    ['colour=red', 'colour'],
  ])('are not told for %s', async (query, path) => {
    const { status, body } = await get(`/billing/v1/charges?${query}`);
    expect([status, body['errors']]).toEqual([400, [{ path, hint: expect.any(String) }]]);
  });

  it('take no cursor of another question', async () => {
    const { next } = (await get('/billing/v1/charges?cost=free&limit=1')).body;
    expect((await get(`/billing/v1/charges?cost=free&limit=1&after=${String(next)}`)).status).toBe(200);
    for (const other of ['cost=paid', 'cost=free&market=Germany', 'order=delivered']) expect((await get(`/billing/v1/charges?${other}&after=${String(next)}`)).body).toMatchObject({ type: 'urn:parley:problem:invalid-cursor' });
  });
});

describe('open windows', () => {
  it('are listed, with how many close soon', async () => {
    const { status, body } = await get('/windows/v1/open');
    const [open] = body['open'] as { conversationId: string; lastInboundAt: string; closesAt: string; market: string }[];
    expect([status, open!.conversationId]).toEqual([200, `${cast.business.businessId}.${set.platform.sandbox.contactId}`]);
    expect(Date.parse(open!.closesAt) - Date.parse(open!.lastInboundAt)).toBe(24 * hourMs);
    expect(open!.market).toBe('Germany'); // Of +49, by the directory.
    expect(body).toMatchObject({ zone: cast.business.zone, next: null, counts: { total: 1, closingWithin: [1, 3, 6, 12].map((hours) => ({ hours, count: 0 })).concat({ hours: 24, count: 1 }) } });
    expect((await get('/windows/v1/open?after=nonsense')).body).toMatchObject({ type: 'urn:parley:problem:invalid-cursor' });
  });

  it('are not listed when they have closed', async () => {
    set.pass(21 * hourMs);
    expect((await get('/windows/v1/open')).body).toMatchObject({ counts: { total: 1, closingWithin: [{ hours: 1, count: 0 }, { hours: 3, count: 1 }, { count: 1 }, { count: 1 }, { count: 1 }] } });
    set.pass(3 * hourMs);
    expect((await get('/windows/v1/open')).body).toMatchObject({ open: [], next: null, counts: { total: 0 } });
  });
});

describe('pricing_analytics at the gateway', () => {
  const asked = (more: string): Promise<Answer> => {
    const [start, end] = [Math.floor(Date.now() / 1_000) - 5 * 86_400, Math.floor(Date.now() / 1_000) + 5 * 86_400];
    return ask(set.platform.address, `/gateway/v23.0/${cast.wire.wabaId}?fields=pricing_analytics.start(${start}).end(${end})${more}`, set.platform.sandbox.apiToken);
  };

  it('says what the platform charged, in the shape of the wire', async () => {
    const { status, body } = await asked('.granularity(DAILY).dimensions([PRICING_TYPE,PRICING_CATEGORY])');
    expect([status, body['id']]).toEqual([200, cast.wire.wabaId]);
    const points = (body['pricing_analytics'] as { data: { data_points: { pricing_type: string; pricing_category: string; volume: number; cost: number }[] }[] }).data[0]!.data_points;
    const sumOf = (type: string, category: string): readonly number[] => points.filter((point) => point.pricing_type === type && point.pricing_category === category).reduce(([volume, cost], point) => [volume! + point.volume, cost! + point.cost], [0, 0]);
    expect([sumOf('REGULAR', 'UTILITY'), sumOf('REGULAR', 'SERVICE'), sumOf('FREE_CUSTOMER_SERVICE', 'SERVICE')]).toEqual([[1, 0.055], [1, 0.055], [2, 0]]);
  });

  it('has half-hours and months too, and refuses the rest', async () => {
    for (const granularity of ['HALF_HOUR', 'MONTHLY']) expect((await asked(`.granularity(${granularity})`)).status).toBe(200);
    expect(await asked('.granularity(HOURLY)')).toMatchObject({ status: 400, body: { error: { code: 100, error_data: { details: expect.stringContaining('HALF_HOUR') } } } });
  });
});
