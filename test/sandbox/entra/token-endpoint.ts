import { createHash, randomBytes } from 'node:crypto'
import { decodeJwt, errors, jwtVerify } from 'jose'
import { authenticateClient } from './client-authentication.ts'
import type { CodeRecord, EntraContext, Session } from './context.ts'
import { EntraError } from './errors.ts'
import type { Call, Parameters, Reply } from './http.ts'
import { json, required, uniqueParameters } from './http.ts'
import { apiPermission, parseApiScopes, parseDataverseScopes } from './scopes.ts'
import type { ScopeRequest } from './scopes.ts'
import { mintApiToken, mintDataverseToken, mintIdToken } from './tokens.ts'

const CODE_LIFETIME_MS = 10 * 60_000
const REFRESH_LIFETIME_MS = 90 * 24 * 3600_000
const OBO = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

function newRefreshToken(context: EntraContext, session: Session): string {
  const token = `1.${randomBytes(48).toString('base64url')}`
  context.refreshTokens.set(token, { session, issuedAt: context.now(), revoked: false })
  return token
}

const clientInfo = (context: EntraContext, session: Session) =>
  Buffer.from(JSON.stringify({ uid: session.person.oid, utid: context.options.tenantId })).toString('base64url')

type Grant = { session: Session; scopes: ScopeRequest; accessToken: string; nonce?: string | undefined }

async function tokenResponse(context: EntraContext, body: Parameters, grant: Grant): Promise<Reply> {
  const { session, scopes } = grant
  const has = (scope: string) => scopes.openid.includes(scope)
  return json({
    token_type: 'Bearer',
    scope: scopes.resource.join(' '),
    expires_in: context.accessTokenLifetime,
    ext_expires_in: context.accessTokenLifetime,
    access_token: grant.accessToken,
    ...(has('offline_access') && { refresh_token: newRefreshToken(context, session) }),
    ...(has('openid') && { id_token: await mintIdToken(context, session, scopes.openid, grant.nonce) }),
    ...(body.get('client_info') === '1' && { client_info: clientInfo(context, session) }),
  })
}

function checkVerifier(record: CodeRecord, verifier: string | undefined): void {
  const challenge = verifier === undefined ? undefined : createHash('sha256').update(verifier).digest('base64url')
  if (challenge !== record.challenge) throw new EntraError('AADSTS501481')
}

async function redeemCode(context: EntraContext, body: Parameters): Promise<Reply> {
  const record = context.codes.get(required(body, 'code'))
  const { upn } = record?.session.person ?? { upn: '*' }
  await context.behaviours.meet('token.authorization_code', upn, record?.session.policySatisfied ?? false)
  if (!record) throw new EntraError('AADSTS70000')
  if (record.used) throw new EntraError('AADSTS54005')
  if (context.now() - record.issuedAt > CODE_LIFETIME_MS) throw new EntraError('AADSTS70008')
  if (required(body, 'redirect_uri') !== record.redirectUri) throw new EntraError('AADSTS500112')
  checkVerifier(record, body.get('code_verifier'))
  const scopes = parseApiScopes(context, body.get('scope') ?? record.scopes.join(' '))
  record.used = true
  const accessToken = await mintApiToken(context, record.session)
  return tokenResponse(context, body, { session: record.session, scopes, accessToken, nonce: record.nonce })
}

/** A used refresh token stays valid, as Entra's does. */
async function refresh(context: EntraContext, body: Parameters): Promise<Reply> {
  const record = context.refreshTokens.get(required(body, 'refresh_token'))
  const { upn } = record?.session.person ?? { upn: '*' }
  await context.behaviours.meet('token.refresh_token', upn, record?.session.policySatisfied ?? false)
  if (!record) throw new EntraError('AADSTS70000')
  if (record.revoked) throw new EntraError('AADSTS50173')
  if (context.now() - record.issuedAt > REFRESH_LIFETIME_MS) throw new EntraError('AADSTS70008')
  const scopes = parseApiScopes(context, required(body, 'scope'))
  return tokenResponse(context, body, {
    session: record.session,
    scopes,
    accessToken: await mintApiToken(context, record.session),
  })
}

function unverifiedSession(context: EntraContext, assertion: string): Session | undefined {
  try {
    return context.sessions.get(String(decodeJwt(assertion)['sid']))
  } catch {
    return undefined
  }
}

async function checkUserAssertion(context: EntraContext, assertion: string): Promise<void> {
  const { clientId } = context.options
  try {
    const { payload } = await jwtVerify(assertion, context.key.publicKey, {
      algorithms: ['RS256'],
      issuer: context.issuer,
      audience: [clientId, `api://${clientId}`],
      requiredClaims: ['exp', 'scp'],
      currentDate: new Date(context.now()),
    })
    if (payload['scp'] !== apiPermission(context)) throw new EntraError('AADSTS50013')
  } catch (error) {
    throw new EntraError(error instanceof errors.JWTExpired ? 'AADSTS500133' : 'AADSTS50013')
  }
}

async function onBehalfOf(context: EntraContext, body: Parameters): Promise<Reply> {
  if (required(body, 'requested_token_use') !== 'on_behalf_of') throw new EntraError('AADSTS70003')
  const assertion = required(body, 'assertion')
  const session = unverifiedSession(context, assertion)
  await context.behaviours.suffer('token.obo', session?.person.upn)
  await checkUserAssertion(context, assertion)
  if (!session) throw new EntraError('AADSTS50013', 'The session of the assertion is unknown.')
  const { person } = session
  const scopes = parseDataverseScopes(context, required(body, 'scope'))
  if (context.behaviours.get(person.upn, 'consent') === false) throw new EntraError('AADSTS65001')
  context.behaviours.check('token.obo', person.upn, session.policySatisfied)
  return tokenResponse(context, body, {
    session,
    scopes,
    accessToken: await mintDataverseToken(context, person, session.sid),
  })
}

const GRANTS = {
  authorization_code: { kind: 'token.authorization_code', redeem: redeemCode },
  refresh_token: { kind: 'token.refresh_token', redeem: refresh },
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
  await authenticateClient(context, body)
  return redeem(context, body)
}
