// The generator is run as people run it, on a copy of this package in a repository of its own. What it takes from dist is built before (package.json).
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const original = fileURLToPath(new URL('..', import.meta.url));
const LOCK = 'schema-ids.lock.json';
const SENT = 'avro/conversations/MessageSent.avsc';
const SCALARS = 'avro/parts/scalars.json';
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'contracts-'));
  for (const path of ['avro', 'generator', 'generate.mjs', 'topics.json', 'README.md', 'package.json', LOCK, 'src/generated', 'dist/compatibility']) cpSync(join(original, path), join(copy, path), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

function git(...args: string[]): void {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], { cwd: copy, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'as it stands');
}

function generate(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [join(copy, 'generate.mjs'), ...args], { cwd: copy, encoding: 'utf8' });
}

const read = (path: string): string => readFileSync(join(copy, path), 'utf8');

/** Replaces the first `from` in a file by `to`; throws when there is none. */
function edit(path: string, from: string, to: string): void {
  const text = read(path);
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  writeFileSync(join(copy, path), text.replace(from, () => to));
}

type Lock = { [id: string]: { name: string; version: number; fingerprint: string; schema: unknown } };
const lock = (): Lock => JSON.parse(read(LOCK)) as Lock;
const writeLock = (entries: Lock): void => writeFileSync(join(copy, LOCK), `{\n${Object.entries(entries).map(([id, entry]) => `  "${id}": ${JSON.stringify(entry)}`).join(',\n')}\n}\n`);
const idOf = (name: string): string => Object.entries(lock()).find(([, entry]) => entry.name === name)![0];
const NEW_FIELD = '{ "name": "route", "type": ["null", "Token"], "default": null, "doc": "By which way it went; for this test." }';
const addField = (field: string): void => edit(SENT, '\n  ]\n}', `,\n    ${field}\n  ]\n}`);

/** What `--check` and a run without options both say when they refuse. */
function expectRefused(reason: string | RegExp): void {
  for (const args of [['--check'], []]) {
    const { status, stderr } = generate(...args);
    expect(stderr).toMatch(reason);
    expect(status).toBe(1);
  }
}

describe('what is committed', () => {
  test('is fresh: the generated files, the lock and the table follow from the schemas', () => {
    expect(generate('--check')).toMatchObject({ status: 0, stderr: '' });
    const real = spawnSync(process.execPath, [join(original, 'generate.mjs'), '--check'], { encoding: 'utf8' });
    expect(real).toMatchObject({ status: 0, stderr: '' });
  });

  test.each([
    ['src/generated/conversations.ts', 'export interface', 'export  interface'],
    ['src/generated/enums.ts', "'api'", "'apy'"],
    ['README.md', '| 4 / 48 |', '| 4 / 49 |'],
  ])('%s edited by hand is named as stale', (path, from, to) => {
    edit(path, from, to);
    expect(generate('--check')).toMatchObject({ status: 1, stderr: expect.stringContaining(`${path} is stale`) });
    expect(generate().status).toBe(0);
    expect(generate('--check').status).toBe(0);
  });

  test('a generated file that nothing generates is named and removed', () => {
    writeFileSync(join(copy, 'src/generated/orphan.ts'), '');
    expect(generate('--check')).toMatchObject({ status: 1, stderr: expect.stringContaining('orphan.ts') });
    generate();
    expect(generate('--check').status).toBe(0);
  });

  test('can be printed as self-contained Avro', () => {
    const { stdout } = generate('--print', 'MessageSent');
    const schema = JSON.parse(stdout) as { fields: { name: string; doc: string; type: { fields: unknown[] } }[] };
    expect(schema.fields[0]).toMatchObject({ name: 'meta', type: { name: 'Meta', fields: expect.arrayContaining([expect.objectContaining({ name: 'recordedAt' })]) } });
    expect(schema.fields.every((field) => field.doc.length > 0)).toBe(true);
  });

  test('a part that is used twice is written out once, as Avro wants it', () => {
    addField('{ "name": "again", "type": ["null", "TemplateRef"], "default": null, "doc": "For this test." }');
    const { stdout } = generate('--print', 'MessageSent');
    expect(stdout.match(/"name": "TemplateRef"/g)).toHaveLength(1);
    expect((JSON.parse(stdout) as { fields: object[] }).fields.at(-1)).toMatchObject({ name: 'again', type: ['null', 'TemplateRef'] });
  });
});

