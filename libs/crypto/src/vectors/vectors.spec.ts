import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { cryptoErrorCodes } from '../crypto-error.js';
import { nodePrimitives } from '../primitives/node-crypto.js';
import { labels, usePrimitives } from '../primitives/primitives.js';
import { tweetnaclPrimitives } from '../primitives/tweetnacl.js';
import { vectorsFile } from './vectors.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

afterAll(() => usePrimitives(null));

describe('the vectors', () => {
  it.each([tweetnaclPrimitives, nodePrimitives()!])('are what the library makes, by $name: node libs/crypto/vectors/generate.mjs writes them', (provider) => {
    usePrimitives(provider);
    expect(vectorsFile() === read('vectors/v1.json')).toBe(true);
  }, 60_000);

  it('the page names every label and every error, and no others', () => {
    const page = read('PROTOCOL.md');
    const said = [...page.matchAll(/"(parley\/e2e\/v1\/[a-z-]+)"/g)].map(([, label]) => label!);
    expect([...new Set(said)].sort()).toEqual(Object.values(labels).sort());
    const errors = /## Errors\n([^#]+)/.exec(page)![1]!;
    expect([...errors.matchAll(/^\| `([a-z_]+)`/gm)].map(([, code]) => code)).toEqual([...cryptoErrorCodes]);
  });
});
