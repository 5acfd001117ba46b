import { createHash, timingSafeEqual } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import type { Client, EntraContext } from '../context.ts'
import { clientNamed } from '../context.ts'
import type { Application } from '../directory/types.ts'
import { EntraError } from '../errors.ts'
import type { Parameters } from '../http.ts'
import { required } from '../http.ts'
import { matchCredential } from './federation.ts'

/** Seconds: Entra's allowance for clock skew. */
const CLOCK_TOLERANCE = 300
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const sameSecret = (left: string, right: string) =>
  timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())

function refuseAssertion(error: unknown): never {
  if (error instanceof EntraError) throw error
  if (error instanceof errors.JWTExpired) throw new EntraError('AADSTS700024')
  throw new EntraError('AADSTS700027', error instanceof Error ? error.message : '')
}

function readUnverified(assertion: string): { payload: JWTPayload; thumbprint: unknown } {
  try {
    return { payload: decodeJwt(assertion), thumbprint: decodeProtectedHeader(assertion)['x5t#S256'] }
  } catch {
    throw new EntraError('AADSTS50027', 'The client assertion is not a JWT.')
  }
}

async function checkCertificateAssertion(
  context: EntraContext,
  client: Client,
  assertion: string,
  thumbprint: unknown,
) {
  const { appId, certificates } = client.application
  const certificate = certificates.find((one) => one.thumbprint === thumbprint)
  if (!certificate) throw new EntraError('AADSTS700027', 'The certificate is not registered on the application.')
  await jwtVerify(assertion, certificate.publicKey, {
    algorithms: ['RS256', 'PS256'],
    issuer: appId,
    subject: appId,
    audience: `${context.url}/${context.options.tenantId}/oauth2/v2.0/token`,
    requiredClaims: ['exp', 'jti'],
    currentDate: new Date(context.now()),
    clockTolerance: CLOCK_TOLERANCE,
  })
}

/** @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations: all three must equal */
async function checkFederatedAssertion(context: EntraContext, { application }: Client, assertion: string) {
  const { payload } = await jwtVerify(assertion, context.key.publicKey, {
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'iss', 'sub', 'aud'],
    currentDate: new Date(context.now()),
    clockTolerance: CLOCK_TOLERANCE,
  })
  const { aud, iss = '', sub = '' } = payload
  matchCredential(application.federatedIdentityCredentials, { issuer: iss, subject: sub, audience: String(aud) })
}

async function checkAssertion(context: EntraContext, client: Client, assertion: string): Promise<void> {
  const { payload, thumbprint } = readUnverified(assertion)
  const federated = payload.iss !== client.application.appId
  try {
    if (federated) await checkFederatedAssertion(context, client, assertion)
    else await checkCertificateAssertion(context, client, assertion, thumbprint)
  } catch (error) {
    refuseAssertion(error)
  }
}

function checkSecret(context: EntraContext, { passwordCredentials }: Application, secret: string): void {
  const matching = passwordCredentials.filter(({ secretText }) => sameSecret(secret, secretText))
  if (matching.length === 0) throw new EntraError('AADSTS7000215')
  const isCurrent = matching.some(({ endDateTime }) => Date.parse(endDateTime) > context.now())
  if (!isCurrent) throw new EntraError('AADSTS7000222')
}

/** By secret in the body, certificate assertion (RFC 7523) or federated credential. @throws EntraError */
export async function authenticateClient(context: EntraContext, body: Parameters): Promise<Client> {
  const client = clientNamed(context, required(body, 'client_id'), 'AADSTS7000229')
  const secret = body.get('client_secret')
  const assertion = body.get('client_assertion')
  if (assertion !== undefined) {
    if (body.get('client_assertion_type') !== JWT_BEARER) throw new EntraError('AADSTS900144', 'client_assertion_type')
    await checkAssertion(context, client, assertion)
    return client
  }
  if (secret === undefined) throw new EntraError('AADSTS7000218')
  checkSecret(context, client.application, secret)
  return client
}
