// The rules no published plugin has in this form; the data they read is in table.mjs.
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { never, projects, pureGlobals, scripts, specs } from './table.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An absolute file → its project's row, folder and path within it; `row` is undefined for a project that the table does not know. */
function place(filename) {
  const path = relative(root, filename).split(sep).join('/');
  const parts = path.split('/');
  let folder = parts.slice(0, 2).join('/');
  if (parts.length === 1) folder = '.';
  else if (parts[0] === 'deploy') folder = 'deploy';
  return { folder, row: projects[folder], path, inner: folder === '.' ? path : posix.relative(folder, path) };
}

const matches = (entry, specifier) => (entry.endsWith('*') ? specifier.startsWith(entry.slice(0, -1)) : entry === specifier);

/** Whether one of the entries allows the specifier; a ban in `never` gives way only to its exact name. */
function allows(entries, specifier, typeOnly) {
  return entries.some((entry) => {
    if (entry.startsWith('type ')) return typeOnly && matches(entry.slice(5), specifier);
    return matches(entry, specifier) && (entry === specifier || !never.includes(specifier));
  });
}

function allowedImports({ row, inner, folder }) {
  const isTool = folder === 'deploy' || folder === '.';
  if (!isTool && scripts.files.test(inner)) return scripts.imports;
  const more = [...(row.also ?? []), specs].filter(({ files }) => files.test(inner));
  return [...row.imports, ...more.flatMap((files) => files.imports)];
}

const manifests = new Map();
function dependenciesOf(folder) {
  if (!manifests.has(folder)) {
    const file = resolve(root, folder, 'package.json');
    manifests.set(folder, existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  }
  const { dependencies = {} } = manifests.get(folder);
  return dependencies;
}

/** The reason why this file may not import the specifier, or null. */
function objection(file, specifier, typeOnly) {
  if (/^\.\.?(\/|$)/.test(specifier)) return relativeObjection(file, specifier);
  if (isBuiltin(specifier) && !specifier.startsWith('node:')) return `write 'node:${specifier}'`;
  if (!allows(allowedImports(file), specifier, typeOnly)) return `${file.folder} (${file.inner}) may not import '${specifier}' (deploy/lint/table.mjs)`;
  const [scope, name] = specifier.split('/');
  const own = `${scope}/${name}`;
  // Nx and tsc order their work by the manifest, so an import missing there would leave stale caches.
  const ordered = scope === '@parley' && /^(libs|apps)\//.test(file.folder) && own !== '@parley/testing';
  if (ordered && !(own in dependenciesOf(file.folder))) return `'${own}' is missing from the dependencies in ${file.folder}/package.json`;
  return null;
}

function relativeObjection(file, specifier) {
  const target = posix.join(posix.dirname(file.path), specifier);
  const isSpec = specs.files.test(file.inner);
  if (/\.(spec|fixture)(\.[jt]s)?$/.test(target) && !isSpec) return 'only specs import specs and fixtures';
  const home = file.inner.startsWith('src/') ? `${file.folder}/src` : file.folder;
  if (file.folder === '.' || target === home || target.startsWith(`${home}/`)) return null;
  const isScript = scripts.files.test(file.inner);
  if (isScript && scripts.relative.some((pattern) => pattern.test(target))) return null;
  return `'${specifier}' leaves ${home}: import the package by its name`;
}

const imports = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = place(context.filename);
    if (!file.row) {
      return { Program: (node) => context.report({ node, message: `'${file.folder}' has no row in deploy/lint/table.mjs` }) };
    }
    const check = (node, source, typeOnly = false) => {
      if (!source) return;
      const literal = source.type === 'TSLiteralType' ? source.literal : source;
      let message = null;
      if (literal.type === 'Literal' && typeof literal.value === 'string') message = objection(file, literal.value, typeOnly);
      else if (!file.row.computed?.test(file.inner)) message = 'an import names its package as a plain string';
      if (message) context.report({ node, message });
    };
    const isRequire = ({ callee }) =>
      callee.name === 'require' || callee.object?.name === 'require' || (callee.object?.type === 'MetaProperty' && callee.property.name === 'resolve');
    return {
      ImportDeclaration: (node) => check(node, node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument, true),
      TSExternalModuleReference: (node) => check(node, node.expression),
      CallExpression: (node) => isRequire(node) && check(node, node.arguments[0]),
    };
  },
};

/** The objection to a use of `Math` or `Date`: both are the language's, but for what reads chance, the clock or the machine's zone. */
function impureUse(identifier) {
  const { name, parent } = identifier;
  const member = parent.type === 'MemberExpression' && parent.object === identifier && !parent.computed ? parent.property.name : null;
  if (name === 'Math') return member && member !== 'random' ? null : 'randomness is an argument';
  if (member === 'UTC' || member === 'parse' || parent.operator === 'instanceof') return null;
  const [instant, second] = parent.type === 'NewExpression' && parent.callee === identifier ? parent.arguments : [];
  return instant && instant.type !== 'SpreadElement' && !second ? null : 'time is an argument, in UTC';
}

const pure = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = place(context.filename);
    if (!file.row?.pure || !file.inner.startsWith('src/') || specs.files.test(file.inner)) return {};
    const check = ({ identifier, isValueReference }) => {
      const { name, parent } = identifier;
      if (isValueReference === false || parent.type === 'TSTypeQuery') return;
      let message = null;
      if (!pureGlobals.has(name)) message = `${file.folder} is pure: '${name}' belongs to the host, to time or to chance`;
      else if (name === 'Math' || name === 'Date') message = impureUse(identifier);
      if (message) context.report({ node: identifier, message });
    };
    return {
      'Program:exit'() {
        const references = context.sourceCode.scopeManager.scopes.flatMap((scope) => scope.references);
        references.filter(({ resolved }) => !resolved?.defs.length).forEach(check);
      },
      MetaProperty(node) {
        if (node.meta.name === 'import') context.report({ node, message: `${file.folder} is pure: import.meta belongs to the host` });
      },
    };
  },
};

const vagueFolder = /^(utils?|common|shared|helpers?|core|managers?|misc)$/i;
const vagueName = /^(Base[A-Z]\w*|I[A-Z][a-z]\w*|\w+(Impl|Manager|Helper|Utils?))$/;

const names = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const { path } = place(context.filename);
    const vague = path.split('/').find((part) => vagueFolder.test(part.split('.')[0]));
    const check = ({ id }) => {
      if (id && vagueName.test(id.name)) context.report({ node: id, message: `'${id.name}' names no thing of the business: say what it is` });
    };
    return {
      Program: (node) => vague && context.report({ node, loc: { line: 1, column: 0 }, message: `'${vague}' names no thing of the business: say what it is` }),
      ClassDeclaration: check,
      TSInterfaceDeclaration: check,
      TSTypeAliasDeclaration: check,
    };
  },
};

export const plugin = { meta: { name: 'parley' }, rules: { imports, pure, names } };
