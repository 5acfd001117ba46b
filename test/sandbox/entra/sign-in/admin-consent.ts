import type { EntraContext } from '../context.ts'
import { accountsOf, findPerson } from '../context.ts'
import { addConsent, isConsentAdmin, replaceConsent, requiredAccess } from '../directory/consent.ts'
import type { Permission } from '../directory/consent.ts'
import { MICROSOFT_GRAPH } from '../directory/built-in.ts'
import { newServicePrincipal } from '../directory/directory.ts'
import { applicationOf, scopesOf, servicePrincipalOf } from '../directory/queries.ts'
import type { Application, User } from '../directory/types.ts'
import { EntraError } from '../errors.ts'
import type { Call, Parameters, Reply } from '../http.ts'
import { redirect, required, uniqueParameters } from '../http.ts'
import { parseScopes } from '../scopes.ts'
import { accountPicker, adminConsentForm, messagePage } from './pages.ts'

type Asked = {
  readonly application: Application
  readonly parameters: Parameters
  /** What is granted, and whether it replaces what was granted before. */
  readonly permissions: readonly Permission[]
  readonly replaces: boolean
  readonly roles: ReturnType<typeof requiredAccess>['roles']
  readonly redirectUri: string | undefined
}

function registered({ web }: Application, uri: string | undefined): string | undefined {
  if (uri !== undefined && !web.redirectUris.includes(uri)) throw new EntraError('AADSTS50011', uri)
  return uri
}

/** Everything that the registration lists at this moment. @throws EntraError AADSTS650052, AADSTS650053 */
function everything(context: EntraContext, application: Application) {
  const { permissions, roles, missingResources, unknownIds } = requiredAccess(context.directory, application)
  if (missingResources[0] !== undefined)
    throw new EntraError('AADSTS650052', `The service is '${missingResources[0]}'.`)
  if (unknownIds[0] !== undefined) throw new EntraError('AADSTS650053', `The scope has the id ${unknownIds[0]}.`)
  if (context.strict && permissions.length + roles.length === 0) throw new EntraError('AADSTS650056')
  return { permissions, roles, replaces: true }
}

/** @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent: named scopes, or all by `.default` */
function named(context: EntraContext, application: Application, scope: string) {
  const request = parseScopes(context, scope)
  if (request.asked.some(({ permission }) => permission === '.default')) return everything(context, application)
  const { directory } = context
  const graph = servicePrincipalOf(directory, MICROSOFT_GRAPH)
  const all = [
    ...request.openid.flatMap((permission) => (graph ? [{ resource: graph, permission }] : [])),
    ...request.asked,
  ]
  const permissions = all.flatMap(({ resource, permission }) =>
    scopesOf(directory, resource)
      .filter(({ value }) => value === permission)
      .map((one) => ({ resource, scope: one })),
  )
  return { permissions, roles: [], replaces: false }
}

/** The older address names no redirect URI: Entra then takes the first one that is registered. */
function readRequest(context: EntraContext, call: Call): Asked {
  const parameters = uniqueParameters(call.url.searchParams)
  const appId = required(parameters, 'client_id')
  const application = applicationOf(context.directory, appId)
  if (!application) throw new EntraError('AADSTS700016', `Application '${appId}'.`)
  const isV2 = call.url.pathname.endsWith('/v2.0/adminconsent')
  if (isV2 && context.strict) {
    required(parameters, 'scope')
    required(parameters, 'redirect_uri')
  }
  const given = registered(application, parameters.get('redirect_uri'))
  const redirectUri = given ?? (isV2 ? undefined : application.web.redirectUris[0])
  const scope = isV2 ? parameters.get('scope') : undefined
  const granted = scope === undefined ? everything(context, application) : named(context, application, scope)
  return { application, parameters, redirectUri, ...granted }
}

function result(context: EntraContext, asked: Asked, uri: string, granted: boolean): Reply {
  const { parameters } = asked
  const target = new URL(uri)
  const values: Record<string, string> = granted
    ? { admin_consent: 'True', tenant: context.options.tenantId, scope: parameters.get('scope') ?? '' }
    : { admin_consent: 'True', error: 'access_denied', error_description: new EntraError('AADSTS65004').message }
  for (const [name, value] of Object.entries(values)) target.searchParams.append(name, value)
  const state = parameters.get('state')
  if (state !== undefined) target.searchParams.append('state', state)
  return redirect(target)
}

/** An application becomes a service principal of the tenant at the latest here. */
function servicePrincipal({ directory }: EntraContext, application: Application) {
  const existing = servicePrincipalOf(directory, application.appId)
  if (existing) return existing
  const sp = newServicePrincipal(directory, application)
  directory.servicePrincipals.set(sp.id, sp)
  return sp
}

function grant(context: EntraContext, asked: Asked): void {
  const { directory } = context
  const own = servicePrincipal(context, asked.application)
  if (asked.replaces) replaceConsent(directory, own, asked.permissions)
  else addConsent(directory, own, asked.permissions, null)
  for (const { resource, roleId } of asked.roles) {
    const id = directory.newId()
    directory.appRoleAssignments.set(id, {
      id,
      appRoleId: roleId,
      principalId: own.id,
      principalType: 'ServicePrincipal',
      principalDisplayName: own.displayName,
      resourceId: resource.id,
      resourceDisplayName: resource.displayName,
      createdDateTime: new Date(context.now()).toISOString(),
    })
  }
  context.behaviours.grantConsent()
}

/** App roles of Graph are for the highest roles alone. */
function checkAdministrator(user: User | undefined, asked: Asked): void {
  if (!user) throw new EntraError('AADSTS50034')
  const forGraph = asked.roles.some(({ resource }) => resource.appId === MICROSOFT_GRAPH)
  const isHighest = user.directoryRoles.some((role) => /^(Global|Privileged Role) Administrator$/.test(role))
  if (!isConsentAdmin(user) || (forGraph && !isHighest)) throw new EntraError('AADSTS90093')
}

/** GET and POST /{tenant}[/v2.0]/adminconsent: consent for everyone in the tenant. @throws EntraError, shown as a page */
export function adminConsent(context: EntraContext, call: Call): Reply {
  const asked = readRequest(context, call)
  const action = call.url.pathname + call.url.search
  const form = uniqueParameters(new URLSearchParams(call.method === 'POST' ? call.body : ''))
  const account = form.get('account')
  if (context.strict && !form.has('cancel')) {
    if (account === undefined) return accountPicker(accountsOf(context), action)
    checkAdministrator(findPerson(context, account), asked)
  }
  const granted = form.has('grant')
  if (!granted && !form.has('cancel')) return adminConsentForm(asked.permissions, action, account)
  if (granted) grant(context, asked)
  if (asked.redirectUri !== undefined) return result(context, asked, asked.redirectUri, granted)
  return messagePage(granted ? 'Consent was granted' : 'Consent was not granted')
}
