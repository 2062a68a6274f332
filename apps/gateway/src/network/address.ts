import ipaddr from 'ipaddr.js';

/**
 * Which addresses inside private networks may be reached although a stranger could name them: none, all, or those of these ranges (CIDR). An
 * address of the public internet may always be reached.
 */
export type PrivateAddresses = 'refuse' | 'allow' | readonly string[];

/** The kinds of address that the library knows; `unicast` alone is the public internet, the rest are for somebody's own network or for nobody. */
const publicRange = 'unicast';
/** IPv6 hands out global addresses from here alone; the library calls unassigned ones unicast too, and the old form `::127.0.0.1`. */
const globalIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** For documentation since RFC 9637. */
const documentationIpv6 = ipaddr.IPv6.parseCIDR('3fff::/20');

/** Whether a connection may be made to this very address. Text that is no address may not be reached. */
export function mayReach(address: string, allowed: PrivateAddresses): boolean {
  const ip = parsed(address);
  if (ip === null) return false;
  if (allowed === 'allow' || isPublic(ip)) return true;
  return allowed !== 'refuse' && allowed.some((range) => isIn(ip, range));
}

/** What is wrong with a range, as a sentence; null where it is one. */
export function rangeFault(text: string): string | null {
  try {
    const [, bits] = ipaddr.parseCIDR(text);
    // "10.0.0.1/8" is somebody's slip about where the range begins.
    const network = ipaddr.parse(text.split('/')[0]!).kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(text) : ipaddr.IPv6.networkAddressFromCIDR(text);
    return ipaddr.parse(text.split('/')[0]!).toString() === network.toString() ? null : `${text} does not begin a range; ${network.toString()}/${bits} does.`;
  } catch {
    return `${text} is not a range such as 10.20.0.0/16 or fd00::/8.`;
  }
}

type Ip = ReturnType<typeof ipaddr.parse>;

/** An IPv4 address written as IPv6 (`::ffff:127.0.0.1`) is that IPv4 address: the kernel connects to it. */
function parsed(text: string): Ip | null {
  if (text.includes('%') || !ipaddr.isValid(text)) return null;
  return ipaddr.process(text);
}

function isPublic(ip: Ip): boolean {
  if (ip.range() !== publicRange) return false;
  return ip.kind() === 'ipv4' || (ip.match(globalIpv6 as never) && !ip.match(documentationIpv6 as never));
}

function isIn(ip: Ip, range: string): boolean {
  const [network, bits] = ipaddr.parseCIDR(range);
  return network.kind() === ip.kind() && ip.match([network, bits] as never);
}
