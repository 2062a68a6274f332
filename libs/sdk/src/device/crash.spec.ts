import { describe, expect, it } from '@jest/globals';
import { MemoryStore, type DeviceStore, type StoreChange } from '../store/store.js';
import { Device } from './device.js';
import { customer, FakePlatform, shop } from './platform.fixture.js';
import type { StoredMessage } from './records.js';

class Killed extends Error {}

/** One life of the process: every step may be its last, and after that nothing more happens. */
class Life {
  steps = 0;
  constructor(private readonly lastStep: number) {}

  step(): void {
    if (++this.steps > this.lastStep) throw new Killed();
  }
}

/** A store that can be killed just before a commit and just after it. */
class MortalStore implements DeviceStore {
  constructor(
    private readonly kept: MemoryStore,
    private readonly life: Life,
  ) {}

  get(key: string): Promise<string | null> {
    return this.kept.get(key);
  }

  list(prefix: string): Promise<readonly (readonly [string, string])[]> {
    return this.kept.list(prefix);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.life.step();
    await this.kept.commit(changes);
    this.life.step();
  }
}

const phone = '+' + shop.phone;

/** What a person does with the device, and does again after a crash where it was not done. */
async function use(device: Device, shown: StoredMessage[]): Promise<void> {
  await device.register(customer, '123456', 'Ada');
  const written = (await device.history()).some(({ direction }) => direction === 'out');
  if (!written) await device.write(phone, 'Where is my parcel?');
  shown.push(...(await device.sync()).received);
  for (const { messageId, state } of await device.history()) if (state === 'received') await device.read(messageId);
  await device.stop(phone);
  expect((await device.sync()).problem).toBeNull();
}

type World = { readonly platform: FakePlatform; readonly store: MemoryStore; readonly shown: StoredMessage[]; readonly faults: string[] };

async function newWorld(): Promise<World> {
  const platform = await new FakePlatform().open();
  return { platform, store: new MemoryStore(), shown: [], faults: [] };
}

/** Lives until the given step; answers how many steps it took. */
async function live({ platform, store, shown, faults }: World, lastStep: number): Promise<number> {
  const life = new Life(lastStep);
  platform.onStep = async ({ path, body }, when) => {
    life.step();
    const isListed = platform.directory.devicesOf('c1').length > 0 && platform.inbox.length === 0;
    if (when === 'answered' && isListed) for (const n of [1, 2, 3]) await platform.send(`m${n}`, { type: 'text', body: `text ${n}` });
    if (path !== '/delivery/v1/receipts' || when !== 'arrives') return;
    const { receipts } = JSON.parse(body) as { receipts: { conversationId: string; messageId: string; status: string }[] };
    for (const { conversationId, messageId, status } of receipts) {
      if ((await store.get(`message/${conversationId}/${messageId}`)) === null) faults.push(`${messageId} was acknowledged as ${status} before it was stored`);
    }
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (life.steps > lastStep) throw new Killed();
    return await platform.fetch(input, init);
  };
  const options = { baseUrl: 'http://platform', fetch, sleep: () => Promise.resolve(), retry: { attempts: 1, baseMs: 1, capMs: 1 } };
  try {
    await use(new Device({ ...options, store: new MortalStore(store, life) }), shown);
  } catch (error) {
    // A killed connection reaches the device as a fetch that failed; a killed store as itself. Any other error is a fault.
    if (life.steps <= lastStep) throw error;
  }
  return life.steps;
}

function check({ platform, shown, faults }: World, history: readonly StoredMessage[]): void {
  expect(faults).toEqual([]);
  const inbound = platform.requests.filter(({ path }) => path === '/delivery/v1/inbound');
  const messageIds = inbound.map(({ body }) => (JSON.parse(body) as { messageId: string }).messageId);
  expect(new Set(messageIds).size).toBe(1);
  expect(new Set(inbound.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
  expect(platform.bodies('/delivery/v1/devices')).toHaveLength(1);
  expect(history.map(({ messageId, state }) => `${messageId} ${state}`).sort()).toEqual(
    [`${messageIds[0]} accepted`, 'm1 read', 'm2 read', 'm3 read'].sort(),
  );
  const ids = shown.map(({ messageId }) => messageId);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...platform.receipts()].sort()).toEqual(['m1', 'm2', 'm3'].flatMap((id) => [`${id} delivered`, `${id} read`]).sort());
  expect(platform.bodies('/delivery/v1/consents').length).toBeGreaterThan(0);
}

describe('a device killed at any instant', () => {
  it('says everything once, acknowledges nothing it does not hold, loses nothing, shows nothing twice', async () => {
    const whole = await newWorld();
    const steps = await live(whole, Infinity);
    check(whole, await new Device({ baseUrl: 'http://platform', store: whole.store }).history());
    expect(steps).toBeGreaterThan(30);
    for (let lastStep = 0; lastStep < steps; lastStep++) {
      const world = await newWorld();
      await live(world, lastStep);
      await live(world, Infinity);
      expect(await world.store.list('outbox/')).toEqual([]);
      check(world, await new Device({ baseUrl: 'http://platform', store: world.store }).history());
    }
  }, 120_000);

  it('and killed again and again', async () => {
    for (const stride of [3, 5, 7, 11]) {
      const world = await newWorld();
      for (let lastStep = stride; (await live(world, lastStep)) > lastStep; lastStep += stride);
      check(world, await new Device({ baseUrl: 'http://platform', store: world.store }).history());
    }
  }, 120_000);
});
