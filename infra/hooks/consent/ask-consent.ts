import { readFileSync } from 'node:fs'
import { plain } from '../../doctor/wire/plain-text.ts'
import type { Context } from '../run/context.ts'
import { required } from '../run/environment.ts'
import { followPages, type Page } from '../run/follow-pages.ts'
import { objectOf } from '../run/read-json.ts'
import { accessToken } from '../tools/azure-cli.ts'
import { textOf } from '../tools/run-tool.ts'
import { type Grant, missingScopes } from './missing-scopes.ts'

const GRAPH = 'https://graph.microsoft.com'
const TIMEOUT_MS = 30_000

/** What the directory says of consent for everyone; `unknown` where it was not said. */
export type Consent =
  | { readonly state: 'granted' }
  | { readonly state: 'missing'; readonly scopes: readonly string[] }
  | { readonly state: 'no-such-app' }
  | { readonly state: 'unknown'; readonly why: string }

type Permission = { readonly appId?: string; readonly scopes: readonly string[] }

/** Every scope that the registration lists, by API; the one without a client id is the app itself. */
export const requiredPermissions = (): readonly Permission[] => {
  const text = readFileSync(new URL('../../entra/registration.json', import.meta.url), 'utf8')
  return Object.values((JSON.parse(text) as { permissions: Record<string, Permission> }).permissions)
}

class NotTold extends Error {}

const get = async (context: Context, token: string, url: string): Promise<unknown> => {
  const response = await context.fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status === 404) return undefined
  if (!response.ok) throw new NotTold(`Microsoft Graph answers ${response.status}`)
  const json = objectOf(await response.text())
  if (json === undefined) throw new NotTold('that answer is not of Microsoft Graph')
  return json
}

/** Undefined where there is no such object; an answer without an id says nothing. */
const idOf = (json: unknown): string | undefined => {
  const id = textOf(json, 'id')
  if (json !== undefined && id === undefined) throw new NotTold('that answer is not of Microsoft Graph')
  return id
}

const grantsOf = async (context: Context, token: string, servicePrincipalId: string): Promise<Grant[]> => {
  const first = `${GRAPH}/v1.0/oauth2PermissionGrants?$filter=${encodeURIComponent(`clientId eq '${servicePrincipalId}'`)}`
  const read = async (url: string): Promise<Page> => {
    const page = await get(context, token, url)
    const rows = (page as { readonly value?: unknown } | undefined)?.value
    if (!Array.isArray(rows)) throw new NotTold('that answer is not of Microsoft Graph')
    return { rows, next: textOf(page, '@odata.nextLink') }
  }
  const rows = await followPages(first, '/v1.0/', read, (why) => new NotTold(why))
  return rows.map((row) => ({
    resourceId: textOf(row, 'resourceId'),
    consentType: textOf(row, 'consentType'),
    scope: textOf(row, 'scope'),
  }))
}

const ask = async (context: Context): Promise<Consent> => {
  const token = await accessToken(context, { resource: GRAPH })
  const clientId = required(context, 'ENTRA_CLIENT_ID')
  const principalOf = async (appId: string): Promise<string | undefined> =>
    idOf(await get(context, token, `${GRAPH}/v1.0/servicePrincipals(appId='${appId}')?$select=id`))
  const id = await principalOf(clientId)
  if (id === undefined) return { state: 'no-such-app' }
  const grants = await grantsOf(context, token, id)
  const scopes: string[] = []
  for (const permission of requiredPermissions()) {
    const resourceId = permission.appId === undefined ? id : await principalOf(permission.appId)
    // An API that the tenant does not have was consented to by nobody.
    scopes.push(...missingScopes(grants, { resourceId: resourceId ?? '', scopes: permission.scopes }))
  }
  return scopes.length === 0 ? { state: 'granted' } : { state: 'missing', scopes }
}

/**
 * Asks the directory whether consent was granted for everyone to all that the app needs. Whoever may not read it is
 * told so, and nothing is claimed.
 * @see https://learn.microsoft.com/graph/api/oauth2permissiongrant-list
 */
export const askConsent = async (context: Context): Promise<Consent> => {
  try {
    return await ask(context)
  } catch (error) {
    const why = textOf(error, 'cause', 'code') ?? textOf(error, 'message') ?? 'Microsoft Graph was not reached'
    return { state: 'unknown', why: plain(why.split('\n', 1)[0] ?? '') }
  }
}
