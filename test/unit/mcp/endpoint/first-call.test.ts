import { expect, test } from '@jest/globals'
import { beforeSignIn } from '../../../../shared/mcp/endpoint/first-call.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'
import { BASE, createHarness, incoming, PAGE_ORIGIN } from '../support/harness.ts'

const METHODS = ['POST', 'GET', 'HEAD', 'DELETE', 'PUT', 'PATCH', 'OPTIONS']
const ORIGINS = [undefined, PAGE_ORIGIN, 'https://evil.example', 'null', '']
const HEADERS = [
  undefined,
  '',
  '  ',
  'Basic dXNlcjpwdw==',
  'Bearerx token',
  'Bearer',
  'bearer ',
  'Bearer nobody',
  'BEARER token-priya token-marcus',
  `Bearer ${'a'.repeat(5_000)}`,
]
const QUERIES = [undefined, 'access_token=', 'access_token=token-priya', 'a=b']

test('whatever is answered before the endpoint is loaded, the loaded endpoint answers the same', async () => {
  const { endpoint, events } = createHarness('http://127.0.0.1:1')
  const loads = { count: 0 }
  const first = beforeSignIn(
    { publicBaseUrl: BASE, allowedOrigins: [PAGE_ORIGIN], scope: 'dynamics.read' },
    (request) => {
      loads.count += 1
      return endpoint(request)
    },
  )
  const early: AuditEvent[] = []
  let asked = 0
  let challenged = 0
  for (const method of METHODS)
    for (const origin of ORIGINS)
      for (const authorization of HEADERS)
        for (const query of QUERIES) {
          const headers = { ...(origin !== undefined && { origin }), authorization: authorization ?? '' }
          const message = { method, headers, body: 'x', ...(query !== undefined && { query }) }
          const before = loads.count
          const reply = await first(incoming(message, early))
          const isEarly = loads.count === before
          const full = await endpoint(incoming(message, events))
          expect(reply).toEqual(full)
          expect(isEarly).toBe(full.status === 401 && !String(full.headers?.['www-authenticate']).includes('error='))
          asked += 1
          challenged += Number(isEarly)
        }
  expect(challenged).toBeGreaterThan(100)
  expect(challenged).toBeLessThan(asked / 2)
})
