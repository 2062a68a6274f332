import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ownerRole, platformRole, reportRole } from '@parley/bus-postgres';
import { toHex, type Random } from '@parley/crypto';
import { Failure } from '../terminal/failure.js';

/** Where processes connect: the address of each service, of `platform`, a process with all of them, and of `report`, for dashboards. */
export type Logins = { readonly [name: string]: string };

/** Process → the role it connects as. */
export function loginNames(services: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...services.map((service) => [service, ownerRole(service)] as const), ['platform', platformRole], ['report', reportRole]]);
}

/** The administrator's address with another login. Throws Failure where it is no address. */
export function addressFor(administrator: string, role: string, password: string | null): string {
  let url: URL;
  try {
    url = new URL(administrator);
  } catch {
    throw new Failure('--url is not an address.', 'give it as postgres://user:password@host:5432/database', 2);
  }
  url.username = role;
  url.password = password ?? '';
  return url.href;
}

export function newPassword(random: Random): string {
  return toHex(random(24));
}

/** What a file of logins holds; nothing where there is no such file yet. Throws Failure. */
export function readLogins(path: string): Logins {
  if (!existsSync(path)) return {};
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    if (typeof read === 'object' && read !== null && Object.values(read).every((address) => typeof address === 'string' && URL.canParse(address))) return read as Logins;
  } catch {
    // Said below: either way it is not a file of ours.
  }
  throw new Failure(`${path} is not a file of logins.`, 'give another --logins, or move that file away.', 2);
}

/** The password in an address of this role; null where it has none. */
export function passwordIn(address: string | undefined, role: string): string | null {
  if (address === undefined) return null;
  const { username, password } = new URL(address);
  return username === role && /^[A-Za-z0-9]+$/.test(password) ? password : null;
}

/** For its owner's eyes only, and whole or not at all. */
export function writeLogins(path: string, logins: Logins): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
