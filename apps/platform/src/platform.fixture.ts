import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPglite } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { Device } from '@parley/sdk';
import type { Synced } from '@parley/sdk';
import { openFileStore } from '@parley/sdk/node';
import { DataFolder } from './folder/data-folder.js';
import { startPlatform } from './platform.js';
import type { Platform } from './platform.js';
import { cast } from './sandbox/cast.js';
import { phoneKeyOf } from './sandbox/sandbox-file.js';
import { readPlatformSettings } from './settings.js';

export interface Stage {
  readonly platform: Platform;
  readonly folder: DataFolder;
  /** The sandbox customer's phone. */
  readonly phone: Device;
  /** Moves the platform's clock on. */
  pass(ms: number): void;
  end(): Promise<void>;
}

/** A platform with its sandbox, on this database or one in memory, and a clock that can be moved on. */
export async function stage(given?: Database): Promise<Stage> {
  const home = mkdtempSync(join(tmpdir(), 'parley-platform-'));
  const folder = new DataFolder(join(home, 'data'));
  let aheadMs = 0;
  // Specs write to their one customer faster than the wire lets a business.
  const settings = readPlatformSettings({ PARLEY_DATA: folder.path, PARLEY_PORT: '0', PARLEY_LOG_LEVEL: 'error', PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0' });
  const platform = await startPlatform({ settings, database: given ?? (await openPglite({ memory: true })), clock: () => Date.now() + aheadMs });
  const store = await openFileStore({ folder: folder.phone, secret: phoneKeyOf(platform.sandbox) });
  const phone = new Device({ baseUrl: platform.address, store });
  return {
    platform,
    folder,
    phone,
    pass: (ms) => void (aheadMs += ms),
    end: async () => {
      await store.close();
      await platform.stop(5_000);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export async function ask(address: string, path: string, token: string, post?: { readonly body: object; readonly key?: string }): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}`, ...(post ? { 'Content-Type': 'application/json' } : {}), ...(post?.key ? { 'Idempotency-Key': post.key } : {}) };
  const response = await fetch(address + path, post ? { method: 'POST', headers, body: JSON.stringify(post.body) } : { headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

/** Sends through the gateway, as the business's software does. */
export function send({ address }: Platform, token: string, message: object): Promise<Answer> {
  const body = { messaging_product: 'whatsapp', to: cast.customer.phone, ...message };
  return ask(address, `/gateway/v23.0/${cast.wire.phoneNumberId}/messages`, token, { body });
}

export const textOf = (body: string): object => ({ type: 'text', text: { body } });

/** Everything the phone receives until a message satisfies the predicate. */
export async function receive(phone: Device, wanted: (text: string) => boolean): Promise<Synced['received']> {
  const received: Synced['received'][number][] = [];
  for (let tries = 0; tries < 20; tries += 1) {
    received.push(...(await phone.sync({ waitSeconds: 2 })).received);
    if (received.some(({ text }) => wanted(text ?? ''))) return received;
  }
  throw new Error('the message did not come');
}

/** Asks again until the answer satisfies the predicate. */
export async function eventually<T>(question: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  let answer = await question();
  for (let tries = 0; !wanted(answer); tries += 1) {
    if (tries > 150) throw new Error(`it stayed ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer = await question();
  }
  return answer;
}
