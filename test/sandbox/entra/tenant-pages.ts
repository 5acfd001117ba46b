import type { EntraContext } from './context.ts'
import { EntraError } from './errors.ts'
import type { Call, Parameters, Reply } from './http.ts'
import { redirect, required, uniqueParameters } from './http.ts'
import { adminConsentForm, messagePage } from './pages.ts'

function registeredRedirect(context: EntraContext, parameters: Parameters, name: string): string | undefined {
  const uri = parameters.get(name)
  if (uri !== undefined && !context.redirectUris.includes(uri)) throw new EntraError('AADSTS50011', uri)
  return uri
}

/** GET /{tenant}/oauth2/v2.0/logout: ends every browser session. */
export function logout(context: EntraContext, call: Call): Reply {
  const parameters = uniqueParameters(call.url.searchParams)
  const link = registeredRedirect(context, parameters, 'post_logout_redirect_uri')
  context.behaviours.signOut()
  return messagePage('You signed out of your account', link)
}

function consentResult(context: EntraContext, uri: string, parameters: Parameters, granted: boolean): Reply {
  const target = new URL(uri)
  const values: Record<string, string> = granted
    ? { admin_consent: 'True', tenant: context.options.tenantId, scope: parameters.get('scope') ?? '' }
    : { error: 'access_denied', error_description: new EntraError('AADSTS65004').message }
  for (const [name, value] of Object.entries(values)) target.searchParams.append(name, value)
  const state = parameters.get('state')
  if (state !== undefined) target.searchParams.append('state', state)
  return redirect(target)
}

/** The older address names no redirect URI: Entra then takes the first one that is registered. */
const consentRedirect = (context: EntraContext, call: Call, parameters: Parameters): string | undefined =>
  call.url.pathname.endsWith('/v2.0/adminconsent')
    ? registeredRedirect(context, parameters, 'redirect_uri')
    : context.redirectUris[0]

/** GET and POST /{tenant}[/v2.0]/adminconsent: consent for everyone in the tenant. */
export function adminConsent(context: EntraContext, call: Call): Reply {
  const parameters = uniqueParameters(call.url.searchParams)
  if (required(parameters, 'client_id') !== context.options.clientId) throw new EntraError('AADSTS700016')
  const uri = consentRedirect(context, call, parameters)
  if (call.method === 'GET') {
    const permissions = [context.options.apiScope, `${context.dataverseUrl ?? 'Dataverse'}/user_impersonation`]
    return adminConsentForm(permissions, call.url.pathname + call.url.search)
  }
  const granted = uniqueParameters(new URLSearchParams(call.body)).has('grant')
  if (granted) context.behaviours.grantConsent()
  if (uri !== undefined) return consentResult(context, uri, parameters, granted)
  return messagePage(granted ? 'Consent was granted' : 'Consent was not granted')
}
