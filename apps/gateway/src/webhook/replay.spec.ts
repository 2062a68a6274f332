import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, phoneNumberId, wabaId } from '../testing/bench.fixture.js';
import { until } from '../testing/until.fixture.js';

const hour = 3_600_000;

let bench: Bench;
let aheadMs: number;
const now = () => Date.now() + aheadMs;
const restart = async (options: Parameters<Bench['start']>[0] = {}) => {
  await bench.stop();
  await bench.start({ now, ...options });
};
beforeEach(async () => {
  aheadMs = 0;
  bench = await Bench.open({ now });
});
afterEach(() => bench.close());

type Listed = { readonly id: string; readonly at: string; readonly outcome: string; readonly events: readonly { readonly field: string; readonly message?: string; readonly status?: string }[] };
const list = async (query = '') => (await bench.ask('GET', `/v1/webhooks${query}`)).body as unknown as { readonly data: readonly Listed[]; readonly cursor: string | null };
const ask = async (body: object) => (await bench.ask('POST', '/v1/webhooks/replay', body)) as unknown as { readonly status: number; readonly body: { readonly id: string; readonly status: string; readonly total: number; readonly error?: unknown } };
const progress = async (id: string) => (await bench.ask('GET', `/v1/webhooks/replays/${id}`)).body as unknown as { readonly status: string; readonly sent: number; readonly total: number; readonly problem?: string };
const done = async (id: string) => {
  for (let tries = 0; (await progress(id)).status === 'under_way'; tries++) {
    if (tries > 400) throw new Error(`the replay stays under way: ${JSON.stringify(await progress(id))}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return progress(id);
};
const ready = async () => (await bench.ask('GET', '/health/ready')).body as unknown as { readonly status: string; readonly webhooksProblem?: string };
const metrics = async () => (await fetch(`${bench.base}/metrics`)).text();
const texts = () => bench.business.values.flatMap(({ messages }) => messages?.map(({ text }) => text?.body) ?? []);

/** Messages that come one by one, each in a webhook of its own. */
async function receive(...words: string[]): Promise<void> {
  for (const word of words) {
    bench.platform.text(`m-${word}`, word);
    await until(() => texts().includes(word));
  }
  await until(() => bench.gateway.condition.waitingWebhooks === 0);
}

describe('webhooks that were sent', () => {
  it('are listed with what is in them and none of their words, page by page', async () => {
    await receive('one', 'two', 'three');
    const all = await list();
    expect(all.data).toHaveLength(3);
    expect(all.cursor).toBeNull();
    const ids = bench.business.values.map(({ messages }) => messages![0]!.id);
    expect(all.data.map(({ events, outcome }) => ({ events, outcome }))).toEqual(ids.map((message) => ({ outcome: 'delivered', events: [{ field: 'messages', message }] })));
    expect(JSON.stringify(all)).not.toMatch(/one|Ada/);
    const first = await list('?limit=2');
    expect([first.data.length, (await list(`?limit=2&cursor=${first.cursor}`)).data.map(({ id }) => id)]).toEqual([2, [all.data[2]!.id]]);
    expect((await list(`?since=${all.data[1]!.at}`)).data.map(({ id }) => id)).toEqual(all.data.slice(1).map(({ id }) => id));
    expect((await list(`?until=${all.data[1]!.at}`)).data.map(({ id }) => id)).toEqual([all.data[0]!.id]);
  });

  it('are sent again: the same bytes, in order, signed, and marked', async () => {
    const begin = new Date(now()).toISOString();
    await receive('one', 'two', 'three');
    const before = [...bench.business.posts];
    const asked = await ask({ since: begin });
    expect(asked).toMatchObject({ status: 202, body: { status: 'under_way', total: 3, sent: 0 } });
    expect(await done(asked.body.id)).toMatchObject({ status: 'done', total: 3, sent: 3 });
    const again = bench.business.posts.slice(before.length);
    expect(again.map(({ raw, signed }) => ({ raw, signed }))).toEqual(before.map(({ raw }) => ({ raw, signed: true })));
    expect(again.map(({ headers }) => headers['x-parley-replay'])).toEqual([asked.body.id, asked.body.id, asked.body.id]);
    expect(again.map(({ headers }) => headers['x-parley-webhook'])).toEqual((await list()).data.map(({ id }) => id));
    expect(before.every(({ headers }) => headers['x-parley-replay'] === undefined)).toBe(true);
    expect((await list()).data).toHaveLength(3); // What is replayed is not kept once more.
  });

  it('are sent again by their ids alone, and none else', async () => {
    await receive('one', 'two', 'three');
    const { data } = await list();
    const { body } = await ask({ ids: [data[2]!.id, data[0]!.id, data[2]!.id] });
    expect(await done(body.id)).toMatchObject({ status: 'done', sent: 2, total: 2 });
    expect(texts()).toEqual(['one', 'two', 'three', 'one', 'three']);
  });

  it.each<[string, object, number, RegExp]>([
    ['nothing', {}, 131008, /since is missing/],
    ['both', { since: 1, ids: ['wh_1_0'] }, 100, /not both/],
    ['an id of a message', { ids: ['wamid.x'] }, 100, /ids\[0\] must be the id of a webhook.*not the id of a message/],
    ['an id that never was', { ids: ['wh_1_5000'] }, 33, /no webhook wh_1_5000/],
    ['no ids', { ids: [] }, 100, /1 to 1000/],
    ['an instant that is none', { since: 'yesterday' }, 100, /since must be an instant/],
    ['an instant without a zone', { since: '2026-11-23T10:00:00' }, 100, /since must be an instant/],
    ['a span that ends before it begins', { since: 2_000, until: 1_000 }, 100, /earlier than until/],
    ['what is yet to come', { since: '2099-01-01T00:00:00Z' }, 100, /than now/],
  ])('are not asked for with %s', async (_, body, code, details) => {
    expect(await ask(body)).toMatchObject({ status: 400, body: { error: { code, error_data: { details: expect.stringMatching(details) } } } });
  });

  it('are for the token of the API lane', async () => {
    for (const [token, status] of [[bench.made.tokens.app!, 403], ['wrong', 401]] as const) {
      expect((await bench.ask('POST', '/v1/webhooks/replay', { since: 1 }, { Authorization: `Bearer ${token}` })).status).toBe(status);
      expect((await bench.ask('GET', '/v1/webhooks', undefined, { Authorization: `Bearer ${token}` })).status).toBe(status);
    }
    expect(await bench.ask('GET', '/v1/webhooks/replays/rp_x')).toMatchObject({ status: 400, body: { error: { code: 33 } } });
  });

  it('are not kept where the operator does not want it', async () => {
    await restart({ archive: null });
    bench.platform.text('m1', 'one');
    await until(() => texts().length === 1);
    expect(await bench.ask('GET', '/v1/webhooks')).toMatchObject({ status: 400, body: { error: { code: 100, error_data: { details: expect.stringContaining('PARLEY_GATEWAY_WEBHOOK_KEPT_DAYS') } } } });
  });

  it('are given back for thirty days', async () => {
    await receive('one');
    aheadMs = 29 * 24 * hour;
    expect((await list()).data).toHaveLength(1);
    aheadMs = 31 * 24 * hour;
    expect((await list()).data).toEqual([]);
  });
});

describe('a replay', () => {
  it.each(['a span', 'ids'])('of %s goes on after a restart with the webhook that was not acknowledged', async (kind) => {
    await receive('one', 'two', 'three', 'four');
    const before = bench.business.posts.length;
    bench.business.answer = (values) => (values[0]?.messages?.[0]?.text?.body === 'three' ? 503 : 200);
    const { body } = await ask(kind === 'ids' ? { ids: (await list()).data.map(({ id }) => id) } : { since: 1 });
    for (let tries = 0; (await progress(body.id)).problem === undefined && tries < 400; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await progress(body.id)).toMatchObject({ status: 'under_way', sent: 2, total: 4, problem: 'status 503' });
    await restart();
    bench.business.answer = () => 200;
    expect(await done(body.id)).toMatchObject({ status: 'done', sent: 4 });
    const acknowledged = texts().slice(before);
    expect(acknowledged).toEqual(['one', 'two', 'three', 'four']);
  });

  it('does not hold up what is new, nor is held up by it', async () => {
    await receive('one');
    bench.business.answer = (values) => (values[0]?.messages?.[0]?.text?.body === 'one' ? 500 : 200);
    const { body } = await ask({ since: 1 });
    bench.platform.text('m-new', 'new');
    await until(() => texts().includes('new'));
    expect((await progress(body.id)).status).toBe('under_way');
  });

  it('is ended when it is no longer wanted, and the next begins', async () => {
    await receive('one', 'two');
    bench.business.answer = (values) => (values[0]?.messages?.[0]?.text?.body === 'one' ? 500 : 200);
    const first = await ask({ since: 1 });
    const second = await ask({ ids: [(await list()).data[1]!.id] });
    expect((await bench.ask('DELETE', `/v1/webhooks/replays/${first.body.id}`)).body).toMatchObject({ id: first.body.id, status: 'cancelled', sent: 0 });
    expect(await done(second.body.id)).toMatchObject({ status: 'done', sent: 1 });
    expect((await bench.ask('DELETE', `/v1/webhooks/replays/${first.body.id}`)).body).toMatchObject({ status: 'cancelled' });
    const all = (await bench.ask('GET', '/v1/webhooks/replays')).body as unknown as { readonly data: readonly { readonly id: string }[] };
    expect(all.data.map(({ id }) => id)).toEqual([second.body.id, first.body.id]);
  });

  it('is given up after the horizon, and said so', async () => {
    await receive('one');
    bench.business.answer = () => 500;
    const { body } = await ask({ since: 1 });
    aheadMs = 8 * 24 * hour;
    expect(await done(body.id)).toMatchObject({ status: 'given_up', sent: 0 });
    expect(bench.lines.join('\n')).toMatch(new RegExp(`Replay ${body.id} is given up at webhook wh_`));
  });

  it('waits its turn, of which there are so many', async () => {
    await receive('one');
    bench.business.answer = () => 500;
    for (let n = 0; n < 20; n++) expect((await ask({ since: 1 })).status).toBe(202);
    expect(await ask({ since: 1 })).toMatchObject({ status: 429, body: { error: { code: 130429 } } });
  });
});

describe('a callback that has failed for a day and done nothing else', () => {
  const subscribe = () => bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`, { override_callback_uri: bench.business.url, verify_token: bench.business.verifyToken });
  const disable = async () => {
    bench.business.answer = () => 500;
    bench.platform.text('m1', 'one');
    await until(() => bench.lines.some((line) => line.includes('did not acknowledge')));
    aheadMs += 25 * hour;
    await until(() => bench.lines.some((line) => line.includes('The callback is disabled.')));
  };

  it('is disabled: that is said, and nothing is sent any more but kept', async () => {
    expect(await metrics()).toMatch(/parley_gateway_callback_disabled 0/);
    await disable();
    const posts = bench.business.posts.length;
    bench.business.answer = () => 200;
    bench.platform.text('m2', 'two');
    await until(() => bench.gateway.condition.waitingWebhooks === 2);
    await new Promise((resolve) => setTimeout(resolve, 300)); // Longer than it would wait for the next attempt.
    expect(bench.business.posts).toHaveLength(posts);
    expect(await ready()).toMatchObject({ status: 'ok', webhooksProblem: expect.stringMatching(/disabled since .*acknowledged nothing for 25 h; last: status 500/) });
    expect(await metrics()).toMatch(/parley_gateway_callback_disabled 1\n(.|\n)*parley_gateway_webhooks_waiting 2\n/);
    expect(bench.lines.filter((line) => line.includes('The callback is disabled. It has acknowledged nothing for 25 h; last: status 500.'))).toHaveLength(1);
  });

  it('gets what was kept once it is set again, however long that took', async () => {
    await disable();
    bench.platform.text('m2', 'two');
    await until(() => bench.gateway.condition.waitingWebhooks === 2);
    aheadMs += 20 * 24 * hour; // Far longer than a webhook is tried.
    bench.business.answer = () => 200;
    expect((await subscribe()).status).toBe(200);
    await until(() => texts().length === 2);
    expect(texts()).toEqual(['one', 'two']);
    expect((await ready()).webhooksProblem).toBeUndefined();
  });

  it('stays disabled when it fails the handshake', async () => {
    await disable();
    const { verifyToken } = bench.business;
    const refused = await bench.ask('POST', `/v23.0/${wabaId}/subscribed_apps`, { override_callback_uri: bench.business.url.replace('tenant=7', ''), verify_token: verifyToken });
    expect(refused.status).toBe(400);
    expect((await ready()).webhooksProblem).toMatch(/disabled/);
  });

  it.each([true, false])('is asked again when the gateway starts (in its settings: %s), and until then stays as it is', async (withCallback) => {
    await disable();
    await bench.business.close();
    await restart({ withCallback });
    expect((await ready()).webhooksProblem).toMatch(/disabled/);
    bench.business.answer = () => 200;
    await bench.business.listen();
    await until(() => texts().length === 1);
    expect((await ready()).webhooksProblem).toBeUndefined();
  });

  it('is not disabled while anything gets through, however long one webhook fails; that one is kept for a replay', async () => {
    bench.business.answer = (values) => (values.some(({ messages }) => messages?.[0]?.text?.body === 'poison') ? 500 : 200);
    bench.platform.text('m-poison', 'poison');
    await until(() => bench.lines.some((line) => line.includes('did not acknowledge')));
    for (let day = 0; day < 8; day++) {
      bench.platform.text(`m-${day}`, `good ${day}`);
      await until(() => texts().includes(`good ${day}`));
      aheadMs += 24 * hour;
      const failed = () => bench.gateway.condition.webhookCounts.failed;
      const before = failed();
      bench.platform.text(`n-${day}`, `more ${day}`);
      await until(() => texts().includes(`more ${day}`) && (failed() > before || bench.gateway.condition.waitingWebhooks === 0));
    }
    await until(() => bench.gateway.condition.waitingWebhooks === 0);
    expect((await ready()).webhooksProblem).toBeUndefined();
    expect(bench.lines.join('\n')).toMatch(/1 webhooks were not acknowledged within 168 h and are given up\. They can be asked for/);
    const given = (await list('?limit=1000')).data.filter(({ outcome }) => outcome === 'given_up');
    expect(given).toHaveLength(1);
    bench.business.answer = () => 200;
    const { body } = await ask({ ids: [given[0]!.id] });
    expect((await done(body.id)).status).toBe('done');
    expect(texts().at(-1)).toBe('poison');
  });
});

it('what nobody has asked for within the horizon can be asked for', async () => {
  await bench.ask('DELETE', `/v23.0/${wabaId}/subscribed_apps`);
  await restart({ withCallback: false });
  bench.platform.text('m1', 'one');
  await until(() => bench.gateway.condition.waitingWebhooks === 1);
  aheadMs = 8 * 24 * hour;
  await bench.client().messages.sendText({ phoneNumberId, to: '15551230099', body: 'fails by webhook, which wakes it' });
  await until(() => bench.lines.some((line) => line.includes('are given up')));
  expect((await list()).data).toMatchObject([{ outcome: 'given_up' }]);
});
