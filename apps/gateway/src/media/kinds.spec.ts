import { describe, expect, it } from '@jest/globals';
import { mimeTypes, misfit, mostBytesOf, movesAsWebp, plainType } from './kinds.js';

describe('a file', () => {
  it('may have so many bytes as its type allows', () => {
    expect(['image/jpeg', 'IMAGE/PNG', 'audio/ogg; codecs=opus', 'video/3gp', 'image/webp', 'application/pdf', 'text/html', ''].map(mostBytesOf)).toEqual([5, 5, 16, 16, 500 / 1024, 100, null, null].map((mb) => mb && mb * 1024 * 1024));
    expect(mimeTypes.every((type) => mostBytesOf(type) !== null)).toBe(true);
    expect(plainType('Video/3GP; x=1')).toBe('video/3gpp');
  });

  it('goes as what it is, and a picture also as a document', () => {
    const jpeg = { mimeType: 'image/jpeg', length: 10, isAnimated: false };
    expect([misfit('image', jpeg), misfit('document', jpeg)]).toEqual([null, null]);
    expect(misfit('video', jpeg)).toBe('is of type image/jpeg; video takes video/mp4, video/3gpp.');
    expect(misfit('sticker', jpeg)).toMatch(/image\/webp/);
    expect(misfit('image', { ...jpeg, length: 5 * 1024 * 1024 + 1 })).toMatch(/image has at most 5242880/);
  });

  it('that is a sticker may be larger where it moves', () => {
    const webp = { mimeType: 'image/webp', length: 200 * 1024, isAnimated: false };
    expect(misfit('sticker', webp)).toMatch(/does not move has at most 102400/);
    expect(misfit('sticker', { ...webp, isAnimated: true })).toBeNull();
    const head = (kind: string, flags: number) => Uint8Array.from([...Buffer.from(`RIFF\0\0\0\0WEBP${kind}\n\0\0\0`, 'latin1'), flags, 0, 0, 0]);
    expect([head('VP8X', 2), head('VP8X', 0x10), head('VP8 ', 2), head('VP8X', 2).slice(0, 20)].map(movesAsWebp)).toEqual([true, false, false, false]);
  });
});
