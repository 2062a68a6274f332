import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { archiveFile, piecesOf } from './archive-file.js';
import { ArrayPieces, LinePieces, mostPieceBytes, type Piece, type Pieces } from './pieces.js';

const folder = mkdtempSync(join(tmpdir(), 'parley-archive-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(content: string | Uint8Array): Promise<{ readonly pieces: readonly Piece[]; readonly heard: number; readonly bytes: number }> {
  const path = join(folder, 'archive');
  writeFileSync(path, content);
  const file = archiveFile(path);
  const pieces: Piece[] = [];
  let heard = 0;
  for await (const piece of piecesOf(file, (bytes) => (heard = bytes))) pieces.push(piece);
  return { pieces, heard, bytes: file.bytes };
}

/** Cut at every byte in turn: where a chunk ends must not matter. */
function inChunks(make: () => Pieces, text: string, bytes: number): readonly Piece[] {
  const whole = Buffer.from(text);
  const pieces = make();
  const found: Piece[] = [];
  for (let at = 0; at < whole.length; at += bytes) found.push(...pieces.take(whole.subarray(at, at + bytes)));
  return [...found, ...pieces.end()];
}

const values = [{ line: 1, value: { a: 'x\n]}"\\' } }, { line: 2, value: { b: 'ü€', c: [{ d: 1 }] } }];
const linesText = values.map(({ value }) => JSON.stringify(value)).join('\n');

describe('an archive’s file', () => {
  it('has a value per line, the last with or without an end; empty lines are none', async () => {
    expect((await read(linesText)).pieces).toEqual(values);
    expect((await read(`\uFEFF${linesText.replace('\n', '\r\n')}\n\n`)).pieces).toEqual(values);
    expect((await read('')).pieces).toEqual([]);
  });

  it('may be one array, whatever its layout', async () => {
    const all = values.map(({ value }) => value);
    expect((await read(JSON.stringify(all))).pieces).toEqual(values.map(({ value }) => ({ line: 1, value })));
    expect((await read(`\n ${JSON.stringify(all, null, 2)}\n`)).pieces).toEqual([{ line: 3, value: all[0] }, { line: 6, value: all[1] }]);
  });

  it('may hold several bodies in the list of one line', async () => {
    expect((await read(`${JSON.stringify(values[0]!.value)}\n[{"e":1},{"e":2}]\n`)).pieces).toEqual([values[0], { line: 2, value: { e: 1 } }, { line: 2, value: { e: 2 } }]);
  });

  it('may be packed; progress is heard in the bytes that lie on the disk', async () => {
    const packed = gzipSync(linesText);
    expect(await read(packed)).toEqual({ pieces: values, heard: packed.length, bytes: packed.length });
    await expect(read(packed.subarray(0, packed.length - 9))).rejects.toMatchObject({ name: 'Failure', fix: expect.stringContaining('whole') });
  });

  it('is cut the same wherever its chunks end', () => {
    for (const bytes of [1, 2, 3, 7]) {
      expect(inChunks(() => new LinePieces(), linesText, bytes)).toEqual(values);
      expect(inChunks(() => new ArrayPieces(), `[${linesText.replace('\n', ',\n')}]`, bytes)).toEqual(values);
    }
  });

  it('says in which line something cannot be read, and repeats none of it', async () => {
    const { pieces } = await read('{"a":1}\n{"text": "secret" oops}\n{"b":2}\n');
    expect(pieces).toEqual([{ line: 1, value: { a: 1 } }, { line: 2, fault: expect.stringContaining('is not JSON') }, { line: 3, value: { b: 2 } }]);
    expect(JSON.stringify(pieces)).not.toMatch(/secret|oops/);
    expect((await read('[{"a":1},\n{"b":')).pieces).toEqual([{ line: 1, value: { a: 1 } }, { line: 2, fault: expect.stringContaining('has no end') }]);
    expect((await read('[1, {"a":1}]')).pieces).toEqual([{ line: 1, fault: expect.stringContaining('objects') }, { line: 1, value: { a: 1 } }]);
  });

  it('does not keep a piece that is larger than any webhook', () => {
    const pieces = new LinePieces();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    for (let sent = 0; sent <= mostPieceBytes; sent += chunk.length) expect([...pieces.take(chunk)]).toEqual([]);
    expect([...pieces.take(Buffer.from('\n{"a":1}\n'))]).toEqual([{ line: 1, fault: 'is longer than 16 MiB' }, { line: 2, value: { a: 1 } }]);
  });

  it('has to be a file that is there', () => {
    expect(() => archiveFile(join(folder, 'none'))).toThrow('cannot be read');
    expect(() => archiveFile(folder)).toThrow('is not a file');
  });
});
