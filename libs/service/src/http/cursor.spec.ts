import { describe, expect, it } from '@jest/globals';
import { advance, decodeCursor, encodeCursor } from './cursor.js';
import { Problem } from './problem.js';

describe('a cursor', () => {
  it('comes back as it was given', () => {
    expect(decodeCursor(encodeCursor([0, 7, 123_456_789_012]), 3)).toEqual([0, 7, 123_456_789_012]);
  });

  it('begins at the beginning where there is none', () => {
    expect(decodeCursor(null, 2)).toEqual([0, 0]);
  });

  it('is refused where it is not one of ours, or for another number of partitions', () => {
    for (const text of ['x', '{}', encodeCursor([1, 2, 3]), Buffer.from('[2,0,0]').toString('base64url'), Buffer.from('[1,-1,0]').toString('base64url'), Buffer.from('[1,"0",0]').toString('base64url')]) {
      expect(() => decodeCursor(text, 2)).toThrow(Problem);
    }
  });

  it('moves behind a row, and never back', () => {
    expect(advance([5, 5], 1, 8)).toEqual([5, 9]);
    expect(advance([5, 5], 1, 2)).toEqual([5, 5]);
  });
});
