import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Bench, phoneNumberId, wabaId } from '../testing/bench.fixture.js';
import { BusinessSide, startBroker } from '../testing/broker.fixture.js';
import { contactPhone, problem } from '../testing/fake-platform.fixture.js';
import { until } from '../testing/until.fixture.js';

const { broker, suite, skipped } = await startBroker();

let bench: Bench;
let side: BusinessSide;
beforeAll(async () => void (side = skipped ? side : await BusinessSide.open(broker)), 60_000);
beforeEach(async () => void (bench = skipped ? bench : await Bench.open({ broker: side.settings(), withCallback: false })), 60_000);
afterEach(async () => {
  await bench?.close();
  await side?.renew();
}, 60_000);
afterAll(async () => {
  await side?.close();
  await broker?.stop();
}, 60_000);

const command = (id: string, change: object = {}) => ({ request_id: id, phone_number_id: phoneNumberId, messaging_product: 'whatsapp', to: `+${contactPhone}`, type: 'text', text: { body: `Hello ${id}` }, ...change });

suite("the business's broker", () => {
  it('has its commands sent, and told of what becomes of them', async () => {
    await side.publish(command('r1'));
    await until(() => side.outcomes.length === 1);
    const [arrived] = bench.platform.takenBy('/ingest/v1/messages');
    expect(await bench.platform.read(arrived!)).toMatchObject({ body: 'Hello r1' });
    const wamid = `wamid.${arrived!.key}`;
    expect(side.outcomes[0]).toMatchObject({
      key: contactPhone,
      headers: { ce_specversion: '1.0', ce_id: 'r1.accepted', ce_source: `/parley/gateway/${wabaId}`, ce_type: 'parley.gateway.accepted', ce_subject: 'r1', 'content-type': 'application/json' },
      value: { outcome: 'accepted', request_id: 'r1', phone_number_id: phoneNumberId, messaging_product: 'whatsapp', contacts: [{ input: `+${contactPhone}`, wa_id: contactPhone }], messages: [{ id: wamid }] },
    });

    bench.platform.status(arrived!.key!, 'delivered', { billable: true });
    bench.platform.text('m1', 'Is it there?');
    await until(() => side.outcomes.length === 3);
    expect(side.outcomes.slice(1)).toMatchObject([
      { key: contactPhone, headers: { ce_type: 'parley.gateway.status', ce_subject: wamid }, value: { object: 'whatsapp_business_account', entry: [{ id: wabaId, changes: [{ field: 'messages', value: { statuses: [{ id: wamid, status: 'delivered' }] } }] }] } },
      { key: contactPhone, headers: { ce_type: 'parley.gateway.message' }, value: { entry: [{ changes: [{ value: { messages: [{ from: contactPhone, type: 'text', text: { body: 'Is it there?' } }] } }] }] } },
    ]);
    bench.platform.windowExpiring('m1', '2099-11-23T10:00:00Z');
    await until(() => side.outcomes.length === 4);
    expect(side.outcomes[3]).toMatchObject({ key: contactPhone, headers: { ce_type: 'parley.gateway.window_expiring' }, value: { entry: [{ changes: [{ field: 'window_expiring', value: { window_expiring: { closes_at: '4099111200' } } }] }] } });
    await until(() => bench.gateway.condition.broker?.waitingOutcomes === 0);
    expect(bench.gateway.condition.waitingWebhooks).toBe(0); // Nobody set a callback: they went to the topic alone.
  }, 60_000);

  it('is told what is wrong with a record, and the next one is taken', async () => {
    await side.publish('no JSON', command('r2', { to: 'Ada' }), command('r3', { type: 'template', template: { name: 'none', language: { code: 'en' } } }), command('r4'));
    await until(() => side.outcomes.length === 4);
    expect(side.outcomes.map(({ value }) => value)).toMatchObject([
      { outcome: 'rejected', code: 100, field: '', hint: expect.stringContaining('must be JSON') },
      { outcome: 'rejected', request_id: 'r2', code: 131009, field: 'to', hint: expect.stringContaining('country code first') },
      { outcome: 'rejected', request_id: 'r3', code: 132001, field: 'template.name' },
      { outcome: 'accepted', request_id: 'r4' },
    ]);
  }, 60_000);

  it('is told of the platform’s refusal, and once of a record that comes twice', async () => {
    bench.platform.instead.push({ path: '/ingest/v1/messages', answer: problem(400, 'invalid-body', 'No such thing.') });
    await side.publish(command('r5'), command('r6'), command('r5'), command('r6'), command('r7'));
    await until(() => side.outcomes.length === 3);
    expect(side.outcomes.map(({ value }) => value)).toMatchObject([{ outcome: 'rejected', request_id: 'r5', code: 100, hint: expect.stringContaining('No such thing') }, { outcome: 'accepted', request_id: 'r6' }, { outcome: 'accepted', request_id: 'r7' }]);
    expect(bench.platform.takenBy('/ingest/v1/messages')).toHaveLength(2);
  }, 60_000);

  it('hears only that a contact wrote, where words are to stay out of it', async () => {
    await bench.stop();
    await bench.start({ broker: { ...side.settings(), withContent: false } });
    bench.platform.text('m2', 'A secret');
    await until(() => side.outcomes.length === 1);
    expect(side.outcomes[0]?.value).toMatchObject({ entry: [{ changes: [{ value: { contacts: [{ wa_id: contactPhone }], messages: [{ from: contactPhone, type: 'text' }] } }] }] });
    expect(JSON.stringify(side.outcomes)).not.toMatch(/secret|Ada/);
  }, 60_000);

  it('is sent nothing again when its commands are read from the start', async () => {
    await side.publish(command('r8'), command('r9'));
    await until(() => side.outcomes.length === 2);
    await bench.stop();
    await side.rewind();
    await bench.start({ broker: side.settings(), withCallback: false });
    await side.publish(command('r10'));
    await until(() => side.outcomes.length === 3);
    expect(side.outcomes.at(-1)?.value).toMatchObject({ request_id: 'r10' });
    expect(bench.platform.takenBy('/ingest/v1/messages')).toHaveLength(3);
  }, 60_000);
});

