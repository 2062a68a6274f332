// The built libraries in a browser, as modules and without a bundler: an import that only Node has would fail.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startBrowser, visit, type Visitor } from '@parley/testing';
import type { DeviceStore } from '../store/store.js';

const modules = new URL('../../../../node_modules/', import.meta.url);
const libs = new URL('../../../', import.meta.url);
/** Path under the server → where its files are. */
const places: readonly (readonly [string, URL])[] = [
  ['/contracts/', new URL('contracts/dist/', libs)],
  ['/crypto/', new URL('crypto/dist/', libs)],
  ['/sdk/', new URL('sdk/dist/', libs)],
  ['/noble/', new URL('@noble/hashes/', modules)],
  ['/tweetnacl/', new URL('tweetnacl/', modules)],
];
const imports = { tweetnacl: '/nacl.js', '@noble/hashes/': '/noble/', '@parley/contracts': '/contracts/index.js', '@parley/crypto': '/crypto/index.js', '@parley/crypto/browser': '/crypto/browser.js', '@parley/sdk': '/sdk/index.js', '@parley/sdk/browser': '/sdk/browser.js' };
// tweetnacl is a script that puts itself on the page.
const page = `<!doctype html><link rel="icon" href="data:,"><script src="/tweetnacl/nacl-fast.js"></script><script type="importmap">${JSON.stringify({ imports })}</script>`;

function bodyAt(path: string): string | null {
  if (path === '/') return page;
  if (path === '/nacl.js') return 'export { nacl as default }; const { nacl } = self;';
  const place = places.find(([prefix]) => path.startsWith(prefix));
  return place === undefined ? null : readFileSync(new URL(path.slice(place[0].length), place[1]), 'utf8');
}

/** A browser and pages that have the built sdk; or why there is none. */
export async function openPages() {
  const browser = await startBrowser();
  const server = createServer((request, response) => {
    const body = bodyAt(request.url ?? '');
    response.writeHead(body === null ? 404 : 200, { 'content-type': request.url === '/' ? 'text/html' : 'text/javascript' }).end(body ?? '');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    missing: 'unavailable' in browser ? browser.unavailable : undefined,
    /** A session of the browser's own; `host` names this machine. */
    visit: (host = '127.0.0.1'): Promise<Visitor> => {
      if ('unavailable' in browser) throw new Error(browser.unavailable);
      return visit(browser, { url: `http://${host}:${port}/`, scheme: 'light' });
    },
    close: async (): Promise<void> => {
      if (!('unavailable' in browser)) await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs a function's body in the page; `given` is what it is told, as JSON. */
export function inPage<T>(page: Visitor['page'], given: unknown, body: string): Promise<T> {
  return page.evaluate(`(async (given) => { const { openBrowserStore, removeBrowserStore } = await import('@parley/sdk/browser'); ${body} })(${JSON.stringify(given)})`) as Promise<T>;
}

/** A store that lives in the page, under a name there. */
export async function storeIn(page: Visitor['page'], name: string, options: object = {}): Promise<DeviceStore & { close(): Promise<void> }> {
  await inPage(page, { name, ...options }, '(self.stores ??= {})[given.name] = await openBrowserStore(given);');
  const call = <T>(method: string, ...args: readonly unknown[]) => inPage<T>(page, args, `return await self.stores[${JSON.stringify(name)}].${method}(...given);`);
  return {
    get: (key) => call('get', key),
    list: (prefix) => call('list', prefix),
    commit: (changes) => call('commit', changes),
    close: () => call('close'),
  };
}
