// What stands between a fresh clone and a running program: Node, packages, build. Plain Node without packages, because there may be none yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const oldestNode = [20, 19];
const buildStamp = join(root, 'node_modules', '.parley-build');
const siteStamp = join(root, 'node_modules', '.parley-site');

/** Stops the program with what is wrong and what to do about it. */
export function fail(wrong, fix) {
  console.error(`\n${wrong}\nFix: ${fix}`);
  process.exit(1);
}

const say = (line) => console.error(line);
const seconds = (startedAt) => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Runs a program beside us. Its output goes to stderr: stdout belongs to the program that was asked for. */
function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2], ...options });
  return !error && status === 0;
}

/** The projects' folders, such as `libs/money`. */
export function projectFolders() {
  return ['libs', 'apps'].flatMap((kind) =>
    readdirSync(join(root, kind))
      .filter((name) => existsSync(join(root, kind, name, 'package.json')))
      .map((name) => `${kind}/${name}`),
  );
}

/** The script behind a package's command, to be run with our own Node. */
export function binary(packageName, command = packageName) {
  const { bin } = readJson(`node_modules/${packageName}/package.json`);
  return join(root, 'node_modules', packageName, typeof bin === 'string' ? bin : bin[command]);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  fail(
    `Parley needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`,
    'install a current Node from https://nodejs.org (with nvm: nvm install 22) and run the same command again.',
  );
}

/** Why the packages have to be installed, or null. npm keeps in node_modules what it last put there; an interrupted install leaves no such file. */
function installReason() {
  const record = 'node_modules/.package-lock.json';
  if (!existsSync(join(root, record))) return 'no packages yet';
  const installed = readJson(record).packages;
  for (const [path, wanted] of Object.entries(readJson('package-lock.json').packages)) {
    const found = installed[path];
    if (path === '' || (!found && wanted.optional)) continue; // Optional ones are for other platforms.
    if (!found || found.version !== wanted.version || found.integrity !== wanted.integrity) return `package-lock.json has another ${path.replace(/^.*node_modules\//, '')}`;
  }
  return null;
}

function install() {
  const reason = installReason();
  if (!reason) return;
  const startedAt = Date.now();
  say(`Installing packages (${reason}): npm ci, a minute or so on the first time …`);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const done = npm && basename(npm) === 'npm-cli.js' ? run(process.execPath, [npm, ...args]) : run('npm', args, { shell: process.platform === 'win32' });
  if (!done) fail('The packages could not be installed (npm says why above).', 'check the network or the npm registry setting, then run the same command again.');
  say(`Installed in ${seconds(startedAt)}.`);
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (!entry.name.endsWith('.spec.ts')) yield path;
  }
}

/** Changes when any input of the build does: every source's size and time, every manifest, the lock. */
function buildState() {
  const files = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json'].map((file) => join(root, file));
  for (const folder of projectFolders()) {
    files.push(join(root, folder, 'package.json'), join(root, folder, 'tsconfig.build.json'), ...sources(join(root, folder, 'src')));
  }
  return stateOf(files);
}

/** The page's own inputs: a change of a service does not build it again. */
function siteState() {
  const files = ['package-lock.json', 'apps/console/index.html', 'apps/console/vite.config.mjs'].map((file) => join(root, file));
  return stateOf([...files, ...sources(join(root, 'apps/console/src')), ...sources(join(root, 'libs/money/src'))]);
}

function stateOf(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function build() {
  const state = buildState();
  const isBuilt = projectFolders().every((folder) => existsSync(join(root, folder, 'dist', '.tsbuildinfo')));
  if (isBuilt && existsSync(buildStamp) && readFileSync(buildStamp, 'utf8') === state) return;
  const startedAt = Date.now();
  say(isBuilt ? 'Building what changed …' : 'Building …');
  if (!run(process.execPath, [binary('typescript', 'tsc'), '--build'])) fail('The build failed.', 'correct what tsc names above, then run the same command again.');
  writeFileSync(buildStamp, state);
  say(`Built in ${seconds(startedAt)}.`);
}

/** The console's page, which a browser gets as a bundle: after tsc, whose output of the libs goes into it. */
function buildSite() {
  const state = siteState();
  const folder = join(root, 'apps/console');
  if (existsSync(join(folder, 'dist/site/index.html')) && existsSync(siteStamp) && readFileSync(siteStamp, 'utf8') === state) return;
  const startedAt = Date.now();
  say('Building the console …');
  if (!run(process.execPath, [binary('vite'), 'build', '--logLevel', 'warn'], { cwd: folder })) fail('The console could not be built.', 'correct what vite names above, then run the same command again.');
  writeFileSync(siteStamp, state);
  say(`Built in ${seconds(startedAt)}.`);
}

/** Brings the checkout to where every program in it can run, or stops with the reason. Quick when there is nothing to do. */
export function bootstrap() {
  requireNode();
  install();
  build();
  buildSite();
}
