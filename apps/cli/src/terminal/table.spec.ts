import { describe, expect, it } from '@jest/globals';
import { colours, inkFor, noColours } from './ink.js';
import { grouped, progressLine } from './progress.js';
import { drawTable, wrapped } from './table.js';

const plain = (text: string): string => text;

describe('a table', () => {
  it('is aligned, wraps long cells at spaces, and opens its borders around headings', () => {
    const columns = [{ title: 'What', most: 9 }, { title: 'USD', align: 'right' as const }];
    const lines = [{ heading: 'Friday', ink: plain }, ['one two three', '0.0550'], [{ text: 'é', ink: plain }, '1']];
    expect(drawTable(columns, lines, plain)).toEqual([
      '┌─────────┬────────┐',
      '│ What    │    USD │',
      '├─────────┴────────┤',
      '│ Friday           │',
      '├─────────┬────────┤',
      '│ one two │ 0.0550 │',
      '│ three   │        │',
      '│ é       │      1 │',
      '└─────────┴────────┘',
    ]);
  });

  it('emphasises the text and not the space around it', () => {
    const [, , , line] = drawTable([{ title: 'Column' }], [[{ text: 'ab', ink: colours.bad }]], plain);
    expect(line).toBe('│ \u001b[31mab\u001b[39m     │');
  });

  it('cuts a word that fits no line', () => {
    expect(wrapped('a bcdefgh', 3)).toEqual(['a', 'bcd', 'efg', 'h']);
    expect(wrapped('', 3)).toEqual(['']);
  });
});

describe('colours', () => {
  it('go to a terminal only, and not against a person’s wish', () => {
    expect([inkFor(true, {}), inkFor(false, {}), inkFor(true, { NO_COLOR: '1' }), inkFor(true, { NO_COLOR: '' }), inkFor(true, { TERM: 'dumb' })]).toEqual([colours, noColours, noColours, colours, noColours]);
  });
});

describe('progress', () => {
  it('tells share, rate and time left', () => {
    expect(progressLine({ label: 'windows/1', done: 250, total: 1_000, elapsedMs: 1_000 })).toBe(`windows/1 ${'█'.repeat(6)}${'░'.repeat(18)} 25 %, 250/s, 3 s left`);
    expect(progressLine({ label: 'feed/0', done: 3_000_000, total: 3_000_000, elapsedMs: 20_000 })).toBe(`feed/0 ${'█'.repeat(24)} 100 %, 150,000/s`);
    expect(progressLine({ label: 'feed/0', done: 0, total: 0, elapsedMs: 0 })).toContain('100 %');
    expect(grouped(1_234_567.8)).toBe('1,234,568');
  });
});
