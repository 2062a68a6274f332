import { deviceKeysOf, fromBase64, toBase32, type OwnDevice } from '@parley/crypto';
import type { Journal } from './folder/journal.js';
import { FolderError } from './folder/error.js';
import type { Platform } from './platform/platform.js';
import type { Fact } from './state/fact.js';
import type { State } from './state/state.js';

/** The gateway as a device; null until it is registered. Throws FolderError where the folder has no usable keys. */
export function ownDevice({ keys }: State): OwnDevice | null {
  const secretKey = keys === null ? null : fromBase64(keys.secretKey);
  if (keys === null || secretKey === null) throw new FolderError('The folder holds no device keys. Restore it from a backup, or set up an empty one.');
  return keys.deviceId === null ? null : { deviceId: keys.deviceId, keys: deviceKeysOf(secretKey) };
}

/** Makes the folder's keys known on the platform, once. Repeating it is safe: the key follows from the public key. Throws PlatformError. */
export async function register(state: State, platform: Platform, journal: Pick<Journal<Fact>, 'append'>): Promise<void> {
  const secretKey = fromBase64(state.keys?.secretKey ?? '');
  if (state.keys === null || secretKey === null || state.keys.deviceId !== null) return;
  const { publicKey } = deviceKeysOf(secretKey);
  const deviceId = await platform.registerDevice(publicKey, 'gateway', `device.${toBase32(publicKey)}`);
  await journal.append({ type: 'OwnKeysSet', keys: { ...state.keys, deviceId } });
}

