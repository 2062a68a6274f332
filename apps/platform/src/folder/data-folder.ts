import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromHex, newToken, systemRandom, toHex } from '@parley/crypto';
import { StartError } from '@parley/service';
import { readJson, writePrivate } from './files.js';

/** Raised when what lies in the folder can no longer be read by an earlier version. */
const format = 1;

/** What the installation is keyed with. Whoever has it can make tokens valid and match phone numbers to contacts. */
export interface Secrets {
  /** 32 bytes; see PARLEY_SECRET of the single services. */
  readonly serviceKey: Uint8Array;
  /** The operator's first API key. */
  readonly operatorKey: string;
}

interface SecretsFile {
  readonly format: number;
  readonly serviceKey: string;
  readonly operatorKey: string;
}

/** The folder with all data of a platform: where its parts are, and its secrets. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** PostgreSQL in this process. */
  get database(): string {
    return join(this.path, 'database');
  }

  /** The sandbox business's gateway, encrypted under `gatewayKey`. */
  get gateway(): string {
    return join(this.path, 'gateway');
  }

  /** The sandbox customer's device, encrypted under the key in `sandbox`. */
  get phone(): string {
    return join(this.path, 'phone');
  }

  /** What the sandbox has: ids, tokens, keys. */
  get sandbox(): string {
    return join(this.path, 'sandbox.json');
  }

  /**
   * The secrets, made at the first start. Throws StartError: the folder cannot be written, was written by a newer version, or holds data
   * without the secrets that belong to it.
   */
  open(): Secrets {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new StartError(`${this.path} cannot be made (${(error as NodeJS.ErrnoException).code}). Give this user access, or choose another folder: PARLEY_DATA=…`);
    }
    const path = join(this.path, 'secrets.json');
    const file = readJson<Partial<SecretsFile>>(path);
    if (file !== null) return this.secretsOf(file, path);
    if (existsSync(this.database) || existsSync(this.sandbox)) {
      throw new StartError(`${path} is missing, and what is in ${this.path} cannot be used without it. Restore it from a backup, or move the whole folder away to begin anew.`);
    }
    return this.makeSecrets(path);
  }

  private secretsOf({ format: written, serviceKey, operatorKey }: Partial<SecretsFile>, path: string): Secrets {
    if (typeof written === 'number' && written > format) {
      throw new StartError(`${this.path} was written by a newer version of Parley (format ${written}, this one knows ${format}). Run that version, or choose another folder: PARLEY_DATA=…`);
    }
    const key = fromHex(serviceKey ?? '');
    if (key?.length !== 32 || typeof operatorKey !== 'string') {
      throw new StartError(`${path} is damaged. Restore it from a backup, or move the whole folder away to begin anew.`);
    }
    return { serviceKey: key, operatorKey };
  }

  private makeSecrets(path: string): Secrets {
    const strangers = readdirSync(this.path).filter((name) => !name.startsWith('.'));
    if (strangers.length > 0) {
      throw new StartError(`${this.path} is not empty and not a folder of Parley's (it holds ${strangers[0]}). Choose another one: PARLEY_DATA=…`);
    }
    const secrets = { serviceKey: systemRandom(32), operatorKey: newToken('pk', systemRandom).text };
    const file: SecretsFile = { format, serviceKey: toHex(secrets.serviceKey), operatorKey: secrets.operatorKey };
    try {
      writePrivate(path, `${JSON.stringify(file, null, 2)}\n`);
    } catch (error) {
      throw new StartError(`${this.path} cannot be written (${(error as NodeJS.ErrnoException).code}). Give this user access, or choose another folder: PARLEY_DATA=…`);
    }
    return secrets;
  }
}
