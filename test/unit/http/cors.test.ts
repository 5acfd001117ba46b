import { describe, expect, test } from '@jest/globals'
import { withCors } from '../../../shared/http/headers/cors.ts'
import { incoming } from './incoming.ts'

const ALLOWED = 'https://inspector.example'
const endpoint = withCors(
  () => Promise.resolve({ status: 200, headers: { 'x-own': '1' }, body: 'b' }),
  ['GET', 'HEAD'],
  (origin) => origin === ALLOWED,
)
const call = (method: string, origin?: string) =>
  endpoint(incoming({ method, headers: new Headers(origin === undefined ? {} : { origin }) }))

describe('preflight', () => {
  test('of an allowed origin: methods and headers, no body, no credentials', async () => {
    const { status, headers, body } = await call('OPTIONS', ALLOWED)
    expect({ status, body }).toEqual({ status: 204, body: undefined })
    expect(headers).toMatchObject({
      'access-control-allow-origin': ALLOWED,
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-expose-headers': 'www-authenticate, retry-after',
      vary: 'origin',
    })
    expect(headers?.['access-control-allow-headers']?.split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'mcp-protocol-version']),
    )
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
  })

  test.each([undefined, 'https://evil.example', 'null', `${ALLOWED}.evil.example`])(
    'from %s: nothing is allowed',
    async (origin) => {
      expect(await call('OPTIONS', origin)).toEqual({ status: 204, headers: { allow: 'GET, HEAD' } })
    },
  )
})

describe('the request itself', () => {
  test('of an allowed origin keeps its own headers', async () => {
    expect(await call('GET', ALLOWED)).toMatchObject({
      status: 200,
      body: 'b',
      headers: { 'x-own': '1', 'access-control-allow-origin': ALLOWED, vary: 'origin' },
    })
  })

  test('of another gets no permission', async () => {
    expect((await call('GET', 'https://evil.example')).headers).toEqual({ 'x-own': '1' })
  })
})
