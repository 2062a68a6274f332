// Every project agrees with its manifest, and the lock can be installed anywhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolders, root } from '../bootstrap.mjs';

const pageLines = 80;
const targets = ['build', 'lint', 'test', 'typecheck'];

const read = (path) => readFileSync(join(root, path), 'utf8');
const readJson = (path) => JSON.parse(read(path));
const same = (left, right) => JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());

function must(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

const folderOf = (name) => (existsSync(join(root, 'libs', name)) ? `libs/${name}` : `apps/${name}`);

/** Nx builds by the manifest, tsc by the references: they have to say the same. */
function mustBuildInOrder(folder) {
  const { dependencies = {}, nx = {} } = readJson(`${folder}/package.json`);
  const wanted = Object.keys(dependencies)
    .filter((name) => name.startsWith('@parley/'))
    .map((name) => `../../${folderOf(name.slice('@parley/'.length))}/tsconfig.build.json`);
  const { references = [] } = readJson(`${folder}/tsconfig.build.json`);
  must(same(references.map(({ path }) => path), wanted), `${folder}: the references in tsconfig.build.json must be the @parley dependencies in package.json`);
  must(same(Object.keys(nx.targets ?? {}), targets), `${folder}: package.json must name the nx targets ${targets.join(', ')}`);
  const kind = folder.startsWith('libs/') ? 'lib' : 'app';
  must(nx.tags?.includes(`${kind}:${nx.name}`), `${folder}: package.json must carry the nx tag ${kind}:<name>`);
  must(existsSync(join(root, folder, 'jest.config.mjs')), `${folder} has no jest.config.mjs`);
}

function mustBePage(folder) {
  must(existsSync(join(root, folder, 'README.md')), `${folder} has no README.md`);
  const page = read(`${folder}/README.md`);
  for (const heading of ['Owns', 'Never', 'Why so']) {
    must(new RegExp(`^(#+ ${heading}|\\*\\*${heading})`, 'm').test(page), `${folder}/README.md has no heading "${heading}"`);
  }
  must(page.split('\n').length <= pageLines, `${folder}/README.md is longer than a page (${pageLines} lines)`);
}

function mustReferToAll() {
  const { references } = readJson('tsconfig.json');
  const wanted = projectFolders().map((folder) => `${folder}/tsconfig.build.json`);
  must(same(references.map(({ path }) => path), wanted), 'tsconfig.json must refer to every project');
}

function mustHaveOnlyKnownFolders() {
  const known = new Set(['apps', 'deploy', 'libs', 'node_modules']);
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const strange = folders.map(({ name }) => name).filter((name) => !known.has(name));
  must(strange.length === 0, `at the top there is only apps, deploy, libs; not: ${strange.join(', ')}`);
}

/** Where Node would find a package that is required from `path` of the lock. */
function isLocked(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/** npm leaves out binaries of other platforms that it could not find; `npm ci` then refuses the lock over there. */
function mustLockEveryPlatform() {
  const { packages } = readJson('package-lock.json');
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(packages, path, name)),
  );
  must(missing.length === 0, `package-lock.json lacks ${missing.join(', ')}`);
}

function mustNameNoHost() {
  const named = Object.entries(readJson('package-lock.json').packages).filter(([, { resolved = '' }]) => /^\w+:\/\//.test(resolved));
  must(named.length === 0, `package-lock.json names where it was installed from: ${named.map(([path]) => path).join(', ')}`);
}

export const workspaceChecks = [
  { name: 'tsconfig.json refers to every project', run: mustReferToAll },
  { name: 'only known folders at the top', run: mustHaveOnlyKnownFolders },
  { name: 'the lock is whole on every platform', run: mustLockEveryPlatform },
  { name: 'the lock names no host', run: mustNameNoHost },
  ...projectFolders().map((folder) => ({ name: `${folder} builds in order`, run: () => mustBuildInOrder(folder) })),
  ...[...projectFolders(), 'deploy'].map((folder) => ({ name: `${folder} has its page`, run: () => mustBePage(folder) })),
];
