import { pbkdf2 as pbkdf2Callback } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { resolveHost } from '../../../../../shared/oauth/clients/documents/resolve-host.ts'
import { type NameServer, startNameServer } from './name-server.ts'

const pbkdf2 = promisify(pbkdf2Callback)
let server: NameServer

beforeAll(async () => {
  server = await startNameServer({
    'both.example': ['203.0.113.7', '2001:db8::7'],
    'four.example': ['203.0.113.7', '203.0.113.8'],
    'six.example': ['2001:db8::7'],
    'half.example': 'only-A',
    'none.example': [],
    'unknown.example': 'nxdomain',
    'broken.example': 'servfail',
  })
})
afterAll(() => server.close())

const DEADLINE_MS = 30_000
const resolve = (host: string, signal = AbortSignal.timeout(DEADLINE_MS)) => resolveHost(host, signal, [server.address])

describe('the addresses of a name', () => {
  test.each<[string, string[]]>([
    ['both.example', ['203.0.113.7', '2001:db8::7']],
    ['four.example', ['203.0.113.7', '203.0.113.8']],
    ['six.example', ['2001:db8::7']],
  ])('%s', async (host, addresses) => {
    const found = await resolve(host)
    expect(found.map(({ address }) => address)).toEqual(addresses)
    expect(found.every(({ address, family }) => family === (address.includes(':') ? 6 : 4))).toBe(true)
  })

  test('one family that never answers does not cost the other', async () => {
    const began = performance.now()
    expect(await resolve('half.example')).toEqual([{ address: '203.0.113.7', family: 4 }])
    // One try of two seconds, and no more of them until the deadline.
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS / 3)
  })

  test.each([
    ['none.example', 'ENODATA'],
    ['unknown.example', 'ENOTFOUND'],
    ['broken.example', 'ESERVFAIL'],
  ])('%s has none: %s', async (host, code) => {
    await expect(resolve(host)).rejects.toMatchObject({ code })
  })

  test('both families are asked for at once, each once', async () => {
    server.asked.length = 0
    const stop = new AbortController()
    const asked = resolve('silent.example', stop.signal)
    stop.abort()
    await expect(asked).rejects.toMatchObject({ code: 'ECANCELLED' })
    // Whatever was asked before it comes before it.
    await resolve('four.example')
    expect(server.asked).toEqual(['silent.example', 'silent.example', 'four.example', 'four.example'])
  })

  test('a deadline that has passed asks nobody', async () => {
    server.asked.length = 0
    await expect(resolve('both.example', AbortSignal.abort(new Error('late')))).rejects.toThrow('late')
    expect(server.asked).toEqual([])
  })
})

test('200 names whose servers keep silent leave files, keys and look-ups of this process alone', async () => {
  const deadline = AbortSignal.timeout(DEADLINE_MS)
  const silent = Array.from({ length: 200 }, (_, at) => resolve(`silent${at}.example`, deadline))
  const ended = Promise.allSettled(silent)
  await Promise.all([
    ...Array.from({ length: 20 }, () => lookup('localhost')),
    ...Array.from({ length: 20 }, () => readFile(import.meta.filename)),
    ...Array.from({ length: 20 }, () => pbkdf2('password', 'salt', 1_000, 32, 'sha256')),
  ])
  expect(deadline.aborted).toBe(false)
  expect((await ended).every(({ status }) => status === 'rejected')).toBe(true)
  await server.until(() => server.unanswered() > 100)
})
