import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blockedName, blockedReason, isAddress } from './outbound-address.ts';

it.each([
  ['0.0.0.0', 'this host'],
  ['10.1.2.3', 'private'],
  ['100.64.0.1', 'shared by a provider'],
  ['100.127.255.255', 'shared by a provider'],
  ['127.0.0.1', 'loopback'],
  ['127.1', 'loopback'],
  ['0x7f.1', 'loopback'],
  ['0x7f000001', 'loopback'],
  ['0177.0.0.1', 'loopback'],
  ['2130706433', 'loopback'],
  ['127.0.0.1.', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['168.63.129.16', 'a cloud metadata service'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.0.0.192', 'reserved'],
  ['192.0.2.1', 'for documentation'],
  ['192.168.1.1', 'private'],
  ['198.19.0.1', 'for benchmarks'],
  ['224.0.0.1', 'multicast'],
  ['255.255.255.255', 'reserved'],
  ['::', 'reserved'],
  ['::1', 'loopback'],
  ['[::1]', 'loopback'],
  ['::7f00:1', 'reserved'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['[::ffff:a9fe:a9fe]', 'link-local'],
  ['0:0:0:0:0:ffff:10.0.0.1', 'private'],
  ['64:ff9b::a9fe:a9fe', 'link-local'],
  ['64:ff9b:1::1', 'reserved'],
  ['2001::1', 'reserved'],
  ['2001:db8::1', 'for documentation'],
  ['2002:7f00:1::', '6to4'],
  ['2606:4700::5efe:10.0.0.1', 'private'],
  ['3fff::1', 'for documentation'],
  ['fc00::1', 'private'],
  ['fd00:ec2::254', 'private'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'not an address'],
  ['ff02::1', 'multicast'],
  ['1:2:3', 'not an address'],
  ['1::2::3', 'not an address'],
  ['example.com', 'not an address'],
])('refuses %s as %s', (address, reason) => {
  expect(blockedReason(address)).toBe(reason);
});

it.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '134744072',
  '2606:4700:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
])('lets %s through', (address) => {
  expect(blockedReason(address)).toBeNull();
});

it('judges every spelling of an IPv4 address alike', () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), (value) => {
      const bytes = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
      const dotted = blockedReason(bytes.join('.'));
      const low = ((value & 0xffff) >>> 0).toString(16);
      expect(blockedReason(String(value))).toBe(dotted);
      expect(blockedReason(`0x${value.toString(16)}`)).toBe(dotted);
      expect(blockedReason(bytes.map((byte) => `0x${byte.toString(16)}`).join('.'))).toBe(dotted);
      expect(blockedReason(`${bytes[0]}.${value & 0xff_ffff}`)).toBe(dotted);
      expect(blockedReason(`::ffff:${(value >>> 16).toString(16)}:${low}`)).toBe(dotted);
      expect(blockedReason(`64:ff9b::${bytes.join('.')}`)).toBe(dotted);
    }),
  );
});

it('tells addresses from names', () => {
  for (const address of ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '::1', 'fe80::1%eth0'])
    expect(isAddress(address)).toBe(true);
  for (const name of ['example.com', '127.0.0.1.nip.io', 'a', '1.2.3.4.5']) expect(isAddress(name)).toBe(false);
});

it('knows the names that mean this network', () => {
  for (const name of ['localhost', 'LOCALHOST.', 'a.localhost', 'metadata.google.internal', 'printer.local'])
    expect(blockedName(name)).toBe(true);
  for (const name of ['example.com', 'localhost.example.com', 'internal.example.com', 'notlocal'])
    expect(blockedName(name)).toBe(false);
});
