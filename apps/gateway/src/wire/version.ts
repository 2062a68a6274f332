import { WireFault } from './fault.js';

const oldest = 14;
const newest = 26;

/** Every version of the wire that clients speak is taken: what this gateway carries is the same in all. Throws WireFault for others. */
export function checkVersion(version: string): void {
  const number = Number(/^v(\d{2})\.0$/.exec(version)?.[1]);
  if (number >= oldest && number <= newest) return;
  throw new WireFault('invalid-parameter', `The path must start with a version from v${oldest}.0 to v${newest}.0.`);
}
