import { describe, expect, test } from '@jest/globals'
import { isPublicAddress } from '../../../../../shared/oauth/clients/documents/public-address.ts'

describe('addresses that a fetch may go to', () => {
  test.each(['1.1.1.1', '8.8.8.8', '104.18.32.47', '172.15.255.255', '172.32.0.0', '2606:4700::6812:202f', '2a00::1'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )
})

describe('addresses that it must not reach (server-side request forgery)', () => {
  test.each([
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback, last', '127.255.255.254'],
    ['private 10/8', '10.0.0.1'],
    ['private 172.16/12', '172.16.0.1'],
    ['private 172.16/12, last', '172.31.255.255'],
    ['private 192.168/16', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT, last', '100.127.255.255'],
    ['link-local', '169.254.0.1'],
    ['cloud metadata', '169.254.169.254'],
    ['managed identity of App Service', '169.254.129.2'],
    ['Azure platform', '168.63.129.16'],
    ['Alibaba metadata', '100.100.100.200'],
    ['Oracle metadata', '192.0.0.192'],
    ['documentation', '192.0.2.1'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['benchmarking', '198.18.0.1'],
    ['6to4 relay', '192.88.99.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
  ])('IPv4 %s: %s', (_range, address) => expect(isPublicAddress(address)).toBe(false))

  test.each([
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback, written out', '0:0:0:0:0:0:0:1'],
    ['mapped loopback', '::ffff:7f00:1'],
    ['mapped loopback, dotted', '::ffff:127.0.0.1'],
    ['mapped public', '::ffff:8.8.8.8'],
    ['compatible loopback', '::7f00:1'],
    ['translated', '::ffff:0:7f00:1'],
    ['NAT64 loopback', '64:ff9b::7f00:1'],
    ['NAT64 metadata', '64:ff9b::169.254.169.254'],
    ['NAT64, local prefix', '64:ff9b:1::a00:1'],
    ['6to4 loopback', '2002:7f00:1::'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['unique local', 'fd00::1'],
    ['unique local', 'fc00::1'],
    ['AWS metadata', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['documentation', '2001:db8::1'],
    ['documentation', '3fff::1'],
    ['discard', '100::1'],
    ['segment routing', '5f00::1'],
    ['outside global unicast', '4000::1'],
  ])('IPv6 %s: %s', (_range, address) => expect(isPublicAddress(address)).toBe(false))

  test.each(['', 'localhost', '8.8.8', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '8.8.8.8 ', '8.8.8.8:443'])(
    'text that is no plain address: %j',
    (address) => expect(isPublicAddress(address)).toBe(false),
  )
})
