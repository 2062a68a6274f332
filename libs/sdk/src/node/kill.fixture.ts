// The process that kill.spec.ts kills: a customer's device on a store file, run as `node kill.fixture.js <folder> <address>`.
import { Device } from '../device/device.js';
import { customer, shop } from '../device/platform.fixture.js';
import { openFileStore } from './file-store.js';

export const fixtureSecret = new Uint8Array(32).fill(9);

export async function deviceIn(folder: string, baseUrl: string) {
  const store = await openFileStore({ folder, secret: fixtureSecret });
  return { store, device: new Device({ baseUrl, store, retry: { attempts: 1, baseMs: 1, capMs: 1 } }) };
}

const [, script = '', folder = '', baseUrl = ''] = process.argv;
if (script.endsWith('kill.fixture.js')) {
  const { device } = await deviceIn(folder, baseUrl);
  await device.register(customer, '123456', 'Ada');
  const written = (await device.history()).some(({ direction }) => direction === 'out');
  if (!written) await device.write(shop.phone, 'Where is my parcel?');
  await device.sync();
}
