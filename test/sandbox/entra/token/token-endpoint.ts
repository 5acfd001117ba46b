import { createHash } from 'node:crypto'
import { decodeJwt, errors, jwtVerify } from 'jose'
import { NOTHING_SATISFIED } from '../behaviours.ts'
import type { Client, CodeRecord, EntraContext, Session } from '../context.ts'
import { EntraError } from '../errors.ts'
import type { Call, Parameters, Reply } from '../http.ts'
import { required, uniqueParameters } from '../http.ts'
import { parseApiScopes, parseDownstreamScopes, resourceOfCode, theResource } from '../scopes.ts'
import { checkAccess, tokenResponse } from './access.ts'
import { authenticateClient } from './client-authentication.ts'
import { clientCredentials } from './client-credentials.ts'

const CODE_LIFETIME_MS = 10 * 60_000
const REFRESH_LIFETIME_MS = 90 * 24 * 3600_000
const OBO = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

function checkVerifier(record: CodeRecord, verifier: string | undefined): void {
  const challenge = verifier === undefined ? undefined : createHash('sha256').update(verifier).digest('base64url')
  if (challenge !== record.challenge) throw new EntraError('AADSTS501481')
}

async function redeemCode(context: EntraContext, client: Client, body: Parameters): Promise<Reply> {
  const record = context.codes.get(required(body, 'code'))
  const { upn } = record?.session.person ?? { upn: '*' }
  await context.behaviours.meet('token.authorization_code', upn, record?.session ?? NOTHING_SATISFIED)
  if (!record || isOfAnother(record.session, client)) throw new EntraError('AADSTS70000')
  if (record.used) throw new EntraError('AADSTS54005')
  if (context.now() - record.issuedAt > CODE_LIFETIME_MS) throw new EntraError('AADSTS70008')
  if (required(body, 'redirect_uri') !== record.redirectUri) throw new EntraError('AADSTS500112')
  checkVerifier(record, body.get('code_verifier'))
  const scopes = parseApiScopes(context, client, body.get('scope') ?? record.scopes.join(' '))
  const resource = resourceOfCode(context, scopes)
  record.used = true
  return tokenResponse(context, body, { client, session: record.session, scopes, resource, nonce: record.nonce })
}

const isOfAnother = (session: Session, { application }: Client) => session.clientId !== application.appId

/** A used refresh token stays valid, as Entra's does. */
async function refresh(context: EntraContext, client: Client, body: Parameters): Promise<Reply> {
  const record = context.refreshTokens.get(required(body, 'refresh_token'))
  const { upn } = record?.session.person ?? { upn: '*' }
  await context.behaviours.meet('token.refresh_token', upn, record?.session ?? NOTHING_SATISFIED)
  if (!record || isOfAnother(record.session, client)) throw new EntraError('AADSTS70000')
  if (record.revoked) throw new EntraError('AADSTS50173')
  if (context.now() - record.issuedAt > REFRESH_LIFETIME_MS) throw new EntraError('AADSTS70008')
  const asked = context.strict ? (body.get('scope') ?? '') : required(body, 'scope')
  const scopes = parseApiScopes(context, client, asked)
  // Without a resource Entra takes the application itself, and by a name that it refuses.
  const resource = theResource(scopes, context.strict ? 'AADSTS90009' : 'AADSTS70011')
  checkAccess(context, client, record.session.person, scopes)
  return tokenResponse(context, body, { client, session: record.session, scopes, resource })
}

function unverifiedSession(context: EntraContext, assertion: string): Session | undefined {
  try {
    return context.sessions.get(String(decodeJwt(assertion)['sid']))
  } catch {
    return undefined
  }
}

async function checkUserAssertion(context: EntraContext, client: Client, assertion: string): Promise<void> {
  const { appId, identifierUris } = client.application
  try {
    await jwtVerify(assertion, context.key.publicKey, {
      algorithms: ['RS256'],
      issuer: [context.issuer, `https://sts.windows.net/${context.options.tenantId}/`],
      audience: [appId, ...identifierUris],
      requiredClaims: ['exp', 'scp'],
      currentDate: new Date(context.now()),
    })
  } catch (error) {
    throw new EntraError(error instanceof errors.JWTExpired ? 'AADSTS500133' : 'AADSTS50013')
  }
}

async function onBehalfOf(context: EntraContext, client: Client, body: Parameters): Promise<Reply> {
  if (required(body, 'requested_token_use') !== 'on_behalf_of') throw new EntraError('AADSTS70003')
  const assertion = required(body, 'assertion')
  const session = unverifiedSession(context, assertion)
  await context.behaviours.suffer('token.obo', session?.person.upn)
  await checkUserAssertion(context, client, assertion)
  if (!session) throw new EntraError('AADSTS50013', 'The session of the assertion is unknown.')
  const { person } = session
  const scopes = parseDownstreamScopes(context, required(body, 'scope'))
  if (context.behaviours.get(person.upn, 'consent') === false) throw new EntraError('AADSTS65001')
  context.behaviours.check('token.obo', person.upn, session)
  const resource = theResource(scopes)
  checkAccess(context, client, person, scopes)
  const here = { ...session, clientId: client.application.appId }
  return tokenResponse(context, body, { client, session: here, scopes, resource })
}

const GRANTS = {
  authorization_code: { kind: 'token.authorization_code', redeem: redeemCode },
  refresh_token: { kind: 'token.refresh_token', redeem: refresh },
  client_credentials: { kind: 'token.client_credentials', redeem: clientCredentials },
  [OBO]: { kind: 'token.obo', redeem: onBehalfOf },
} as const

const isGrant = (name: string): name is keyof typeof GRANTS => Object.hasOwn(GRANTS, name)

/** POST /{tenant}/oauth2/v2.0/token. @throws EntraError, shown as JSON */
export async function token(context: EntraContext, call: Call): Promise<Reply> {
  const body = uniqueParameters(new URLSearchParams(call.body))
  const name = required(body, 'grant_type')
  if (!isGrant(name)) throw new EntraError('AADSTS70003')
  const { kind, redeem } = GRANTS[name]
  context.counters[kind] += 1
  if (body.has('resource')) throw new EntraError('AADSTS9010010')
  return redeem(context, await authenticateClient(context, body), body)
}
