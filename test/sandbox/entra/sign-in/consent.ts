import type { Client, EntraContext } from '../context.ts'
import { addConsent, isAssigned, isConsentAdmin, mayConsent, requiredAccess } from '../directory/consent.ts'
import type { Permission } from '../directory/consent.ts'
import { servicePrincipalOf, scopesOf } from '../directory/queries.ts'
import { MICROSOFT_GRAPH } from '../directory/built-in.ts'
import type { User } from '../directory/types.ts'
import { EntraError } from '../errors.ts'
import type { Parameters, Reply } from '../http.ts'
import { lacksSignInPermission, missingConsent } from '../scopes.ts'
import type { ScopeRequest } from '../scopes.ts'
import { consentForm } from './pages.ts'

export type SignIn = {
  readonly client: Client
  readonly scopes: ScopeRequest
  readonly user: User
  readonly prompt: string | undefined
  readonly form: Parameters
  readonly action: string
}

/** `User.Read` goes along where the registration lists it. */
function signInPermission({ directory }: EntraContext, { application }: Client): Permission[] {
  const graph = servicePrincipalOf(directory, MICROSOFT_GRAPH)
  const scope = graph && scopesOf(directory, graph).find(({ value }) => value === 'User.Read')
  const isListed = requiredAccess(directory, application).permissions.some((one) => one.scope === scope)
  return graph && scope && isListed ? [{ resource: graph, scope }] : []
}

function ask(context: EntraContext, signIn: SignIn, missing: readonly Permission[]): Reply | undefined {
  const { client, user, form, action } = signIn
  const admin = isConsentAdmin(user)
  if (form.has('consent')) {
    const forEveryone = admin && form.has('organisation')
    addConsent(context.directory, client.servicePrincipal, missing, forEveryone ? null : user.id)
    return undefined
  }
  const account = user.userPrincipalName
  return consentForm({ permissions: missing, client: client.application.displayName, account, action, admin })
}

function collectConsent(context: EntraContext, signIn: SignIn): Reply | undefined {
  const { client, scopes, user, prompt } = signIn
  const { directory } = context
  const missing = missingConsent(context, client, scopes, user.id)
  const lacks = lacksSignInPermission(context, client, scopes, user.id)
  const addition = lacks ? signInPermission(context, client) : []
  const wanted = [...missing, ...addition]
  if (wanted.length === 0 && lacks) throw new EntraError('AADSTS90008')
  if (wanted.length === 0 && prompt !== 'consent') return undefined
  if (prompt === 'none') throw new EntraError('AADSTS65001')
  if (!mayConsent(directory, user, client.servicePrincipal, wanted)) {
    throw new EntraError('AADSTS90094', client.application.displayName)
  }
  if (lacks && addition.length === 0) throw new EntraError('AADSTS90008')
  return ask(context, signIn, wanted)
}

/**
 * Who is assigned, then what was consented to: a page while something is missing, nothing when all is there.
 * @throws EntraError AADSTS50057, AADSTS50105, AADSTS90094 (pages of Entra's own), AADSTS65001, AADSTS90008
 */
export function answerConsent(context: EntraContext, signIn: SignIn): Reply | undefined {
  const { client, user } = signIn
  if (!context.strict) return undefined
  if (!user.accountEnabled) throw new EntraError('AADSTS50057')
  if (!isAssigned(context.directory, user.id, client.servicePrincipal)) {
    const { displayName } = client.application
    throw new EntraError('AADSTS50105', `The application is '${displayName}', the user '${user.userPrincipalName}'.`)
  }
  return collectConsent(context, signIn)
}
