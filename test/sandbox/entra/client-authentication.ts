import { createHash, timingSafeEqual } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import type { EntraContext } from './context.ts'
import { EntraError } from './errors.ts'
import type { Parameters } from './http.ts'
import { required } from './http.ts'
import { MANAGED_IDENTITY, TOKEN_EXCHANGE_AUDIENCE } from './tokens.ts'

/** Seconds: Entra's allowance for clock skew. */
const CLOCK_TOLERANCE = 300
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const sameSecret = (left: string, right: string) =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())

function refuseAssertion(error: unknown, federated: boolean): never {
  if (error instanceof EntraError) throw error
  if (error instanceof errors.JWTExpired) throw new EntraError('AADSTS700024')
  const wrongAudience = error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud'
  if (federated && wrongAudience) throw new EntraError('AADSTS700212')
  throw new EntraError('AADSTS700027', error instanceof Error ? error.message : '')
}

function readUnverified(assertion: string): { payload: JWTPayload; thumbprint: unknown } {
  try {
    return { payload: decodeJwt(assertion), thumbprint: decodeProtectedHeader(assertion)['x5t#S256'] }
  } catch {
    throw new EntraError('AADSTS50027', 'The client assertion is not a JWT.')
  }
}

async function checkCertificateAssertion(context: EntraContext, assertion: string, thumbprint: unknown) {
  const { certificate, clientId, tenantId } = context.options
  if (!certificate || thumbprint !== certificate.thumbprint) {
    throw new EntraError('AADSTS700027', 'The certificate is not registered on the application.')
  }
  await jwtVerify(assertion, certificate.publicKey, {
    algorithms: ['RS256', 'PS256'],
    issuer: clientId,
    subject: clientId,
    audience: `${context.url}/${tenantId}/oauth2/v2.0/token`,
    requiredClaims: ['exp', 'jti'],
    currentDate: new Date(context.now()),
    clockTolerance: CLOCK_TOLERANCE,
  })
}

async function checkFederatedAssertion(context: EntraContext, assertion: string) {
  const { payload } = await jwtVerify(assertion, context.key.publicKey, {
    algorithms: ['RS256'],
    issuer: context.issuer,
    audience: TOKEN_EXCHANGE_AUDIENCE,
    requiredClaims: ['exp'],
    currentDate: new Date(context.now()),
    clockTolerance: CLOCK_TOLERANCE,
  })
  if (payload.sub !== MANAGED_IDENTITY) throw new EntraError('AADSTS700213')
}

async function checkAssertion(context: EntraContext, assertion: string): Promise<void> {
  const { payload, thumbprint } = readUnverified(assertion)
  const federated = payload.iss !== context.options.clientId
  try {
    if (federated) await checkFederatedAssertion(context, assertion)
    else await checkCertificateAssertion(context, assertion, thumbprint)
  } catch (error) {
    refuseAssertion(error, federated)
  }
}

/** By secret in the body, certificate assertion (RFC 7523) or federated credential. @throws EntraError */
export async function authenticateClient(context: EntraContext, body: Parameters): Promise<void> {
  const { clientId, clientSecret } = context.options
  if (required(body, 'client_id') !== clientId) throw new EntraError('AADSTS700016')
  const secret = body.get('client_secret')
  const assertion = body.get('client_assertion')
  if (assertion !== undefined) {
    if (body.get('client_assertion_type') !== JWT_BEARER) throw new EntraError('AADSTS900144', 'client_assertion_type')
    return checkAssertion(context, assertion)
  }
  if (secret === undefined) throw new EntraError('AADSTS7000218')
  if (clientSecret === undefined || !sameSecret(secret, clientSecret)) throw new EntraError('AADSTS7000215')
}
