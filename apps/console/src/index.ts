import { fileURLToPath } from 'node:url';

/** The folder with the built page: `index.html`, and `assets/` whose names carry a hash of their content. */
export const siteFolder = fileURLToPath(new URL('../dist/site/', import.meta.url));

/** Nothing from another host, no inline script or style, in nobody's frame. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The headers that a file of the page is to be served with; `path` is relative to the folder, such as `assets/index-B2x.js`. */
export function siteHeaders(path: string): Readonly<Record<string, string>> {
  const cached = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  return {
    'Cache-Control': cached,
    'Content-Security-Policy': policy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}
