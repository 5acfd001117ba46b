import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { createFailures } from '../../../../shared/http/bounds/failures.ts'
import { type AuthorizeDeps, consentCookie } from '../../../../shared/oauth/authorize/authorize.ts'
import { consentAnswerEndpoint } from '../../../../shared/oauth/authorize/consent-answer.ts'
import { sealTransaction } from '../../../../shared/oauth/authorize/consent-transaction.ts'
import type { AuditEvent } from '../../../../shared/telemetry/events.ts'
import { sha256 } from '../../../../shared/tokens/token.ts'
import { posted } from '../../http/incoming.ts'

const ISSUER = 'https://crm.contoso.com'
const REDIRECT = 'https://chatgpt.com/connector_platform_oauth_redirect'
const MOST = 3

test('one page is cancelled a few times, and then neither answered nor written', async () => {
  const key = new Uint8Array(randomBytes(32))
  const now = () => Date.parse('2026-11-24T09:00:00Z')
  const ring = { id: 'k1', key }
  const keys = { current: async () => ring, byId: async () => ring, index: async () => key }
  const client = { kind: 'registered', clientId: 'c', name: 'A', redirectUris: [REDIRECT], authMethods: ['none'] }
  const deps = {
    keys,
    now,
    issuer: ISSUER,
    clients: { forAuthorization: async () => client },
    redirects: { patterns: [REDIRECT], loopback: false },
    starts: createFailures({ most: MOST, windowMs: 600_000, now, key }),
  } as unknown as AuthorizeDeps
  const asked = { codeChallenge: 'x', scope: 'dynamics.read', resource: `${ISSUER}/mcp` }
  const shown = { flowId: 'flow', cookieHash: sha256('cookie'), clientId: 'c', redirectUri: REDIRECT, ...asked }
  const transaction = await sealTransaction(deps, shown, 600)
  const events: AuditEvent[] = []
  const body = new URLSearchParams({ transaction, decision: 'cancel' }).toString()
  const request = posted('application/x-www-form-urlencoded', body)
  request.headers.set('origin', ISSUER)
  const cookies = new Map([[consentCookie('flow'), 'cookie']])
  const cancel = () =>
    consentAnswerEndpoint(deps)({ ...request, cookies, audit: (event) => void events.push(event) }).then(
      ({ status }) => status,
      (error: unknown) => (error as { code?: string }).code,
    )
  for (let at = 0; at < MOST; at += 1) expect(await cancel()).toBe(303)
  expect(await cancel()).toBe('access_denied')
  expect(events.map(({ name }) => name)).toEqual(Array<string>(MOST).fill('consent.denied'))
})
