import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64, systemRandom, toBase64 } from '@parley/crypto';
import { Device, DeviceError, type DeviceOptions } from '@parley/sdk';
import { openFileStore, StoreError, type FileStore } from '@parley/sdk/node';
import { Failure } from '../terminal/failure.js';

/** How a phone of the terminal is found and who it is. */
export interface PhoneSettings {
  readonly folder: string;
  readonly url: string;
  /** Own number; needed until the phone is registered. */
  readonly ownPhone?: string | undefined;
  readonly code?: string | undefined;
  readonly name: string;
  readonly takeOver: boolean;
  /** What the phone's file is encrypted under; null: a key is kept beside it. */
  readonly secret: string | Uint8Array | null;
}

export interface OpenPhone {
  readonly device: Device;
  /** Waits for what is being written, and lets another process have the phone. */
  close(): Promise<void>;
}

export type Transport = Pick<DeviceOptions, 'fetch' | 'sleep' | 'retry'>;

/** Opens the phone's folder and registers it where that was not done before. Throws Failure. */
export async function openPhone(settings: PhoneSettings, transport: Transport = {}): Promise<OpenPhone> {
  const store = await openStore(settings);
  try {
    const device = new Device({ baseUrl: settings.url, store, ...transport });
    await register(device, settings);
    return { device, close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function register(device: Device, { ownPhone, code, name, folder, takeOver }: PhoneSettings): Promise<void> {
  const profile = await device.profile();
  if (profile === null && ownPhone === undefined) throw new Failure(`The phone in ${folder} has no number yet.`, 'say which it shall have: --phone +4915112345678', 2);
  if (profile === null && code === undefined) {
    throw new Failure('A new phone is registered with a code, and there is none.', 'start the platform (npm start) from this folder, or give --code.', 2);
  }
  if (profile !== null && ownPhone === undefined && !takeOver) return await checkListed(device);
  try {
    await device.register(ownPhone ?? profile!.phone, code ?? '', name, { takeOver });
  } catch (error) {
    if (!(error instanceof DeviceError) || error.code !== 'registered_otherwise') throw error;
    throw new Failure(`The phone in ${folder} has the number +${profile?.phone}.`, `leave out --phone, or give another --folder for ${ownPhone}.`, 2);
  }
  await checkListed(device);
}

/** A number that has phones already gets another one only by the first. */
async function checkListed(device: Device): Promise<void> {
  if (await device.isListed()) return;
  const code = await device.linkCode();
  throw new Failure('The number has another phone already, which has to add this one.', `type there: /link ${code}\nThen start this one again. Where that phone is lost, take the number over: --take-over`, 2);
}

async function openStore({ folder, secret }: PhoneSettings): Promise<FileStore> {
  try {
    return await openFileStore({ folder, secret: secret ?? keyBeside(folder) });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new Failure(error.message, 'see above, or use another phone: --folder FOLDER');
  }
}

/** A phone without a passphrase has its key beside it: that guards a copy of the one file, and nothing more. */
function keyBeside(folder: string): Uint8Array {
  const path = join(folder, 'device.key');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, `${toBase64(systemRandom(32))}\n`, { mode: 0o600, flag: 'wx', flush: true });
    chmodSync(path, 0o600);
  }
  const key = fromBase64(readFileSync(path, 'utf8').trim());
  if (key?.length !== 32) throw new Failure(`${path} does not hold a key.`, 'restore it from a backup, or use another phone: --folder FOLDER');
  return key;
}
