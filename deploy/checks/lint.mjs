// Feeds ESLint what has to pass and what has to fail, row by row.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { fixtures } from '../lint/fixtures.mjs';
import { projects } from '../lint/table.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
// The files are not there, so TypeScript has nothing to say about them.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

async function messages(file, code) {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${root}${file}` });
  if (!result) throw new Error(`${file} is ignored by ESLint`);
  return result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

async function mustPass(file, code) {
  const found = await messages(file, code);
  if (found.length > 0) throw new Error(`${file} must be allowed\n  ${code}\nbut: ${found.join('; ')}`);
}

async function mustFail(file, rule, code) {
  const found = await messages(file, code);
  const bites = rule ? found.length > 0 && found.every((message) => message.startsWith(`${rule}: `)) : found.length > 1;
  if (!bites) throw new Error(`${file} must be refused by ${rule ?? 'the rule and as a useless directive'}\n  ${code}\nbut: ${found.join('; ') || 'nothing said'}`);
}

function mustCover() {
  const missing = [];
  for (const project of Object.keys(projects)) {
    const rows = fixtures.filter(({ file }) => file.startsWith(`${project}/`) || (project === '.' && !file.includes('/')));
    if (!rows.some((row) => row.allowed.length > 0) || !rows.some((row) => row.forbidden.length > 0)) missing.push(`${project} has no fixture`);
  }
  for (const kind of ['libs', 'apps']) {
    for (const name of readdirSync(root + kind)) if (!(`${kind}/${name}` in projects)) missing.push(`${kind}/${name} has no row in deploy/lint/table.mjs`);
  }
  if (missing.length > 0) throw new Error(missing.join('\n'));
}

export const lintChecks = [
  { name: 'every project has a row and every row a fixture', run: mustCover },
  ...fixtures.flatMap(({ file, allowed, forbidden }) => [
    ...allowed.map((code) => ({ name: `${file} may: ${code}`, run: () => mustPass(file, code) })),
    ...forbidden.map(([rule, code]) => ({ name: `${file} may not: ${code.slice(0, 80)}`, run: () => mustFail(file, rule, code) })),
  ]),
];