describe('the lock only grows', () => {
  beforeEach(() => {
    git('init', '--quiet');
    commit();
  });

  test('another doc is no other schema', () => {
    const before = read(LOCK);
    edit(SENT, 'Decision of delivery', 'The decision of delivery');
    expect(generate('--check')).toMatchObject({ status: 1, stderr: expect.stringContaining('src/generated/conversations.ts') });
    expect(generate().status).toBe(0);
    expect(read(LOCK)).toBe(before);
  });

  test('a changed schema gets a new id and a new version; all earlier entries stay as they were', () => {
    const before = lock();
    addField(NEW_FIELD);
    expect(generate('--check')).toMatchObject({ status: 1, stderr: expect.stringContaining(`${LOCK} is stale`) });
    expect(generate()).toMatchObject({ status: 0, stderr: '' });
    const after = lock();
    const [id, ...more] = Object.keys(after).filter((key) => !(key in before));
    expect(more).toEqual([]);
    const versions = Object.values(before).flatMap(({ name, version }) => (name === 'MessageSent' ? [version] : []));
    expect(after[id!]).toMatchObject({ name: 'MessageSent', version: Math.max(...versions) + 1 });
    expect(Number(id)).toBe(Math.max(...Object.keys(before).map(Number)) + 1);
    for (const key of Object.keys(before)) expect(after[key]).toEqual(before[key]);
    expect(generate('--check').status).toBe(0);
  });

  test('an entry that was ever committed may not be removed, not even in a later commit', () => {
    const { [idOf('MessageSent')]: gone, ...rest } = lock();
    expect(gone).toBeDefined();
    writeLock(rest);
    expectRefused(/MessageSent\) of commit \w+ was removed/);
    commit();
    expectRefused(/MessageSent\) of commit \w+ was removed/);
  });

  test('an entry may not be edited', () => {
    edit(LOCK, '"MessageSent","version":1', '"MessageSent","version":7');
    expectRefused(/MessageSent\) of commit \w+ was changed/);
  });

  test('an edited schema is found without any history', () => {
    rmSync(join(copy, '.git'), { recursive: true });
    edit(LOCK, '"parley.maxItems":32', '"parley.maxItems":33');
    expectRefused('was edited, its fingerprint does not match');
  });

  test('a registered event may not disappear', () => {
    rmSync(join(copy, 'avro/conversations/WindowClosed.avsc'));
    edit('topics.json', '      "WindowClosed": ["windows"],\n', '');
    expectRefused('WindowClosed is registered but its .avsc is gone');
  });

  test('the metadata is frozen', () => {
    edit('avro/parts/Meta.avsc', '"name": "number", "type": "LinkNumber"', '"name": "number", "type": "Partition"');
    expectRefused('does not begin with the frozen Meta');
  });

  test('a registered schema that begins otherwise is refused', () => {
    rmSync(join(copy, '.git'), { recursive: true });
    writeLock({ ...lock(), 999: { name: 'Stray', version: 1, fingerprint: '0', schema: { type: 'record', name: 'Stray', fields: [{ name: 'at', type: 'long' }] } } });
    expectRefused('entry 999 (Stray) does not begin with the frozen Meta');
  });
});

