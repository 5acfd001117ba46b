import { createHash, randomBytes } from 'node:crypto'
import type { Visit } from '../visit.ts'
import type { DoctorsClient } from './registration.ts'

export type Pkce = { readonly verifier: string; readonly challenge: string; readonly state: string }

/** @see https://www.rfc-editor.org/rfc/rfc7636#section-4 */
export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return { verifier, challenge, state: randomBytes(16).toString('base64url') }
}

/** The address that a client opens in the person's browser; `overrides` replace parameters, undefined leaves one out. */
export function authorizeUrl(
  visit: Visit,
  endpoint: string,
  { clientId, redirectUri }: DoctorsClient,
  { challenge, state }: Pkce,
  overrides: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'offline_access dynamics.read',
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    resource: visit.url,
    ...overrides,
  }
  const url = new URL(endpoint)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value)
  return url.href
}

/** The same, asked for as a browser asks for a page. */
export const authorizeRequest = (...given: Parameters<typeof authorizeUrl>) => ({
  url: authorizeUrl(...given),
  headers: { accept: 'text/html,application/xhtml+xml' },
})
