// Writes all that follows from avro/ and topics.json: the lock of schema ids, src/generated, the table in README.md.
//   node libs/contracts/generate.mjs                  writes them
//   node libs/contracts/generate.mjs --check          writes nothing; exits 1 and names what is stale, changed or removed
//   node libs/contracts/generate.mjs --print <Event>  prints the event's self-contained .avsc, docs included
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compose } from './generator/compose.mjs';
import { growLock, lockFaults, lockText, readLock } from './generator/lock.mjs';
import { writePage } from './generator/page.mjs';
import { readSources } from './generator/source.mjs';
import { writeTypescript } from './generator/typescript.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const GENERATED = 'src/generated';

/** What every file should hold, as Map(path below root → text). */
function wanted(source, lock) {
  const files = new Map([
    ['schema-ids.lock.json', lockText(lock)],
    ['README.md', writePage(readFileSync(join(root, 'README.md'), 'utf8'), source)],
  ]);
  for (const [name, text] of writeTypescript(source, lock)) files.set(`${GENERATED}/${name}`, text);
  return files;
}

function superfluous(files) {
  if (!existsSync(join(root, GENERATED))) return [];
  return readdirSync(join(root, GENERATED)).map((name) => `${GENERATED}/${name}`).filter((path) => !files.has(path));
}

const current = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null);

function check(files, faults) {
  for (const [path, text] of files) if (current(path) !== text) faults.push(`${path} is stale: run node libs/contracts/generate.mjs`);
  for (const path of superfluous(files)) faults.push(`${path} is not generated any more: run node libs/contracts/generate.mjs`);
  return faults;
}

function write(files) {
  mkdirSync(join(root, GENERATED), { recursive: true });
  for (const [path, text] of files) if (current(path) !== text) writeFileSync(join(root, path), text);
  for (const path of superfluous(files)) rmSync(join(root, path));
  return [];
}

function run([mode, name]) {
  const source = readSources(root);
  if (mode === '--print') {
    if (!source.events.has(name)) return [`no event is called ${name}`];
    process.stdout.write(`${JSON.stringify(compose(name, source, { docs: true }), null, 2)}\n`);
    return [];
  }
  if (mode !== undefined && mode !== '--check') return [`unknown option ${mode}`];
  const lock = growLock(readLock(root), source);
  const faults = lockFaults(lock, source, root);
  const files = wanted(source, lock);
  if (mode === '--check') return check(files, faults);
  return faults.length > 0 ? faults : write(files);
}

let faults;
try {
  faults = run(process.argv.slice(2));
} catch (error) {
  faults = [error.message];
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
