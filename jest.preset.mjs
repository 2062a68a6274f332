// One jest configuration for every project: ESM, TypeScript through swc, workspace packages read from their sources.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('.', import.meta.url);

/** `@parley/<name>` and its subpaths → the source file that their `exports` entry is built from. */
const sources = {};
for (const kind of ['libs', 'apps']) {
  for (const entry of readdirSync(new URL(`${kind}/`, root), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const { name, exports = {} } = JSON.parse(readFileSync(new URL(`${kind}/${entry.name}/package.json`, root), 'utf8'));
    for (const [subpath, target] of Object.entries(exports)) {
      const built = typeof target === 'string' ? target : target.default;
      if (!built?.startsWith('./dist/') || !built.endsWith('.js')) continue;
      const source = new URL(`${kind}/${entry.name}/${built.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`, root);
      sources[`^${name}${subpath.slice(1)}$`] = fileURLToPath(source);
    }
  }
}

export const preset = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  watchman: false,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { ...sources, '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // A module in jest's sandbox finds a global slowly, and X25519 asks for Math some hundred thousand times: 24 ms against 0.7.
  sandboxInjectedGlobals: ['Math'],
  testTimeout: 30_000,
};
