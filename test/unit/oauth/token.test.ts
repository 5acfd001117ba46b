import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { type TokenDeps, tokenEndpoint } from '../../../shared/oauth/token/token.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { newGrantId, newToken } from '../../../shared/tokens/token.ts'
import { posted } from '../http/incoming.ts'

test('a token that nobody issued names no grant in the audit, and its refusal is counted among those of strangers', async () => {
  const client = { kind: 'registered', clientId: 'c', name: 'A', redirectUris: [], authMethods: ['none'] }
  const endpoint = tokenEndpoint({
    issuer: 'https://crm.contoso.com',
    clients: { forToken: async () => client },
    forgetGrant: () => undefined,
    grantDeps: { store: { readGrant: async () => undefined }, now: () => 0 },
  } as unknown as TokenDeps)
  const grantId = newGrantId(randomBytes)
  const { value } = newToken('refresh', grantId, randomBytes)
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'c', refresh_token: value })
  const events: AuditEvent[] = []
  const request = posted('application/x-www-form-urlencoded', form.toString())
  const answer = endpoint({ ...request, audit: (event) => void events.push(event) })
  await expect(answer).rejects.toMatchObject({ code: 'invalid_grant' })
  expect(events).toMatchObject([{ name: 'token.refused', reason: 'unknown' }])
  expect(JSON.stringify(events)).not.toContain(grantId)
})
