// The built library in a browser, as modules and without a bundler: the same bytes, by tweetnacl.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startBrowser, suite, visit } from '@parley/testing';

const modules = new URL('../../../../node_modules/', import.meta.url);
/** Path under the server → where its files are. */
const places: readonly (readonly [string, URL])[] = [
  ['/crypto/', new URL('../../dist/', import.meta.url)],
  ['/noble/', new URL('@noble/hashes/', modules)],
  ['/tweetnacl/', new URL('tweetnacl/', modules)],
];
// tweetnacl is a script that puts itself on the page.
const page = `<!doctype html><link rel="icon" href="data:,"><script src="/tweetnacl/nacl-fast.js"></script>
<script type="importmap">{ "imports": { "tweetnacl": "/nacl.js", "@noble/hashes/": "/noble/" } }</script>`;

function bodyAt(path: string): string | null {
  if (path === '/') return page;
  if (path === '/nacl.js') return 'export { nacl as default }; const { nacl } = self;';
  const place = places.find(([prefix]) => path.startsWith(prefix));
  return place === undefined ? null : readFileSync(new URL(path.slice(place[0].length), place[1]), 'utf8');
}

const server: Server = createServer((request, response) => {
  const body = bodyAt(request.url ?? '');
  response.writeHead(body === null ? 404 : 200, { 'content-type': request.url === '/' ? 'text/html' : 'text/javascript' }).end(body ?? '');
});
const browser = await startBrowser();
const missing = 'unavailable' in browser ? browser.unavailable : undefined;

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  if (!('unavailable' in browser)) await browser.close();
  await new Promise((resolve) => server.close(resolve));
});

suite('in a browser', missing, () => {
  it('makes the vectors byte for byte, by tweetnacl, with the browser\'s randomness', async () => {
    if ('unavailable' in browser) return;
    const { page: tab, complaints, leave } = await visit(browser, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, scheme: 'light' });
    tab.setDefaultTimeout(60_000);
    const [name, drawn, file] = (await tab.evaluate(`(async () => {
      const { primitives, systemRandom } = await import('/crypto/index.js');
      const { vectorsFile } = await import('/crypto/vectors/vectors.js');
      return [primitives().name, new Set(systemRandom(100_000)).size, vectorsFile()];
    })()`)) as [string, number, string];
    await leave();
    expect([name, drawn, complaints]).toEqual(['tweetnacl', 256, []]);
    expect(file === readFileSync(new URL('../../vectors/v1.json', import.meta.url), 'utf8')).toBe(true);
  }, 120_000);
});
