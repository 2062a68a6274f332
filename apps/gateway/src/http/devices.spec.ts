import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readMessage, fromBase64 } from '@parley/crypto';
import { TestEnd } from '@parley/sdk/testing';
import { Bench, phoneNumberId } from '../testing/bench.fixture.js';
import { businessId, contactPhone } from '../testing/fake-platform.fixture.js';
import { until } from '../testing/until.fixture.js';

let bench: Bench;
beforeEach(async () => void (bench = await Bench.open()));
afterEach(() => bench.close());

it('the business\'s devices are listed, added by the code that they show, and removed', async () => {
  expect(await bench.ask('GET', '/v1/devices')).toMatchObject({ status: 200, body: { data: [{ id: 'd-gateway', is_this_gateway: true }], list_version: 1 } });
  const second = new TestEnd(businessId, 'd-second', bench.platform.directory);
  expect(await second.start()).toBe(false);
  for (const [body, code] of [[{}, 131008], [{ code: 'PARLEYLINK1:AAAA' }, 131009]] as const) expect(await bench.ask('POST', '/v1/devices', body)).toMatchObject({ status: 400, body: { error: { code } } });
  const added = await bench.ask('POST', '/v1/devices', { code: await second.enrolment.linkCode() });
  expect(added).toMatchObject({ status: 201, body: { data: [{ id: 'd-gateway', is_this_gateway: true }, { id: 'd-second', is_this_gateway: false }], list_version: 2 } });
  expect(await second.start()).toBe(true);
  // The contact seals for both from now on; each reads its own part.
  const { device } = bench.platform;
  await device.end.with((draft) => device.end.accounts.markStale(draft, businessId));
  bench.platform.text('m1', 'for both');
  await until(() => bench.business.values.some(({ messages }) => messages?.[0]?.text?.body === 'for both'));
  expect(await bench.ask('DELETE', '/v1/devices/d-gateway')).toMatchObject({ status: 400 });
  expect(await bench.ask('DELETE', '/v1/devices/nobody')).toMatchObject({ status: 400, body: { error: { code: 33 } } });
  expect(await bench.ask('DELETE', '/v1/devices/d-second')).toMatchObject({ status: 200, body: { data: [{ id: 'd-gateway' }], list_version: 3 } });
  expect(await bench.ask('GET', '/v1/devices', undefined, { Authorization: 'Bearer nobody' })).toMatchObject({ status: 401 });
});

it('a gateway that is not in the list takes no messages, says how to get in, and goes on once it is', async () => {
  await bench.close();
  bench = await Bench.open({ untilReady: false, before: async ({ directory }) => void (await new TestEnd(businessId, 'd-first', directory).start()) });
  await until(() => bench.gateway.condition.problem?.includes('PARLEYLINK1:') === true);
  expect(bench.gateway.condition.problem).toContain('PARLEY_GATEWAY_TAKE_OVER');
  await expect(bench.client().messages.sendText({ phoneNumberId, to: contactPhone, body: 'Hello' })).rejects.toMatchObject({ code: 131016 });
  await bench.stop();
  await bench.start({ takeOver: true });
  await bench.client().messages.sendText({ phoneNumberId, to: contactPhone, body: 'Hello' });
  const [taken] = bench.platform.takenBy('/ingest/v1/messages');
  expect(readMessage(fromBase64(String(taken!.body['envelope']))!).sender.deviceId).toBe('d-gateway');
  expect(bench.platform.directory.devicesOf(businessId)).toEqual(['d-gateway']);
});

it('a contact and the business have the same safety number', async () => {
  expect(await bench.ask('GET', `/v1/contacts/${contactPhone}/verification`)).toMatchObject({ status: 400, body: { error: { code: 33 } } });
  bench.platform.text('m1', 'hello');
  await until(() => bench.business.values.length === 1);
  const { body } = await bench.ask('GET', `/v1/contacts/${contactPhone}/verification`);
  const other = await bench.platform.device.end.verification(businessId);
  expect(String(body['safety_number']).replaceAll(' ', '')).toBe(other!.safetyNumber);
  expect(body).toMatchObject({ wa_id: contactPhone, key_changes: 0, qr: expect.stringMatching(/^PARLEY1:/) });
});
