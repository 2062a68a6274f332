// schema-ids.lock.json: the ids that stand in frames. It only grows: a frame on the log must be readable for ever.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compose, fingerprintOf } from './compose.mjs';

// What the registry answers by, too; in TypeScript, so it is there once it was built.
const { historyFaults, incompatibilities, nodeOf, sentenceOf } = await loadCompatibility();

/** Fingerprint of Meta, for ever. Readers take the metadata off any frame without its schema; another Meta would make them read nonsense. */
const FROZEN_META = '033c0a421e90d942';
const FILE = 'schema-ids.lock.json';

export function readLock(root) {
  const path = join(root, FILE);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** One entry a line, so that a grown lock is a diff of added lines. */
export function lockText(lock) {
  return `{\n${Object.entries(lock).map(([id, entry]) => `  "${id}": ${JSON.stringify(entry)}`).join(',\n')}\n}\n`;
}

const beginsWithMeta = ({ fields: [first] }) => first.name === 'meta' && fingerprintOf(first.type) === FROZEN_META;

async function loadCompatibility() {
  if (!existsSync(new URL('../dist/compatibility/full-transitive.js', import.meta.url))) throw new Error('libs/contracts is not built. Run: npx tsc --build libs/contracts/tsconfig.build.json');
  return { ...(await import('../dist/compatibility/full-transitive.js')), ...(await import('../dist/compatibility/parse.js')) };
}

const versionsOf = (entries) => entries.map(({ version, schema }) => ({ version, schema: nodeOf(schema) }));

/** The lock with an entry added for each schema that is new or changed. Throws when one of a record's versions could not read another. */
export function growLock(lock, source) {
  const grown = { ...lock };
  let nextId = Math.max(0, ...Object.keys(lock).map(Number)) + 1;
  for (const name of [...source.events.keys()].sort()) {
    const schema = compose(name, source, { docs: false });
    if (!beginsWithMeta(schema)) throw new Error(`${name} does not begin with the frozen Meta: avro/parts/Meta.avsc and Cause.avsc may not change`);
    const fingerprint = fingerprintOf(schema);
    const earlier = Object.values(lock).filter((entry) => entry.name === name);
    const newest = earlier.at(-1);
    if (newest?.fingerprint === fingerprint) continue;
    const faults = incompatibilities(nodeOf(schema), versionsOf(earlier));
    if (faults.length > 0) throw new Error(`${name} cannot follow its earlier versions (full transitive):\n${faults.map((fault) => `  ${sentenceOf(fault)}`).join('\n')}`);
    grown[nextId++] = { name, version: (newest?.version ?? 0) + 1, fingerprint, schema };
  }
  return grown;
}

/** Sentences on entries that are damaged, lost, or not what they were in any commit. */
export function lockFaults(lock, source, root) {
  const faults = [];
  for (const [id, entry] of Object.entries(lock)) {
    if (fingerprintOf(entry.schema) !== entry.fingerprint) faults.push(`${FILE}: entry ${id} (${entry.name}) was edited, its fingerprint does not match`);
    if (!beginsWithMeta(entry.schema)) faults.push(`${FILE}: entry ${id} (${entry.name}) does not begin with the frozen Meta`);
    if (!source.events.has(entry.name)) faults.push(`${FILE}: ${entry.name} is registered but its .avsc is gone`);
  }
  faults.push(...evolutionFaults(lock));
  for (const [commit, past] of history(root))
    for (const [id, entry] of Object.entries(past)) {
      if (!lock[id]) faults.push(`${FILE}: entry ${id} (${entry.name}) of commit ${commit.slice(0, 9)} was removed`);
      else if (JSON.stringify(lock[id]) !== JSON.stringify(entry)) faults.push(`${FILE}: entry ${id} (${entry.name}) of commit ${commit.slice(0, 9)} was changed`);
    }
  return [...new Set(faults)];
}

/** Every registered version against all before it, both ways. */
function evolutionFaults(lock) {
  const names = [...new Set(Object.values(lock).map(({ name }) => name))];
  return names.flatMap((name) => {
    const entries = Object.values(lock).filter((entry) => entry.name === name);
    try {
      return historyFaults(versionsOf(entries)).map((fault) => `${FILE}: ${name} version ${fault.later}: ${sentenceOf(fault)}`);
    } catch (error) {
      return [`${FILE}: ${name} is not Avro: ${error.message}`];
    }
  });
}

/** The lock of every commit that touched it, as [commit, lock]; none outside a repository (a downloaded archive) and before its first commit. */
function history(root) {
  if (!withinRepository(root)) return [];
  const head = git(root, ['rev-parse', '--quiet', '--verify', 'HEAD']);
  if (head.status === 1) return [];
  const commits = said(root, ['rev-list', 'HEAD', '--', FILE]).split('\n').filter(Boolean);
  return commits.map((commit) => {
    const exists = said(root, ['ls-tree', '--name-only', commit, FILE]).trim() !== '';
    return [commit, exists ? JSON.parse(said(root, ['show', `${commit}:./${FILE}`])) : {}];
  });
}

function withinRepository(folder) {
  if (existsSync(join(folder, '.git'))) return true;
  return dirname(folder) !== folder && withinRepository(dirname(folder));
}

const git = (root, args) => spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });

/** What git answers; an Error when it cannot, since a history that is not looked at proves nothing. */
function said(root, args) {
  const { status, stdout, stderr, error } = git(root, args);
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
