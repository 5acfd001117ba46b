import { describe, expect, test } from '@jest/globals'
import { clientAddressOf, networkOf } from '../../../../shared/http/bounds/client-address.ts'
import { leastMs } from '../../house-rules/linear/timing.ts'

describe('the client’s address is what the outermost trusted hop saw', () => {
  test.each([
    [1, '203.0.113.7', '203.0.113.7'],
    [1, '203.0.113.7:51000', '203.0.113.7'],
    [1, '198.51.100.1, 203.0.113.7:51000', '203.0.113.7'],
    [1, '1.1.1.1,2.2.2.2,203.0.113.7', '203.0.113.7'],
    [1, '2001:db8::7', '2001:db8::7'],
    [1, '[2001:db8::7]', '2001:db8::7'],
    [1, '[2001:db8::7]:51000', '2001:db8::7'],
    [1, '[2001:db8::7', '2001:db8::7'],
    [1, '198.51.100.1, [2001:db8::7]:51000', '2001:db8::7'],
    [1, null, ''],
    [1, ' , ', ''],
    // Behind a front door: its own address is the platform's entry, the client's is the one before.
    [2, '203.0.113.7, 147.243.0.1:443', '203.0.113.7'],
    [2, 'invented, 203.0.113.7:51000, 147.243.0.1:443', '203.0.113.7'],
    [3, 'invented, 203.0.113.7, 10.0.0.1, 147.243.0.1', '203.0.113.7'],
    // Around the front door: only what the platform saw is known.
    [2, '203.0.113.7:51000', '203.0.113.7'],
  ])('%i hops, %s: %s', (hops, header, address) => expect(clientAddressOf(header, hops)).toBe(address))

  test('a header of 16 KB takes no time', async () => {
    for (const header of ['[', ':', ',', '1.', '[1:', ']'].map((text) => text.repeat(16_384 / text.length)))
      expect(await leastMs(() => clientAddressOf(header, 1), 50)).toBeLessThan(50)
  })
})

describe('addresses of one network', () => {
  test.each([
    ['of one /64', '2001:db8::1', '2001:db8:0:0:ffff::9'],
    ['written in two ways', '2001:db8::1', '2001:0DB8:0000::0001'],
    ['of IPv4 within IPv6', '192.0.2.1', '::ffff:192.0.2.1'],
    ['with and without a zone', 'fe80::1%eth0', 'fe80::1'],
  ])('are %s', (_, first, second) => expect(networkOf(first)).toBe(networkOf(second)))
  test.each([
    ['another /64', '2001:db8::1', '2001:db8:0:1::1'],
    ['another of IPv4 within IPv6', '::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['what is none', 'unknown', 'nobody'],
  ])('are not %s', (_, first, second) => expect(networkOf(first)).not.toBe(networkOf(second)))
})
