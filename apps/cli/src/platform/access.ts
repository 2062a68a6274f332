import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSandbox } from '../phone/sandbox.js';
import { Failure } from '../terminal/failure.js';
import type { PlatformAccess } from './ask.js';

export interface AccessOptions {
  /** The platform's folder, which holds the operator's key and where it listens. */
  readonly data: string;
  readonly url?: string | undefined;
  /** A file that holds the key. */
  readonly keyFile?: string | undefined;
  /** The same, as the commands of prices name it. */
  readonly operatorKeyFile?: string | undefined;
  readonly environment: { readonly [variable: string]: string | undefined };
}

/** Address and operator's key of the platform: as given, else of the platform in the folder. Null where one of them is nowhere. Throws Failure. */
export function accessOf({ data, url, operatorKeyFile, keyFile = operatorKeyFile, environment }: AccessOptions): Omit<PlatformAccess, 'fetch'> | null {
  const port = environment['PARLEY_PORT'];
  const address = url ?? readSandbox(join(data, 'sandbox.json'))?.url ?? (port ? `http://127.0.0.1:${port}` : undefined);
  const key = keyFile === undefined ? (environment['PARLEY_OPERATOR_KEY'] || keyOfFolder(data)) : keyIn(keyFile);
  if (address === undefined || key === undefined) return null;
  if (!URL.canParse(address) || !/^https?:/.test(address)) throw new Failure(`${address} is not an address.`, 'write it as http://127.0.0.1:8080', 2);
  return { url: address, key };
}

/** As `accessOf`, for who cannot do without. Throws Failure with the fix where address or key are nowhere. */
export function reached(options: AccessOptions, fetch: PlatformAccess['fetch'], fix = 'start it (npm start), or give --url and PARLEY_OPERATOR_KEY or --key-file.'): PlatformAccess {
  const access = accessOf(options);
  if (access === null) throw placeUnknown(fix);
  return { ...access, fetch };
}

export function placeUnknown(fix: string): Failure {
  return new Failure('It is not known where the platform is, or with which key to ask it.', fix, 2);
}

function keyIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new Failure(`The operator’s key cannot be read: ${(error as Error).message}`, 'give the path of a file that holds it.', 2, { cause: error });
  }
}

/** The key that the platform made for itself at its first start. */
function keyOfFolder(data: string): string | undefined {
  try {
    const { operatorKey } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as { readonly operatorKey?: unknown };
    return typeof operatorKey === 'string' ? operatorKey : undefined;
  } catch {
    return undefined; // No platform was started there; who needs one is told so.
  }
}
