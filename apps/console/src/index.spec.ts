import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { siteFolder, siteHeaders } from './index.js';

describe('the built page', () => {
  const index = readFileSync(join(siteFolder, 'index.html'), 'utf8');

  it('has scripts and styles of its own alone, none of them inline', () => {
    const loaded = [...index.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url!);
    expect(loaded.length).toBeGreaterThan(2);
    expect(loaded.filter((url) => !url.startsWith('/console/assets/'))).toEqual([]);
    expect(index).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|style=/);
  });

  it('has a hash in the name of every asset, and only those are kept for ever', () => {
    const names = readdirSync(join(siteFolder, 'assets'));
    expect(names.filter((name) => !/-[\w-]{8}\.\w+$/.test(name))).toEqual([]);
    expect(siteHeaders(`assets/${names[0]}`)['Cache-Control']).toBe('public, max-age=31536000, immutable');
    expect([siteHeaders('index.html')['Cache-Control'], siteHeaders('licenses.md')['Cache-Control']]).toEqual(['no-cache', 'no-cache']);
  });

  it('may run and load nothing else', () => {
    const policy = siteHeaders('index.html')['Content-Security-Policy']!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('names the licences of what is in it', () => {
    const licences = readFileSync(join(siteFolder, 'licenses.md'), 'utf8');
    for (const name of ['react-dom', '@mantine/core', 'recharts']) expect(licences).toContain(name);
  });
});
