import { concat, toHex, utf8 } from '../bytes.js';
import { sha512 } from '../hash.js';
import type { Random } from '../random.js';
import { u32 } from '../wire.js';

/** Random bytes that follow from a seed: SHA-512 of the seed and a counter, on and on. */
export function seeded(seed: string): Random {
  let held = new Uint8Array(0);
  let counter = 0;
  return (n) => {
    while (held.length < n) held = new Uint8Array(concat(held, sha512(concat(utf8(seed), u32(counter++)))));
    const bytes = held.slice(0, n);
    held = held.slice(n);
    return bytes;
  };
}

/** The source, and the hex of all that was drawn of it. */
export function recorded(random: Random): { readonly random: Random; drawn(): string } {
  let drawn = '';
  return {
    random: (n) => {
      const bytes = random(n);
      drawn += toHex(bytes);
      return bytes;
    },
    drawn: () => drawn,
  };
}
