import { fileURLToPath } from 'node:url';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { plugin } from './deploy/lint/plugin.mjs';

const specs = ['**/*.spec.ts', '**/*.fixture.ts'];
const suites = ['libs/testing/src/behaviour/**/*.ts'];
const generated = ['**/src/generated/**'];
const pure = ['libs/contracts/src/**/*.ts', 'libs/money/src/**/*.ts', 'libs/rating/src/**/*.ts', 'libs/domain/src/**/*.ts'];
const priced = ['libs/money/**/*.ts', 'libs/rating/**/*.ts', 'libs/domain/**/*.ts'];
const drawn = ['apps/console/**/*.ts', 'apps/console/**/*.tsx'];

const exportAll = { selector: 'ExportAllDeclaration', message: 'Name what you export: an index is a public face.' };
const subtle = {
  selector: "MemberExpression[property.name='subtle'], MemberExpression[property.name='getBuiltinModule']",
  message: 'Hash and cipher primitives come from @parley/crypto.',
};
const machineZone = {
  selector: 'CallExpression[callee.property.name=/^((get|set)(FullYear|Month|Date|Day|Hours|Minutes|Seconds)|getTimezoneOffset|to(Locale|Date|Time)(Date|Time)?String)$/]',
  message: "This reads the machine's zone: use the UTC functions, or a zone that is an argument.",
};
// The language lets no bigint meet a number, so an amount becomes a float only where it, or its text, is turned into one.
const floatMoney = [
  "Identifier[name='parseFloat'], MemberExpression[property.name=/^(parseFloat|toFixed|toPrecision|getFloat(32|64)|setFloat(32|64))$/]",
  "CallExpression[callee.name='Number'], NewExpression[callee.name='Number'], CallExpression > Identifier.arguments[name='Number'], UnaryExpression[operator='+']",
  "Identifier[name=/^Float(32|64)Array$/]",
  'Literal[raw=/^[0-9_]*[.][0-9]|^[0-9][0-9_.]*[eE]-/]',
].map((selector) => ({ selector, message: 'Money is never a float: integer micros, and a named rounding. A whole number out of text is parseInt(text, 10).' }));
// A bar's height is a number, made of an amount by Number(…) and only drawn; what is read is formatted from micros. So there: no text to a float, no float to a text.
const floatText = [floatMoney[0], floatMoney[2]];
const everybodysRows = {
  selector: "MemberExpression[property.name='database']",
  message: "Rows over HTTP are had through Rows.for(caller, …): the database itself shows everybody's.",
};
const onlySpecs = {
  selector: "MemberExpression[object.name=/^(it|test|describe)$/][property.name='only'], CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]",
  message: 'No test is left out in silence: it.skip with "(skipped: reason)" in its title.',
};

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.parley/**', '**/coverage/**'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    extends: [tseslint.configs.recommended],
    plugins: { parley: plugin },
    rules: {
      'parley/imports': 'error',
      'parley/pure': 'error',
      'parley/names': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400 }],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
      ],
      'no-restricted-syntax': ['error', exportAll, subtle],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // A promise that nobody waits for is a record that may never be appended: worth the type information.
    files: ['**/src/**/*.ts', '**/src/**/*.tsx'],
    ignores: generated,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL('.', import.meta.url)) } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: [...specs, ...suites],
    rules: { 'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }] },
  },
  { files: generated, rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } },
  { files: ['libs/crypto/**'], rules: { 'no-restricted-syntax': ['error', exportAll] } },
  { files: pure, ignores: specs, rules: { 'no-restricted-syntax': ['error', exportAll, subtle, machineZone] } },
  { files: priced, ignores: specs, rules: { 'no-restricted-syntax': ['error', exportAll, subtle, machineZone, ...floatMoney] } },
  { files: drawn, ignores: specs, rules: { 'no-restricted-syntax': ['error', exportAll, subtle, machineZone, ...floatText] } },
  { files: ['apps/*/src/http/**/*.ts'], rules: { 'no-restricted-syntax': ['error', exportAll, subtle, everybodysRows] } },
  { files: specs, rules: { 'no-restricted-syntax': ['error', exportAll, onlySpecs] } },
  // Configuration that tools import, and declarations of others' modules.
  { files: ['**/*.config.mjs', '**/*.d.ts'], rules: { 'no-restricted-exports': 'off' } },
);
