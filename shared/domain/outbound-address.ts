/**
 * Which addresses the platform may connect to on a tenant's word: globally reachable unicast only, by the IANA special
 * purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), plus the public address of one cloud's metadata service.
 * An IPv4 address inside an IPv6 one (mapped, NAT64, ISATAP) is judged as what it is.
 */
type Range = readonly [base: string, bits: number, what: string];

const IPV4_BLOCKED: readonly Range[] = [
  ['0.0.0.0', 8, 'this host'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared by a provider'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'a cloud metadata service'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'for documentation'],
  ['192.31.196.0', 24, 'reserved'],
  ['192.52.193.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'for benchmarks'],
  ['198.51.100.0', 24, 'for documentation'],
  ['203.0.113.0', 24, 'for documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

/** Inside 2000::/3; whatever is outside of it is not public at all. */
const IPV6_BLOCKED: readonly Range[] = [
  ['2001::', 23, 'reserved'],
  ['2001:db8::', 32, 'for documentation'],
  ['2002::', 16, '6to4'],
  ['2620:4f:8000::', 48, 'reserved'],
  ['3fff::', 20, 'for documentation'],
];

/** A number as inet_aton reads it: decimal, 0x hexadecimal, 0 octal. */
function partOf(text: string): number | null {
  if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? 0 : Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^(?:0|[1-9][0-9]*)$/.test(text) ? Number(text) : null;
}

/** Any spelling of an IPv4 address (`127.0.0.1`, `127.1`, `0x7f.1`, `2130706433`) as a number; null if it is none. */
function parseIpv4(text: string): number | null {
  const parts = text.replace(/\.$/, '').split('.');
  if (parts.length > 4) return null;
  let value = 0;
  for (const [index, part] of parts.entries()) {
    const number = partOf(part);
    const last = index === parts.length - 1;
    // The last part fills all bytes that are left.
    const limit = last ? 256 ** (5 - parts.length) : 256;
    if (number === null || number >= limit) return null;
    value += last ? number : number * 256 ** (3 - index);
  }
  return value;
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2 || !/^[0-9a-f:.]+$/i.test(text)) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const tail = groups.at(-1)?.at(-1);
  if (tail?.includes('.')) {
    const ipv4 = /^\d+\.\d+\.\d+\.\d+$/.test(tail) ? parseIpv4(tail) : null;
    if (ipv4 === null) return null;
    groups.at(-1)?.splice(-1, 1, (ipv4 >>> 16).toString(16), (ipv4 & 0xffff).toString(16));
  }
  const [head = [], rest = []] = groups;
  const missing = 8 - head.length - rest.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  let value = 0n;
  for (const group of [...head, ...Array.from({ length: missing }, () => '0'), ...rest]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return value;
}

function ipv4Reason(value: number): string | null {
  for (const [base, bits, what] of IPV4_BLOCKED)
    if ((value >>> 0) >>> (32 - bits) === (parseIpv4(base) ?? 0) >>> (32 - bits)) return what;
  return null;
}

const within = (value: bigint, base: string, bits: number): boolean =>
  value >> BigInt(128 - bits) === (parseIpv6(base) ?? 0n) >> BigInt(128 - bits);

function ipv6Reason(value: bigint): string | null {
  const low32 = Number(value & 0xffff_ffffn);
  if (within(value, '::ffff:0:0', 96) || within(value, '64:ff9b::', 96)) return ipv4Reason(low32);
  if (value === 1n) return 'loopback';
  if (within(value, 'fc00::', 7)) return 'private';
  if (within(value, 'fe80::', 10)) return 'link-local';
  if (within(value, 'ff00::', 8)) return 'multicast';
  if (!within(value, '2000::', 3)) return 'reserved';
  for (const [base, bits, what] of IPV6_BLOCKED) if (within(value, base, bits)) return what;
  // ISATAP (RFC 5214) tunnels to the IPv4 address in its last 32 bits.
  const interfaceId = Number((value >> 32n) & 0xffff_ffffn);
  return interfaceId === 0x5efe || interfaceId === 0x0200_5efe ? ipv4Reason(low32) : null;
}

/** Whether the text is an IP address in any spelling, brackets allowed, rather than a name to resolve. */
export function isAddress(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return parseIpv4(bare) !== null || bare.includes(':');
}

/** Why the address may not be connected to (`private`, `loopback`, `link-local`, …); null when it is public. */
export function blockedReason(address: string): string | null {
  const bare = address.replace(/^\[|\]$/g, '');
  const ipv4 = parseIpv4(bare);
  if (ipv4 !== null) return ipv4Reason(ipv4);
  // A zone (`fe80::1%eth0`) names an interface of this machine: never public.
  const ipv6 = parseIpv6(bare);
  return ipv6 === null ? 'not an address' : ipv6Reason(ipv6);
}

/** Names that mean this machine or this network whatever they resolve to. */
export function blockedName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.+$/, '');
  return /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|home\.arpa|in-addr\.arpa|ip6\.arpa|onion)$/.test(
    name,
  );
}
