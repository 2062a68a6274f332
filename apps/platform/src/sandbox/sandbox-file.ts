import { fromHex, systemRandom, toHex } from '@parley/crypto';
import type { FolderSecret } from '@parley/gateway';
import { StartError } from '@parley/service';
import type { DataFolder } from '../folder/data-folder.js';
import { readJson, writePrivate } from '../folder/files.js';

const format = 1;

/** What only this sandbox has, as its file keeps it: readable by its owner alone. */
export interface SandboxDraft {
  readonly format: number;
  /** Whether the sandbox is complete: a first start that was cut short goes on at the next. */
  readonly made: boolean;
  /** With it any phone number can be registered here. */
  readonly code: string;
  /** Tokens of the business's software, and of a person answering by hand, for the gateway. */
  readonly apiToken: string;
  readonly appToken: string;
  /** Key of the webhooks' signatures. */
  readonly appSecret: string;
  /** 64 hex digits each: they open the gateway's folder and the phone's. */
  readonly gatewayKey: string;
  readonly phoneKey: string;
}

/** A sandbox as it can be used. */
export interface Sandbox extends SandboxDraft {
  /** The business's platform API keys. */
  readonly apiKey: string;
  readonly appKey: string;
  /** Who the sandbox customer is on the platform. */
  readonly contactId: string;
  /** The platform's address at its last start, and the business's phone number, digits. */
  readonly url: string;
  readonly businessPhone: string;
}

/** The sandbox's file as it is, or its first draft, written before anything is made with it. */
export function sandboxDraft(folder: DataFolder, settings: { readonly sandboxCode: string | null }): SandboxDraft {
  const file = readJson<Partial<Sandbox>>(folder.sandbox);
  const draft = file === null ? newDraft() : checked(file, folder.sandbox);
  const coded = { ...draft, code: settings.sandboxCode ?? draft.code };
  if (file === null || coded.code !== draft.code) writeSandbox(folder, coded);
  return coded;
}

export function writeSandbox(folder: DataFolder, file: SandboxDraft): void {
  writePrivate(folder.sandbox, `${JSON.stringify(file, null, 2)}\n`);
}

export function gatewayKeyOf({ gatewayKey }: SandboxDraft): FolderSecret {
  return { kind: 'key', key: bytesOf(gatewayKey) };
}

export function phoneKeyOf({ phoneKey }: Pick<SandboxDraft, 'phoneKey'>): Uint8Array {
  return bytesOf(phoneKey);
}

function newDraft(): SandboxDraft {
  const token = () => `gt_${Buffer.from(systemRandom(32)).toString('base64url')}`;
  const code = [...systemRandom(6)].map((byte) => byte % 10).join('');
  return { format, made: false, code, apiToken: token(), appToken: token(), appSecret: toHex(systemRandom(16)), gatewayKey: toHex(systemRandom(32)), phoneKey: toHex(systemRandom(32)) };
}

function checked(file: Partial<Sandbox>, path: string): SandboxDraft {
  if (typeof file.format === 'number' && file.format > format) throw new StartError(`${path} was written by a newer version of Parley. Run that version, or choose another folder: PARLEY_DATA=…`);
  const texts = [file.code, file.apiToken, file.appToken, file.appSecret];
  const keys = [file.gatewayKey, file.phoneKey].map((key) => fromHex(key ?? ''));
  const whole = typeof file.made === 'boolean' && texts.every((text) => typeof text === 'string') && keys.every((key) => key?.length === 32);
  if (!whole) throw new StartError(`${path} is damaged. Restore it from a backup, or move the whole folder away to begin anew.`);
  return file as SandboxDraft;
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === null) throw new RangeError('a key of the sandbox is not hex');
  return bytes;
}