describe('a version that cannot follow its earlier ones is refused, with the place and what to do', () => {
  test.each<[string, () => void, string]>([
    ['a new field without default', () => addField('{ "name": "route", "type": "Token", "doc": "For this test." }'), 'MessageSent.route is new and has no default: records of version 1 could not be read. Fix: give the field a default.'],
    ['a field that is gone', () => edit(SENT, '    { "name": "market", "type": "Market"', '    { "name": "region", "type": "Market", "default": "x"'), 'MessageSent.market, seen by readers of version 1, is new and has no default'],
    ['a lost symbol', () => edit('avro/parts/Lane.avsc', '["api", "app"]', '["api"]'), 'lost the symbol app'],
    ['one more symbol', () => edit('avro/parts/Lane.avsc', '["api", "app"]', '["api", "app", "batch"]'), 'seen by readers of version 1, lost the symbol batch'],
    ['a tighter length', () => edit(SCALARS, '"Market": { "type": "string", "parley.minLength": 1, "parley.maxLength": 64', '"Market": { "type": "string", "parley.minLength": 1, "parley.maxLength": 63'), 'market tightened parley.maxLength from 64 to 63'],
    ['another pattern', () => edit(SCALARS, '"^[A-Z]{3}$"', '"^[A-Z]{4}$"'), 'currency changed parley.pattern'],
    ['another type', () => edit(SENT, '"name": "market", "type": "Market"', '"name": "market", "type": "Version"'), 'MessageSent.market was string and is int'],
    ['another meaning', () => edit(SCALARS, '"Count": { "type": "long", "parley.min": 0 }', '"Count": { "type": "long", "logicalType": "micros", "parley.min": 0 }'), 'was plain long and is micros'],
    ['no longer nullable', () => edit(SENT, '"name": "lastInboundAt", "type": ["null", "Instant"]', '"name": "lastInboundAt", "type": "Instant"'), 'MessageSent.lastInboundAt was nullable and is not'],
    ['nullable from now on', () => edit('avro/ledger/ChargePosted.avsc', '"name": "policyVersion", "type": "Version"', '"name": "policyVersion", "type": ["null", "Version"]'), 'ChargePosted.policyVersion, seen by readers of version 1, was nullable and is not'],
    ['fewer items', () => edit('avro/catalog/RateCardPublished.avsc', '512', '511'), 'rows tightened parley.maxItems'],
  ])('%s', (_, change, reason) => {
    change();
    expectRefused(reason);
  });

  test('what both ways can read is allowed: a longer limit, a new field with a default', () => {
    edit(SCALARS, '"parley.minLength": 1, "parley.maxLength": 64', '"parley.minLength": 1, "parley.maxLength": 80');
    addField(NEW_FIELD);
    expect(generate()).toMatchObject({ status: 0, stderr: '' });
  });

  test('against every earlier version, not the last alone', () => {
    const { [idOf('MessageSent')]: first, ...rest } = lock();
    const schema = first!.schema as { fields: object[] };
    const version = (number: number, ...fields: object[]) => ({ ...first!, version: number, schema: { ...schema, fields: [...schema.fields, ...fields] } });
    const route = { name: 'route', type: 'string', default: 'x' };
    // 2 may follow 1, and 3 may follow 2; between 1 and 3 the field changed its type.
    writeLock({ ...rest, 900: version(1, { name: 'route', type: 'int', default: 1 }), 901: version(2), 902: version(3, route) });
    expect(generate('--check').stderr).toContain('MessageSent version 3: MessageSent.route was int and is string: records of version 1 could not be read.');
  });
});

describe('sources that no reader should meet are refused', () => {
  test.each<[string, () => void, string]>([
    ['a field without doc', () => addField('{ "name": "route", "type": "Token" }'), 'conversations/MessageSent.avsc: field route has no doc'],
    ['array items without width', () => addField('{ "name": "gaps", "type": { "type": "array", "items": "null", "parley.maxItems": 9 }, "doc": "For this test." }'), 'array items without width'],
    ['an array without limit', () => addField('{ "name": "all", "type": { "type": "array", "items": "Token" }, "doc": "For this test." }'), 'an array needs parley.maxItems'],
    ['a wide union', () => addField('{ "name": "some", "type": ["Token", "Version"], "doc": "For this test." }'), 'a union must be ["null", type]'],
    ['a map', () => addField('{ "name": "tags", "type": { "type": "map", "values": "Token" }, "doc": "For this test." }'), 'name a part instead of a nested map'],
    ['a part within itself', () => edit('avro/parts/EntryPoint.avsc', '"type": "Reference"', '"type": ["null", "EntryPoint"]'), 'EntryPoint.avsc contains itself'],
    ['a string without limit', () => edit(SCALARS, '"Market": { "type": "string", "parley.minLength": 1, "parley.maxLength": 64 }', '"Market": { "type": "string" }'), 'Market has no limit'],
    ['an event that is not about anything first', () => edit(SENT, '"name": "meta", "type": "Meta"', '"name": "about", "type": "Meta"'), 'the first field must be meta'],
    ['an event on no topic', () => edit('topics.json', '      "MessageSent": ["delivery"],\n', ''), 'no topic holds MessageSent'],
    ['an event without writers', () => edit('topics.json', '"MessageSent": ["delivery"]', '"MessageSent": []'), 'nobody may write MessageSent'],
  ])('%s', (_, change, reason) => {
    change();
    const { status, stderr } = generate('--check');
    expect(stderr).toContain(reason);
    expect(status).toBe(1);
  });
});
