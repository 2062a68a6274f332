import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { deflateSync, gzipSync } from 'node:zlib';
import { Canaries, needle } from './canaries.js';
import { formsOf } from './forms.js';
import { Scanner } from './scanner.js';
import { filesIn } from './sinks.js';

const canaries = new Canaries('q7Zp93kWm2');
const word = canaries.word('reply');
canaries.word('other');
const noise = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 251));

/** What is found in these bytes, cut into chunks of that size. */
async function found(bytes: Buffer, size = bytes.length, looking = [canaries, needle('number', '491713920007')]) {
  const scanner = new Scanner(looking);
  await scanner.scan('sink', Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size)));
  return scanner.findings;
}

const wide = (text: string) => Buffer.from(text, 'utf16le');
const escaped = (text: string) => [...text].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('');
const percent = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`).join('');
const ways: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['plain', (text) => Buffer.from(text)],
  ['in JSON', (text) => Buffer.from(JSON.stringify({ body: `Hi\n${text}` }))],
  ['UTF-16LE', wide],
  ['UTF-16BE', (text) => wide(text).swap16()],
  ['hex', (text) => Buffer.from(Buffer.from(text).toString('hex'))],
  ['HEX', (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase())],
  ...[0, 1, 2].flatMap((before) =>
    (['base64', 'base64url'] as const).map((notation) => [`${notation} behind ${before}`, (text: string) => Buffer.from(Buffer.from('x'.repeat(before) + text).toString(notation))] as const),
  ),
  ['a Buffer as it is logged', (text) => Buffer.from(inspect(Buffer.from(text), { compact: true }))],
  ['a Buffer in JSON', (text) => Buffer.from(JSON.stringify(Buffer.from(text)))],
  ['escaped in JSON', (text) => Buffer.from(escaped(text))],
  ['escaped in JSON, upper', (text) => Buffer.from(escaped(text).replace(/[0-9a-f]{4}/g, (digits) => digits.toUpperCase()))],
  ['percent', (text) => Buffer.from(percent(text))],
  ['percent, lower', (text) => Buffer.from(percent(text).toLowerCase())],
  ['gzip', (text) => gzipSync(`${'before '.repeat(500)}${text}`)],
  ['zlib', (text) => deflateSync(`${'before '.repeat(500)}${text}`)],
  ['a fast zlib', (text) => deflateSync(text, { level: 1 })],
  ['a stored zlib', (text) => deflateSync(text.split('').reverse().join('').repeat(3) + text, { level: 0 })],
  ['a zlib of its own codes', (text) => deflateSync(Buffer.concat([noise, Buffer.from(text), Buffer.from(noise).reverse()]), { level: 9 })],
  ['hex in gzip in zlib', (text) => deflateSync(gzipSync(Buffer.from(text).toString('hex')))],
];

describe('a scan', () => {
  it.each(ways)('finds and names a word that is written as %s', async (_, write) => {
    const bytes = Buffer.concat([noise, write(word), noise]);
    expect(new Set((await found(bytes)).map((finding) => finding.word))).toEqual(new Set(['reply']));
    expect((await found(Buffer.concat([noise, write('Kanarie'), noise]))).length).toBe(0);
  });

  it.each(ways)('finds a phone number as %s', async (_, write) => {
    expect((await found(Buffer.concat([noise, write('491713920007'), noise]))).map((finding) => finding.word)).toContain('number');
    expect(await found(Buffer.concat([noise, write('491713920008'), noise]))).toEqual([]);
  });

  it('finds each word once, however the sink is cut into chunks', async () => {
    const sink = Buffer.concat([noise, ...ways.slice(0, 6).filter(([name]) => name !== 'UTF-16BE').flatMap(([, write]) => [write(word), Buffer.alloc(300_000, 1)]), gzipSync(Buffer.concat([noise, Buffer.from(word)]))]);
    const whole = await found(sink);
    expect(whole).toHaveLength(6);
    for (const size of [4_096, 262_144, 300_001]) expect(await found(sink, size)).toEqual(whole.map((finding) => ({ ...finding, at: expect.any(Number) as unknown })));
    expect(whole[0]).toMatchObject({ word: 'reply', form: 'plain', sink: 'sink', at: noise.length });
  });

  it('passes over zeros, and over nothing beside them', async () => {
    const bytes = Buffer.concat([Buffer.alloc(1_000_000), Buffer.from(word), Buffer.alloc(1_000_000), Buffer.from(word), Buffer.alloc(1_000_000)]);
    for (const size of [65_536, 100_000, 1_000_000, bytes.length]) {
      expect((await found(bytes, size)).map(({ at }) => at)).toEqual([1_000_000, 2_000_000 + word.length]);
    }
  });

  it('tells of a word that it does not know, by what stands there', async () => {
    expect(await found(Buffer.from(`${canaries.stem}x99xnobody`))).toMatchObject([{ word: JSON.stringify(`${canaries.stem}x99xnobody`) }]);
  });

  it('knows a word whose end something else was written over, where it is one alone', async () => {
    const words = async (text: string) => (await found(Buffer.from(`before ${text}\0\0 behind`))).map((finding) => finding.word);
    expect(await words(word.slice(0, -1))).toEqual(['reply']);
    expect(await words(canaries.stem + 'x')).toEqual([expect.stringContaining(canaries.stem)]);
    expect(await words(word.slice(0, -2))).toEqual([expect.stringContaining(canaries.stem)]);
  });

  it('tells of frames that it cannot open, and of a stream without an end', async () => {
    const frames = [[0x28, 0xb5, 0x2f, 0xfd, 0x20], [0x04, 0x22, 0x4d, 0x18, 0x64], [0xff, 6, 0, 0, ...Buffer.from('sNaPpY')], [0x82, ...Buffer.from('SNAPPY'), 0]];
    for (const frame of frames) expect(await found(Buffer.concat([noise, Buffer.from(frame), noise]))).toMatchObject([{ word: 'a frame that cannot be opened here' }]);
    expect(await found(gzipSync(Buffer.alloc(20_000_000)))).toMatchObject([{ form: 'gzip' }]);
    const passing = new Scanner([canaries]);
    await passing.scan('memory', [Buffer.from(frames[0]!)], { unopened: 'passed over' });
    expect(passing.findings).toEqual([]);
  });

  it('keeps few findings of one kind, and none of them hides another', async () => {
    const findings = await found(Buffer.from(`${word.repeat(50_000)} ${canaries.word('other')}`));
    expect(findings.map((finding) => finding.word)).toEqual([...Array<string>(5).fill('reply'), 'other']);
  });
});

describe('canaries', () => {
  it('are the same for the same name, and others for others', () => {
    expect(canaries.word('reply')).toBe(word);
    expect(canaries.word('over budget')).toMatch(/^Kanarieq7Zp93kWm2x\d+xoverbudgetz$/);
    expect([...canaries.words.values()].filter((one, index, all) => all.some((other, at) => at !== index && other.startsWith(one)))).toEqual([]);
  });

  it('are letters and digits, or no canaries', () => {
    expect(() => new Canaries('short')).toThrow('ten letters');
    expect(() => formsOf('with blank')).toThrow('letters, digits');
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-secrecy-'));
  beforeAll(() => writeFileSync(join(folder, 'a'), `x${word}`));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read to their end, under their names', async () => {
    const scanner = new Scanner([canaries]);
    for (const { name, chunks } of filesIn(folder)) await scanner.scan(name, chunks);
    expect(scanner.findings).toEqual([{ word: 'reply', form: 'plain', sink: 'a', at: 1 }]);
    expect(scanner.scannedBytes).toBe(word.length + 1);
  });
});
