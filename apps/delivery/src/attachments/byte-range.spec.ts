import { describe, expect, it } from '@jest/globals';
import { byteRangeOf } from './byte-range.js';

describe('a range of bytes', () => {
  it.each<[string | undefined, ReturnType<typeof byteRangeOf>]>([
    [undefined, 'whole'],
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=10-', { first: 10, last: 99 }],
    ['bytes=10-5000', { first: 10, last: 99 }],
    ['bytes=99-99', { first: 99, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=-0', null],
    ['bytes=100-', null],
    ['bytes=5-4', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,5-6', 'whole'],
    ['lines=0-1', 'whole'],
  ])('%s of 100 is %j', (header, range) => expect(byteRangeOf(header, 100)).toEqual(range));

  it('of nothing is outside of it', () => expect([byteRangeOf('bytes=0-', 0), byteRangeOf('bytes=-1', 0)]).toEqual([null, null]));
});
