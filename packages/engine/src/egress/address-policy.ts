import ipaddr from 'ipaddr.js';

/**
 * `false`: only addresses of the public internet. `true`: also loopback and private ones, but not link-local ones
 * (where clouds answer with the machine's own credentials). A list of addresses and CIDR blocks: also those.
 */
export type PrivateNetworkAccess = boolean | readonly string[];

/** Whether an IP address may be connected to. */
export type AddressPolicy = (address: string) => boolean;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Not even with access to the private network. */
const neverReached = new Set<string>(['linkLocal', 'multicast', 'broadcast']);

/** 2000::/3 is all of IPv6 that has been handed out for public use (IANA, IPv6 Global Unicast Address Assignments). */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** RFC 6052 section 2.1: the IPv4 address is in the last 32 bits. */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * @throws TypeError for a list with an entry that is neither an address nor a CIDR block.
 */
export function createAddressPolicy(access: PrivateNetworkAccess): AddressPolicy {
  const blocks = typeof access === 'boolean' ? [] : access.map(parseBlock);
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    const address = embeddedAddress(ipaddr.parse(text));
    if (isPublic(address)) return true;
    if (access === true) return !neverReached.has(address.range());
    return blocks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  };
}

function parseBlock(text: string): [Address, number] {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) throw new TypeError(`${text} is neither an IP address nor a CIDR block.`);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** The IPv4 address that packets to an IPv6 address end up at, where the IPv6 address only wraps one. */
function embeddedAddress(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (address.match(nat64)) return ipaddr.fromByteArray(address.toByteArray().slice(12));
  return address;
}

function isPublic(address: Address): boolean {
  return address.range() === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(globalUnicast));
}