suite('commands that are gone before they were taken', () => {
  it('are named, nothing is passed over, and HTTP goes on; told to, it goes on with what is there', async () => {
    await side.publish(command('s1'));
    await until(() => side.outcomes.length === 1);
    await bench.stop();
    await side.publish(command('s2'), command('s3'));
    await side.forget(2);
    await bench.start({ broker: side.settings(), withCallback: false });
    await until(() => bench.gateway.condition.broker?.problem != null);
    const { status, body } = await bench.ask('GET', '/health/ready');
    expect([status, body['commandsProblem']]).toEqual([200, expect.stringMatching(/1 records of commands-\d+, partition 0, are gone .*offsets 1 to 1.*PARLEY_GATEWAY_COMMANDS_GONE=go-on/)]);
    expect(side.outcomes).toHaveLength(1);
    await bench.stop();
    await bench.start({ broker: { ...side.settings(), whenGone: 'go on' }, withCallback: false });
    await until(() => side.outcomes.length === 2);
    expect(side.outcomes[1]?.value.request_id).toBe('s3');
  }, 90_000);
});

suite('a broker that does not answer', () => {
  it('does not keep the gateway from stopping, and has all of it later', async () => {
    await broker.pause();
    bench.platform.text('m3', 'Hello?');
    await until(() => bench.gateway.condition.broker?.waitingOutcomes === 1);
    const begunAt = performance.now();
    await bench.stop();
    const tookMs = performance.now() - begunAt;
    await broker.resume();
    expect(tookMs).toBeLessThan(8_000);
    await bench.start({ broker: side.settings(), withCallback: false });
    await until(() => side.outcomes.length === 1);
  }, 90_000);
});

describe('a gateway without a broker', () => {
  it('has no outcomes', async () => {
    const plain = await Bench.open();
    expect(plain.gateway.condition.broker).toBeNull();
    await plain.close();
  });
});
