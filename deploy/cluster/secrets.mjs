// What only this cluster knows, in a file for its owner's eyes: .parley/cluster/cluster.env. `docker compose --env-file` reads the same one.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { integrator, report, secrets, services } from './settings.mjs';

const generated = [secrets.admin, ...[...services.map(({ name }) => name), integrator, report].map(secrets.service)];

function read(path) {
  if (!existsSync(path)) return {};
  const lines = readFileSync(path, 'utf8').split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Reads the passwords, makes those that are missing, and writes all secrets down. `known`: variable → value, of those that are kept elsewhere. */
export function clusterSecrets(folder, known) {
  const path = join(folder, 'cluster.env');
  const before = read(path);
  const made = Object.fromEntries(generated.map((name) => [name, before[name] ?? randomBytes(24).toString('hex')]));
  const all = { ...made, ...known };
  writeFileSync(`${path}.new`, Object.entries(all).map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return { path, secret: (name) => all[name] };
}
