import { OAuthClientMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js'
import type { z } from 'zod'
import { CLIENT_IDLE_MS } from '../../grants/client-expiry.ts'
import { jsonObject } from '../../http/form.ts'
import type { Endpoint, Incoming } from '../../http/message.ts'
import { json } from '../../http/replies.ts'
import type { AuthMethod, ClientRow, ClientStore, LimitStore } from '../../storage/ports.ts'
import { type Random, sha256 } from '../../tokens/token.ts'
import { OAuthError, unavailable } from '../oauth-error.ts'
import { OFFLINE_ACCESS, SCOPE } from '../scope.ts'
import { newClientId } from './client.ts'
import { cleanClientName } from './client-name.ts'
import { isAllowedRedirect, type RedirectRule, whyRefused } from './redirect-uri.ts'

export type RegistrationDeps = {
  readonly open: boolean
  readonly perDay: number
  readonly redirects: RedirectRule
  readonly store: ClientStore
  readonly limits: LimitStore
  readonly random: Random
  readonly now: () => number
}

const GRANT_TYPES = ['authorization_code', 'refresh_token']
const AUTH_METHODS: readonly AuthMethod[] = ['none', 'client_secret_post', 'client_secret_basic']
const MOST_REDIRECTS = 10
const DAY_MS = 86_400_000

type Metadata = z.output<typeof OAuthClientMetadataSchema>

/** `POST /oauth/register`. @see https://www.rfc-editor.org/rfc/rfc7591#section-3 */
export function registrationEndpoint(deps: RegistrationDeps): Endpoint {
  return async (request) => {
    if (!deps.open) throw new OAuthError('access_denied', 'This server registers no more clients by itself.')
    const metadata = parse(jsonObject(request))
    checkRedirects(metadata.redirect_uris, deps.redirects, request)
    checkTypes(metadata)
    const authMethod = authMethodOf(metadata)
    await takeFromQuota(deps)
    const { clientId, secret, row } = await register(deps, metadata, authMethod)
    const [first] = metadata.redirect_uris
    const redirectHost = first === undefined ? {} : { redirectHost: new URL(first).host }
    request.audit({ name: 'client.registered', outcome: 'ok', clientId, ...redirectHost })
    return json(201, registered(clientId, secret, row))
  }
}

/** Unknown members are ignored. */
function parse(body: Record<string, unknown>): Metadata {
  const parsed = OAuthClientMetadataSchema.safeParse(body)
  if (parsed.success) return parsed.data
  const about = parsed.error.issues[0]?.path[0]
  throw about === 'redirect_uris'
    ? new OAuthError('invalid_redirect_uri', 'redirect_uris must be a list of addresses.', { cause: parsed.error })
    : new OAuthError('invalid_client_metadata', 'The client metadata is not as RFC 7591 has it.', {
        cause: parsed.error,
      })
}

function checkRedirects(uris: readonly string[], rule: RedirectRule, request: Incoming): void {
  if (uris.length === 0 || uris.length > MOST_REDIRECTS)
    throw new OAuthError('invalid_redirect_uri', `Between one and ${MOST_REDIRECTS} redirect addresses are accepted.`)
  const refused = uris.find((uri) => !isAllowedRedirect(uri, rule))
  if (refused === undefined) return
  const [code, reason] = ['invalid_redirect_uri', whyRefused(refused)] as const
  const redirectHost = URL.canParse(refused) ? { redirectHost: new URL(refused).host } : {}
  request.audit({ name: 'client.refused', outcome: 'refused', code, reason, ...redirectHost })
  throw new OAuthError(code, reason)
}

/** Types that we do not know are left out of what is registered, as long as what remains is of use. */
function checkTypes({ grant_types: grants, response_types: responses }: Metadata): void {
  if (grants && !grants.includes('authorization_code'))
    throw new OAuthError('invalid_client_metadata', 'Only the authorization code grant is offered.')
  if (responses && !responses.includes('code'))
    throw new OAuthError('invalid_client_metadata', 'Only the response type "code" is offered.')
}

function authMethodOf({ token_endpoint_auth_method: asked = 'client_secret_basic' }: Metadata): AuthMethod {
  const method = AUTH_METHODS.find((one) => one === asked)
  if (!method)
    throw new OAuthError('invalid_client_metadata', `The client must authenticate by ${AUTH_METHODS.join(', ')}.`)
  return method
}

async function takeFromQuota({ limits, perDay, now }: RegistrationDeps): Promise<void> {
  const day = new Date(now()).toISOString().slice(0, 10)
  if (!(await limits.take('registrations', day, perDay, now() + 2 * DAY_MS)))
    throw unavailable(300, 'the registrations of the day are used up')
}

async function register(deps: RegistrationDeps, metadata: Metadata, authMethod: AuthMethod) {
  const clientId = newClientId(deps.random)
  const secret = authMethod === 'none' ? undefined : deps.random(32).toString('base64url')
  const row: ClientRow = {
    name: cleanClientName(metadata.client_name),
    redirectUris: metadata.redirect_uris,
    authMethod,
    ...(secret === undefined ? {} : { secretHash: sha256(secret) }),
    scope: `${SCOPE} ${OFFLINE_ACCESS}`,
    createdAt: deps.now(),
    expiresAt: deps.now() + CLIENT_IDLE_MS,
  }
  await deps.store.create(clientId, row)
  return { clientId, secret, row }
}

/** What was registered, which may differ from what was asked. @see RFC 7591 §3.2.1 */
function registered(clientId: string, secret: string | undefined, row: ClientRow): unknown {
  return {
    client_id: clientId,
    client_id_issued_at: Math.floor(row.createdAt / 1000),
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    client_name: row.name,
    redirect_uris: row.redirectUris,
    grant_types: GRANT_TYPES,
    response_types: ['code'],
    token_endpoint_auth_method: row.authMethod,
    scope: row.scope,
  }
}
