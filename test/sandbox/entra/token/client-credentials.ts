import { NOTHING_SATISFIED } from '../behaviours.ts'
import type { Client, EntraContext } from '../context.ts'
import { assignmentsOf, resourceNamed } from '../directory/queries.ts'
import type { ServicePrincipal } from '../directory/types.ts'
import { EntraError } from '../errors.ts'
import type { Parameters, Reply } from '../http.ts'
import { json, required } from '../http.ts'
import { mintApplicationToken } from '../tokens.ts'
import type { Audience } from '../tokens.ts'

const DEFAULT = '/.default'

/** @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow @throws EntraError */
export function applicationAudience(context: EntraContext, scope: string): Audience {
  const [only = '', ...others] = scope.split(' ').filter(Boolean)
  if (others.length > 0) throw new EntraError('AADSTS70011', 'Only one scope is taken.')
  if (!only.endsWith(DEFAULT)) throw new EntraError('AADSTS1002012', `The scope is ${only}.`)
  const name = only.slice(0, -DEFAULT.length)
  const resource = resourceNamed(context.directory, name)
  if (!resource) {
    throw new EntraError('AADSTS500011', `It is named ${name}, the tenant ${context.directory.tenantName}.`)
  }
  return { resource, name }
}

/** Where assignment is required, an application needs a role, too. @throws EntraError AADSTS501051 */
export function checkApplicationAssigned(context: EntraContext, own: ServicePrincipal, { resource }: Audience): void {
  if (!resource.appRoleAssignmentRequired || resource === own) return
  if (assignmentsOf(context.directory, [own.id], resource).length === 0) throw new EntraError('AADSTS501051')
}

/** `grant_type=client_credentials`: a token of the application for itself. */
export async function clientCredentials(context: EntraContext, client: Client, body: Parameters): Promise<Reply> {
  await context.behaviours.meet('token.client_credentials', '*', NOTHING_SATISFIED)
  const audience = applicationAudience(context, required(body, 'scope'))
  checkApplicationAssigned(context, client.servicePrincipal, audience)
  return json({
    token_type: 'Bearer',
    expires_in: context.accessTokenLifetime,
    ext_expires_in: context.accessTokenLifetime,
    access_token: await mintApplicationToken(context, audience, client.servicePrincipal),
  })
}
