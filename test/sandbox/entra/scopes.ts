import type { EntraContext } from './context.ts'
import { EntraError } from './errors.ts'

const OPENID = ['openid', 'profile', 'email', 'offline_access']

export type ScopeRequest = {
  readonly openid: readonly string[]
  /** What the answer's `scope` names: `.default` stands beside the permission that it brought, as at Entra. */
  readonly resource: readonly string[]
}

function parse(scope: string, aliases: ReadonlyMap<string, readonly string[]>): ScopeRequest {
  const asked = [...new Set(scope.split(' ').filter(Boolean))]
  const resource = asked
    .filter((one) => !OPENID.includes(one))
    .flatMap((one) => {
      const granted = aliases.get(one)
      if (!granted) throw new EntraError('AADSTS70011', `The scope ${one} is not known.`)
      return granted
    })
  return { openid: asked.filter((one) => OPENID.includes(one)), resource: [...new Set(resource)] }
}

const splitAt = (scope: string) => ({
  resource: scope.slice(0, scope.lastIndexOf('/')),
  permission: scope.slice(scope.lastIndexOf('/') + 1),
})

/** The permission of our API, such as `MCP.Access`. */
export const apiPermission = (context: EntraContext) => splitAt(context.options.apiScope).permission

/** @throws EntraError AADSTS70011 for anything but OpenID's scopes and those of our API (by URI or client id) */
export function parseApiScopes(context: EntraContext, scope: string): ScopeRequest {
  const { resource, permission } = splitAt(context.options.apiScope)
  const names = [resource, context.options.clientId, `api://${context.options.clientId}`]
  const aliases = names.flatMap((name): [string, string[]][] => [
    [`${name}/${permission}`, [`${name}/${permission}`]],
    [`${name}/.default`, [`${name}/${permission}`, `${name}/.default`]],
  ])
  return parse(scope, new Map(aliases))
}

/** @throws EntraError AADSTS70011 unless the one resource asked for is Dataverse */
export function parseDataverseScopes(context: EntraContext, scope: string): ScopeRequest {
  const url = context.dataverseUrl
  const aliases: [string, string[]][] = url
    ? [
        [`${url}/user_impersonation`, [`${url}/user_impersonation`]],
        [`${url}/.default`, [`${url}/user_impersonation`, `${url}/.default`]],
      ]
    : []
  const request = parse(scope, new Map(aliases))
  if (request.resource.length === 0) throw new EntraError('AADSTS70011', 'No resource is named.')
  return request
}
