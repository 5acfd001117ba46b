import type { EntraContext } from '../context.ts'
import { accountOf, findPerson } from '../context.ts'
import { AZURE_CLI } from '../directory/built-in.ts'
import { grantedScopes, isAssigned } from '../directory/consent.ts'
import { resourceNamed, scopesOf, servicePrincipalOf } from '../directory/queries.ts'
import { EntraError } from '../errors.ts'
import { mintApplicationToken, mintDelegatedToken } from '../tokens.ts'
import type { Audience } from '../tokens.ts'
import { applicationAudience, checkApplicationAssigned } from './client-credentials.ts'

export type CliTokenRequest = {
  readonly signedIn: { readonly upn: string } | { readonly servicePrincipal: string }
  /** `--resource`, or one `--scope`; neither is Azure Resource Manager. */
  readonly resource?: string
  readonly scope?: string
  readonly tenantId?: string
}

export type CliToken = {
  readonly accessToken: string
  /** Seconds since the epoch. */
  readonly expiresOn: number
  readonly tenant: string
}

const CLI_RESOURCE = 'https://management.core.windows.net/'
const ASK = 'Send an interactive authorization request for this user and resource.'

/** The CLI asks for `<resource>/.default`; a trailing slash of the resource stays. */
const scopeOf = ({ resource, scope }: CliTokenRequest) => scope ?? `${resource ?? CLI_RESOURCE}/.default`

function audienceOf(context: EntraContext, name: string): Audience {
  const resource = resourceNamed(context.directory, name)
  if (!resource) throw new EntraError('AADSTS500011', `The resource principal is named ${name}.`)
  return { resource, name }
}

async function forPerson(context: EntraContext, upn: string, scope: string): Promise<string> {
  const { directory } = context
  const split = scope.lastIndexOf('/')
  const permission = scope.slice(split + 1)
  const audience = audienceOf(context, scope.slice(0, split))
  const { resource } = audience
  const user = findPerson(context, upn)
  const cli = servicePrincipalOf(directory, AZURE_CLI)
  if (!user || !cli) throw new EntraError('AADSTS50034')
  if (!user.accountEnabled) throw new EntraError('AADSTS50057')
  const published = scopesOf(directory, resource).map(({ value }) => value)
  if (permission !== '.default' && !published.includes(permission)) {
    throw new EntraError('AADSTS650053', `The scope is ${scope}.`)
  }
  if (!isAssigned(directory, user.id, resource)) {
    throw new EntraError('AADSTS50105', `The application is '${resource.displayName}', the user '${upn}'.`)
  }
  const granted = grantedScopes(directory, cli, resource, user.id)
  if (granted.length === 0 || (permission !== '.default' && !granted.includes(permission))) {
    throw new EntraError('AADSTS65001', `The application has the ID '${AZURE_CLI}' (${cli.displayName}). ${ASK}`)
  }
  return mintDelegatedToken(context, audience, { person: accountOf(user), clientId: AZURE_CLI, scopes: granted })
}

async function forApplication(context: EntraContext, appId: string, scope: string): Promise<string> {
  const audience = applicationAudience(context, scope)
  const own = servicePrincipalOf(context.directory, appId)
  if (!own) throw new EntraError('AADSTS700016', `Application '${appId}'.`)
  checkApplicationAssigned(context, own, audience)
  return mintApplicationToken(context, audience, own)
}

/**
 * What `az account get-access-token` gets for whoever is signed in.
 * @throws EntraError AADSTS65001 (neither preauthorised nor consented), AADSTS50105, AADSTS500011, AADSTS501051
 */
export async function mintCliToken(context: EntraContext, request: CliTokenRequest): Promise<CliToken> {
  const { tenantId } = context.options
  if (request.tenantId !== undefined && request.tenantId !== tenantId) throw new EntraError('AADSTS90002')
  const { signedIn } = request
  const scope = scopeOf(request)
  const accessToken =
    'upn' in signedIn
      ? await forPerson(context, signedIn.upn, scope)
      : await forApplication(context, signedIn.servicePrincipal, scope)
  const expiresOn = Math.floor(context.now() / 1000) + context.accessTokenLifetime
  return { accessToken, expiresOn, tenant: tenantId }
}
