import type { EntraContext } from '../context.ts'
import { EntraError } from '../errors.ts'
import type { Call, Reply } from '../http.ts'
import { uniqueParameters } from '../http.ts'
import { messagePage } from './pages.ts'

/** GET /{tenant}/oauth2/v2.0/logout: ends every browser session. */
export function logout(context: EntraContext, call: Call): Reply {
  const link = uniqueParameters(call.url.searchParams).get('post_logout_redirect_uri')
  const known = [...context.directory.applications.values()].some(({ web }) => web.redirectUris.includes(link ?? ''))
  if (link !== undefined && !known) throw new EntraError('AADSTS50011', link)
  context.behaviours.signOut()
  return messagePage('You signed out of your account', link)
}
