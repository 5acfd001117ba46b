import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Endpoint } from '../../../shared/http/message.ts'
import { withRateLimit } from '../../../shared/http/rate-limit.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { incoming } from './incoming.ts'

const MOST = 3
const WINDOW_MS = 600_000
let clock: number
let limited: Endpoint
let events: AuditEvent[]
beforeEach(() => {
  clock = 1_000_000
  events = []
  limited = withRateLimit(() => Promise.resolve({ status: 200 }), {
    ...{ most: MOST, windowMs: WINDOW_MS, now: () => clock, key: new Uint8Array(32) },
  })
})

const call = (clientAddress: string) => limited(incoming({ clientAddress, audit: (event) => void events.push(event) }))
const use = async (address: string, times = MOST) => {
  for (let time = 0; time < times; time++) await call(address)
}
const refused = (retryAfter: string) =>
  expect.objectContaining({
    ...{ status: 429, code: 'temporarily_unavailable', headers: { 'retry-after': retryAfter } },
  })

describe('one address', () => {
  test('is refused from the fourth request on, until its window ends', async () => {
    await use('192.0.2.1')
    await expect(call('192.0.2.1')).rejects.toEqual(refused('600'))
    clock += WINDOW_MS - 1
    await expect(call('192.0.2.1')).rejects.toEqual(refused('1'))
    clock += 1
    expect(await call('192.0.2.1')).toEqual({ status: 200 })
  })

  test('does not prolong its window by asking on', async () => {
    await use('192.0.2.1')
    for (let minute = 0; minute < 9; minute++) {
      clock += 60_000
      await expect(call('192.0.2.1')).rejects.toMatchObject({ status: 429 })
    }
    clock += 60_000
    expect(await call('192.0.2.1')).toEqual({ status: 200 })
  })

  test.each([
    ['of one /64', '2001:db8::1', '2001:db8:0:0:ffff::9'],
    ['written in two ways', '2001:db8::1', '2001:0DB8:0000::0001'],
    ['of IPv4 within IPv6', '192.0.2.1', '::ffff:192.0.2.1'],
    ['with and without a zone', 'fe80::1%eth0', 'fe80::1'],
  ])('is one, too, where two are %s', async (_, first, second) => {
    await use(first)
    await expect(call(second)).rejects.toMatchObject({ status: 429 })
  })

  test.each([
    ['another /64', '2001:db8::1', '2001:db8:0:1::1'],
    ['another of IPv4 within IPv6', '::ffff:192.0.2.1', '::ffff:192.0.2.2'],
    ['what is none', 'unknown', 'nobody'],
  ])('is not %s', async (_, first, second) => {
    await use(first)
    expect(await call(second)).toEqual({ status: 200 })
  })

  test('does not use up what another may ask', async () => {
    await use('192.0.2.1')
    expect(await call('2001:db8::1')).toEqual({ status: 200 })
  })
})

test('the event names no address', async () => {
  await use('192.0.2.1')
  await expect(call('192.0.2.1')).rejects.toMatchObject({ status: 429 })
  expect(events).toEqual([{ name: 'rate.limited', step: '/path', count: 4 }])
})

test('memory is bounded: of 10,001 addresses the one not seen for longest is forgotten', async () => {
  await use('first')
  for (let address = 0; address < 9_999; address++) await call(`a${address}`)
  await expect(call('first')).rejects.toMatchObject({ status: 429 })
  for (let address = 0; address < 10_000; address++) await call(`b${address}`)
  expect(await call('first')).toEqual({ status: 200 })
})
